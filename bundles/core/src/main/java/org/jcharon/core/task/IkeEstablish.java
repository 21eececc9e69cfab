// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.sa.IkeSa;

/** Stands behind the authentication tasks: once they agreed, the IKE_SA is established. */
final class IkeEstablish implements Task {

    private final IkeSa ike;

    IkeEstablish(IkeSa ike) {
        this.ike = ike;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_ESTABLISH;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.IKE_AUTH;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        if (ike.id().initiator()) {
            return TaskResult.NEED_MORE;
        }
        ike.establish();
        return TaskResult.DONE;
    }

    @Override
    public TaskResult process(IkeMessage in) {
        if (!ike.id().initiator()) {
            return TaskResult.NEED_MORE;
        }
        ike.establish();
        return TaskResult.DONE;
    }
}
