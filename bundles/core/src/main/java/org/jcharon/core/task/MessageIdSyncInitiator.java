// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.sa.IkeSa;

/**
 * Asks the peer, after this daemon took an IKE_SA over from another member of its cluster, where the counters of messages stand (RFC 6311
 * section 5.1). The exchange has message ID 0, whatever the counters are, and so many an answer of that ID may have been recorded: one
 * without our nonce, or with numbers below ours, is no answer.
 */
final class MessageIdSyncInitiator implements Task {

    private static final Log LOG = Log.of("ike");
    /** RFC 6311 section 5.1: the other member may have sent a window of requests that we do not know of. */
    private static final int WINDOW = 1;

    private final IkeSa ike;
    private MessageIdSync asked;

    MessageIdSyncInitiator(IkeSa ike) {
        this.ike = ike;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_MID_SYNC;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.INFORMATIONAL;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        Chunk nonce = Chunk.wrap(ike.services().crypto().random().octets(MessageIdSync.NONCE_OCTETS));
        asked = ike.tasks().counters(nonce, WINDOW);
        LOG.control(
                "synchronising message IDs: ours go on with {}, the peer's with {}",
                asked.nextSent(),
                asked.nextReceived());
        out.add(asked.payload());
        return TaskResult.NEED_MORE;
    }

    /** Whether a message with the peer's protection answers what was asked, and was not recorded before. */
    boolean isAnsweredBy(IkeMessage message) {
        return answer(message).isPresent();
    }

    private Optional<MessageIdSync> answer(IkeMessage message) {
        return message.exchangeType().equals(ExchangeType.INFORMATIONAL)
                ? MessageIdSync.in(message).filter(asked::isAnsweredBy)
                : Optional.empty();
    }

    @Override
    public TaskResult process(IkeMessage in) {
        MessageIdSync answer = answer(in).orElseThrow();
        LOG.control(
                "message IDs are synchronised: ours go on with {}, the peer's with {}",
                answer.nextReceived(),
                answer.nextSent());
        ike.tasks().counters(answer);
        return TaskResult.DONE;
    }
}
