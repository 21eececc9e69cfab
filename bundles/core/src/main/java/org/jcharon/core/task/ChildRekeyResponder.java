// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;

/**
 * Rekeying of a CHILD_SA as responder (RFC 7296 section 1.3.3). The new inbound half works before the answer leaves; the new outbound half
 * waits for the peer's DELETE of the old CHILD_SA, or for its first packet on the new one.
 */
final class ChildRekeyResponder implements Task {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private final NotifyPayload rekey;
    private ChildSa old;
    private Optional<ChildRekeyInitiator> ours = Optional.empty();
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
        long rekeyed = in.all(NotifyPayload.class).stream()
                .filter(notify -> notify.notifyType().equals(NotifyType.REKEY_SA))
                .count();
        if (rekeyed != 1) {
            throw Required.syntax(rekeyed + " CHILD_SAs to be rekeyed at once");
        }
        if (ike.state() != IkeSaState.ESTABLISHED) {
            // RFC 7296 section 2.25.2: the CHILD_SA is passing to another IKE_SA, or going with this one
            throw ChildNegotiation.childError(
                    NotifyType.TEMPORARY_FAILURE,
                    "peer rekeys a CHILD_SA of IKE_SA " + ike.label() + ", which is " + ike.state());
        }
        old = ike.children()
                .byOutboundSpi(ChildSa.spiNumber(rekey.spi()))
                .filter(child -> child.state() != ChildSaState.DELETED)
                .orElseThrow(this::unknown);
        ours = ike.tasks().rekeying(old);
        // RFC 7296 section 2.25.1: while we rekey it too the answer is the usual one, but none while we are closing it
        boolean free = old.state() == ChildSaState.INSTALLED
                || (old.state() == ChildSaState.REKEYING
                        && ours.filter(task -> !task.hasCollided()).isPresent());
        if (!free || ike.tasks().isClosing(old)) {
            throw ChildNegotiation.childError(
                    NotifyType.TEMPORARY_FAILURE,
                    "peer rekeys CHILD_SA " + old.config().name() + ", which is " + old.state()
                            + (free ? " and about to be closed" : ""));
        }
        ike.tasks().followUps().drop(old);
        create = new ChildCreateResponder(ike, Optional.of(old));
        create.whenMadeLater(this::made);
        return create.process(in);
    }

    private IkeProtocolException unknown() {
        String spi = rekey.spi().toHex();
        return ike.tasks().creating().isPresent()
                // it may be the one that we are waiting for: the peer has it once its answer is sent, we once it
                // arrives
                ? ChildNegotiation.childError(
                        NotifyType.TEMPORARY_FAILURE, "peer rekeys CHILD_SA " + spi + " while we are creating one")
                : new IkeProtocolException(
                        NotifyType.CHILD_SA_NOT_FOUND, rekey.spi(), "peer rekeys unknown CHILD_SA " + spi);
    }

    @Override
    public TaskResult build(MessageBuilder out) throws IkeProtocolException {
        TaskResult result = create.build(out);
        if (create.child() != null) {
            made(create.child());
        } else if (ike.tasks().followUps().isRekeying(old)) {
            ours.ifPresent(rival -> rival.collideLater(create.lowerNonce()));
        }
        return result;
    }

    private void made(ChildSa fresh) {
        old.replacedBy(fresh);
        Optional<ChildRekeyInitiator> rival = ike.tasks().rekeying(old);
        if (rival.isPresent()) {
            rival.get().collide(fresh, create.lowerNonce());
            return;
        }
        old.moveTo(ChildSaState.REKEYED);
        ike.children().expectDelete(old);
        LOG.audit("rekeyed CHILD_SA {} with {}", old.describe(), fresh.describe());
        ike.services().events().childRekey(ike.snapshot(), old.snapshot(), fresh.snapshot());
    }
}
