// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.Optional;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.KePayload;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.Intermediate;

/**
 * One IKE_INTERMEDIATE as responder: the additional key exchange whose turn it is (RFC 9370 section 2.2.2), or nothing that we know, which
 * RFC 9242 allows.
 */
final class IkeIntermediateResponder implements Task {

    private final IkeSa ike;
    private KeyExchangeAnswer answer;

    IkeIntermediateResponder(IkeSa ike) {
        this.ike = ike;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_INTERMEDIATE;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.IKE_INTERMEDIATE;
    }

    @Override
    public TaskResult process(IkeMessage in) throws IkeProtocolException {
        Intermediate intermediate = ike.handshake().intermediate();
        if (intermediate.exchanges() > Intermediate.MAX_EXCHANGES) {
            throw Required.syntax("more than " + Intermediate.MAX_EXCHANGES + " IKE_INTERMEDIATE exchanges");
        }
        Optional<KePayload> ke = in.first(KePayload.class);
        if (ke.isEmpty()) {
            return TaskResult.DONE;
        }
        TransformId method = intermediate
                .next()
                .orElseThrow(() -> Required.syntax("key exchange "
                        + TransformId.ke(ke.get().method()) + " in IKE_INTERMEDIATE, which was not agreed on"));
        answer = AdditionalKeyExchanges.answer(ike, method, ke.get());
        return TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        out.add(answer.payload());
        return TaskResult.DONE;
    }

    /** The answer itself is still protected by the keys before. */
    @Override
    public void answered() {
        if (answer != null) {
            IkeKeying.additional(ike, answer.shared());
            ike.history()
                    .agreed("additional key exchange "
                            + TransformId.ke(answer.payload().method()));
            ike.handshake().intermediate().done();
            abandon("done");
        }
    }

    @Override
    public void abandon(String reason) {
        if (answer != null) {
            answer.shared().close();
            answer = null;
        }
    }
}
