// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.Optional;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireWriter;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;

/**
 * What a member of a cluster that has taken an IKE_SA over says of its counters of messages, and what it is told (RFC 6311 section 5.1
 * and 7.2). Counters only ever go up, so that a recorded request does nothing.
 *
 * @param nonce 4 octets, which the answer repeats
 * @param nextSent ID of the sender's next request
 * @param nextReceived ID that the sender expects of the receiver's next request
 */
record MessageIdSync(Chunk nonce, long nextSent, long nextReceived) {

    static final int NONCE_OCTETS = 4;
    private static final int OCTETS = 12;
    static final long LAST_ID = 0xFFFF_FFFFL;

    /** In an INFORMATIONAL message of message ID 0; empty if it is something else. */
    static Optional<MessageIdSync> in(IkeMessage message) {
        return message.notify(NotifyType.IKEV2_MESSAGE_ID_SYNC)
                .map(NotifyPayload::data)
                .filter(data -> data.length() == OCTETS)
                .map(data -> new MessageIdSync(
                        data.slice(0, NONCE_OCTETS),
                        data.buffer().getInt(NONCE_OCTETS) & LAST_ID,
                        data.buffer().getInt(NONCE_OCTETS + Integer.BYTES) & LAST_ID));
    }

    /**
     * The answer of one whose counters are these.
     *
     * @param send one more than the highest ID of a request of ours
     * @param receive ID that we expect of the peer's next request
     */
    MessageIdSync answer(long send, long receive) {
        return new MessageIdSync(nonce, Math.max(send, nextReceived), Math.max(receive, nextSent));
    }

    /** Whether this was asked when a peer answered that: with our nonce, and no number below ours. */
    boolean isAnsweredBy(MessageIdSync that) {
        return that.nonce.equalsConstantTime(nonce) && that.nextSent >= nextReceived && that.nextReceived >= nextSent;
    }

    NotifyPayload payload() {
        return new NotifyPayload(
                NotifyType.IKEV2_MESSAGE_ID_SYNC,
                new WireWriter(OCTETS)
                        .chunk(nonce)
                        .u32(nextSent)
                        .u32(nextReceived)
                        .toChunk());
    }
}
