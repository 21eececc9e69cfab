// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import org.jcharon.api.bus.Log;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;

/**
 * The peer got ESP for an SPI that it does not know (RFC 7296 section 1.5): the CHILD_SA that we sent it for exists on our side
 * only, and is made anew. One that is being replaced is not concerned.
 */
final class InvalidSpiResponder implements Task {

    private static final Log LOG = Log.of("ike");
    private static final int SPI_OCTETS = 4;

    private final IkeSa ike;

    InvalidSpiResponder(IkeSa ike) {
        this.ike = ike;
    }

    @Override
    public TaskType type() {
        return TaskType.INFORMATIONAL;
    }

    @Override
    public TaskResult process(IkeMessage in) {
        in.notify(NotifyType.INVALID_SPI)
                .filter(notify -> notify.data().length() == SPI_OCTETS)
                .flatMap(notify -> ike.children().byOutboundSpi(ChildSa.spiNumber(notify.data())))
                .filter(child -> child.state() == ChildSaState.INSTALLED)
                .ifPresent(this::makeAnew);
        return TaskResult.NEED_MORE;
    }

    private void makeAnew(ChildSa child) {
        LOG.control(
                "peer does not know SPI {} of CHILD_SA {}, making it anew",
                ChildSa.spiOctets(child.spiOut()).toHex(),
                child.config().name());
        ike.tasks().queueDelete(child);
        ike.tasks().queueChild(child.config(), List.of(), null);
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        return TaskResult.DONE;
    }
}
