// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.manager.ReceivedMessage;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.sa.IkePath;
import org.jcharon.core.sa.IkeSa;

/**
 * Tells another member of the peer's cluster, which took the IKE_SA over and does not know all that was sent before, where the counters
 * of messages stand (RFC 6311 section 5.1). Its request has message ID 0, whatever the counters are, so that only the numbers in it tell
 * a new one from a recorded one. Lease held.
 */
final class MessageIdSyncResponder {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private final MessageTransport transport;
    private final OwnExchanges own;
    private final PeerExchanges peers;
    private long highest = -1;
    private Chunk request = Chunk.EMPTY;
    private List<Chunk> response = List.of();

    MessageIdSyncResponder(IkeSa ike, MessageTransport transport, OwnExchanges own, PeerExchanges peers) {
        this.ike = ike;
        this.transport = transport;
        this.own = own;
        this.peers = peers;
    }

    /** Answers a request of message ID 0, or drops it; false if it is something else, with which nothing was done. */
    boolean take(ReceivedMessage received, IkePath path) {
        Chunk octets = received.packet().data();
        if (octets.equals(request) && peers.messageId() == highest) {
            LOG.control("received retransmit of request with ID 0, retransmitting response");
            send(path);
            return true;
        }
        Optional<MessageIdSync> said = transport.open(received).flatMap(MessageIdSync::in);
        said.ifPresent(sync -> take(sync, octets, path));
        return said.isPresent();
    }

    private void take(MessageIdSync said, Chunk octets, IkePath path) {
        if (ike.state() != IkeSaState.ESTABLISHED || peers.isBusy() || own.isBusy()) {
            LOG.control("peer synchronises message IDs while IKE_SA is busy, ignored"); // it asks again
            return;
        }
        if (said.nextSent() <= highest || said.nextSent() < peers.messageId()) {
            LOG.control(
                    "peer synchronises message IDs to {}, which was seen before, expected {}, ignored",
                    said.nextSent(),
                    Math.max(highest + 1, peers.messageId()));
            return;
        }
        MessageIdSync answer = said.answer(own.unusedId(), peers.messageId());
        LOG.control(
                "peer synchronises message IDs: ours go on with {}, its with {}",
                answer.nextSent(),
                answer.nextReceived());
        highest = answer.nextReceived();
        peers.renumber(highest);
        request = octets;
        response = transport.encode(ExchangeType.INFORMATIONAL, true, 0, List.of(answer.payload()));
        send(path);
        // the other member answered what is under way, and its answer was lost
        own.renumber(answer.nextSent());
    }

    private void send(IkePath path) {
        response.forEach(datagram -> ike.send(datagram, path));
    }
}
