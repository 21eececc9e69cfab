// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;

/**
 * Rekeying of a CHILD_SA as responder (RFC 7296 section 1.3.3). The new inbound half works before the answer leaves; the new outbound half
 * waits for the peer's DELETE of the old CHILD_SA.
 */
final class ChildRekeyResponder implements Task {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private final NotifyPayload rekey;
    private ChildSa old;
    private ChildCreateResponder create;

    ChildRekeyResponder(IkeSa ike, NotifyPayload rekey) {
        this.ike = ike;
        this.rekey = rekey;
    }

    @Override
    public TaskType type() {
        return TaskType.CHILD_REKEY;
    }

    @Override
    public TaskResult process(IkeMessage in) throws IkeProtocolException {
        if (rekey.spi().length() != 4) {
            throw Required.syntax("REKEY_SA with an SPI of " + rekey.spi().length() + " octets");
        }
        old = ike.children()
                .byOutboundSpi(ChildSa.spiNumber(rekey.spi()))
                .orElseThrow(() -> new IkeProtocolException(
                        NotifyType.CHILD_SA_NOT_FOUND,
                        rekey.spi(),
                        "peer rekeys unknown CHILD_SA " + rekey.spi().toHex()));
        if (old.state() != ChildSaState.INSTALLED) {
            // RFC 7296 section 2.25.1: we are rekeying or closing it ourselves
            throw ChildNegotiation.childError(
                    NotifyType.TEMPORARY_FAILURE,
                    "peer rekeys CHILD_SA " + old.config().name() + ", which is " + old.state());
        }
        create = new ChildCreateResponder(ike, Optional.of(old));
        return create.process(in);
    }

    @Override
    public TaskResult build(MessageBuilder out) throws IkeProtocolException {
        TaskResult result = create.build(out);
        ChildSa fresh = create.child();
        if (fresh != null) {
            old.moveTo(ChildSaState.REKEYED);
            old.replacedBy(fresh);
            LOG.audit("rekeyed CHILD_SA {} with {}", old.describe(), fresh.describe());
            ike.services().events().childRekey(ike.snapshot(), old.snapshot(), fresh.snapshot());
        }
        return result;
    }
}
