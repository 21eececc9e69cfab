// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import org.jcharon.api.bus.Log;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;

/** An empty INFORMATIONAL exchange: whoever answers it is alive (RFC 7296 section 2.4). */
final class LivenessCheck implements Task {

    private static final Log LOG = Log.of("ike");

    @Override
    public TaskType type() {
        return TaskType.IKE_DPD;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.INFORMATIONAL;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        LOG.control("sending DPD request");
        return TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult process(IkeMessage in) {
        return TaskResult.DONE;
    }
}
