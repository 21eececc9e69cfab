// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import org.jcharon.api.bus.Log;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;

/** Tells the peer that its ESP with an SPI has no SA here (RFC 7296 section 1.5), unless there is one by now. */
final class InvalidSpiInitiator implements Task {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private final int spi;

    InvalidSpiInitiator(IkeSa ike, int spi) {
        this.ike = ike;
        this.spi = spi;
    }

    @Override
    public TaskType type() {
        return TaskType.INFORMATIONAL;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.INFORMATIONAL;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        if (ike.state() != IkeSaState.ESTABLISHED || ike.children().holds(spi)) {
            return TaskResult.DONE;
        }
        Chunk octets = ChildSa.spiOctets(spi);
        LOG.control("telling the peer that there is no CHILD_SA for the ESP that it sends with SPI {}", octets.toHex());
        out.notify(NotifyType.INVALID_SPI, octets);
        return TaskResult.NEED_MORE;
    }

    /** An empty answer; what the peer makes of it is its own. */
    @Override
    public TaskResult process(IkeMessage in) {
        return TaskResult.DONE;
    }
}
