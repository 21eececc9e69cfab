// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jcharon.api.bus.Log;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;

/** Rekeying of a CHILD_SA as initiator (RFC 7296 section 1.3.3): a new one is made, then we delete the old one. */
final class ChildRekeyInitiator implements Task {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private final ChildSa old;
    private final Consumer<Outcome> listener;
    private final ChildCreateInitiator create;
    private Outcome outcome;

    ChildRekeyInitiator(IkeSa ike, ChildSa old, Consumer<Outcome> listener) {
        this.ike = ike;
        this.old = old;
        this.listener = listener;
        this.create =
                new ChildCreateInitiator(ike, old.config(), List.of(), ended -> outcome = ended, Optional.of(old));
    }

    @Override
    public TaskType type() {
        return TaskType.CHILD_REKEY;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        boolean again = old.state() == ChildSaState.REKEYING;
        if (old.state() != ChildSaState.INSTALLED && !again) {
            listener.accept(Outcome.failed("CHILD_SA " + old.config().name() + " is " + old.state()));
            return TaskResult.DONE;
        }
        if (!old.isOutboundInstalled()) {
            // the peer made it, and may not have our answer yet: it would not know what we speak of
            retryLater();
            listener.accept(Outcome.failed(
                    "the peer has not begun to use CHILD_SA " + old.config().name() + " yet"));
            return TaskResult.DONE;
        }
        old.moveTo(ChildSaState.REKEYING);
        out.add(new NotifyPayload(
                old.protocol(), ChildSa.spiOctets(old.spiIn()), NotifyType.REKEY_SA, org.jcharon.api.wire.Chunk.EMPTY));
        return settle(create.build(out));
    }

    @Override
    public TaskResult process(IkeMessage in) throws IkeProtocolException {
        if (in.notify(NotifyType.CHILD_SA_NOT_FOUND).isPresent()) {
            // RFC 7296 section 2.25.1: the peer has no such CHILD_SA any more, so neither have we
            LOG.control("peer does not know CHILD_SA {}, closing it", old.describe());
            create.abandon("CHILD_SA_NOT_FOUND");
            ike.children().remove(old);
            listener.accept(
                    Outcome.failed("peer does not know CHILD_SA " + old.config().name()));
            return TaskResult.DONE;
        }
        return settle(create.process(in));
    }

    private TaskResult settle(TaskResult result) {
        if (!(result instanceof TaskResult.Done)) {
            return result;
        }
        ChildSa fresh = create.child();
        if (fresh == null || outcome == null || !outcome.success()) {
            if (old.state() == ChildSaState.REKEYING) {
                old.moveTo(ChildSaState.INSTALLED);
                retryLater();
            }
            listener.accept(outcome == null ? Outcome.failed("rekeying failed") : outcome);
            return result;
        }
        old.moveTo(ChildSaState.REKEYED);
        LOG.audit("rekeyed CHILD_SA {} with {}", old.describe(), fresh.describe());
        ike.services().events().childRekey(ike.snapshot(), old.snapshot(), fresh.snapshot());
        ike.tasks().queueDelete(old);
        listener.accept(Outcome.done("CHILD_SA " + old.config().name() + " rekeyed"));
        return result;
    }

    /** strongSwan's pace: after 15 s less a random part of 10 s. */
    private void retryLater() {
        int millis = 15_000 - ike.services().crypto().random().below(10_000);
        ike.timers()
                .start(
                        ike.id().localSpi(),
                        "child-rekey-" + old.uniqueId(),
                        java.time.Duration.ofMillis(millis),
                        () -> ike.tasks().queueRekey(old));
    }

    @Override
    public Optional<Task> migrate(IkeSa successor) {
        return Optional.of(new ChildRekeyInitiator(successor, old, listener));
    }

    @Override
    public void abandon(String reason) {
        create.abandon(reason);
        listener.accept(Outcome.failed(reason));
    }
}
