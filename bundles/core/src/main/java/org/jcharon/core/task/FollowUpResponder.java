// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.KePayload;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;

/** Answers one IKE_FOLLOWUP_KE (RFC 9370 section 2.2.4). */
final class FollowUpResponder implements Task {

    private final IkeSa ike;
    private IkeMessage request;

    FollowUpResponder(IkeSa ike) {
        this.ike = ike;
    }

    @Override
    public TaskType type() {
        return TaskType.FOLLOW_UP;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.IKE_FOLLOWUP_KE;
    }

    @Override
    public TaskResult process(IkeMessage in) {
        request = in;
        return TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult build(MessageBuilder out) throws IkeProtocolException {
        Chunk link = request.notify(NotifyType.ADDITIONAL_KEY_EXCHANGE)
                .map(NotifyPayload::data)
                .orElse(Chunk.EMPTY);
        ike.tasks().followUps().answer(link, Required.first(request, KePayload.class), out);
        return TaskResult.DONE;
    }
}
