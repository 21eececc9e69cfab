// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jcharon.api.bus.Log;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;

/**
 * Rekeying of a CHILD_SA as initiator (RFC 7296 section 1.3.3): a new one is made, then we delete the old one.
 *
 * <p>If the peer rekeys the same one meanwhile there are two new ones; that of the exchange with the lowest nonce is deleted by the side
 * that initiated that exchange, the old one by the other side (section 2.8.1). What else may come between is in section 2.25.1.
 */
final class ChildRekeyInitiator implements Task {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private final ChildSa old;
    private final Consumer<Outcome> listener;
    private final ChildCreateInitiator create;
    private Outcome outcome;
    private boolean begun;
    private ChildSa peers;
    private Chunk peersNonce;
    private boolean lost;

    ChildRekeyInitiator(IkeSa ike, ChildSa old, Consumer<Outcome> listener) {
        this.ike = ike;
        this.old = old;
        this.listener = listener;
        this.create = new ChildCreateInitiator(
                ike, old.config(), List.of(), ended -> outcome = ended, Optional.of(old), this::survives);
        create.continueIf(lowest -> peersNonce == null || !Nonces.isLower(lowest, peersNonce));
    }

    @Override
    public TaskType type() {
        return TaskType.CHILD_REKEY;
    }

    @Override
    public ExchangeType exchangeType() {
        return create.exchangeType();
    }

    @Override
    public boolean isRekeyingOf(ChildSa child) {
        return child == old;
    }

    /** What makes the new CHILD_SA. */
    ChildCreateInitiator creation() {
        return create;
    }

    /** The peer rekeyed the same CHILD_SA while we wait for its answer: {@code lowest} of the nonces of its exchange. */
    void collide(ChildSa fresh, Chunk lowest) {
        LOG.control("detected {} collision with {}", type(), TaskType.CHILD_REKEY);
        peers = fresh;
        peersNonce = lowest;
    }

    /**
     * The same, but additional key exchanges are to follow before the peer's is made. Whoever finds that it loses does not continue with
     * its own; once all of ours are done, though, it stands unless the peer's has been made too.
     */
    void collideLater(Chunk lowest) {
        LOG.control("detected {} collision with {}", type(), TaskType.CHILD_REKEY);
        peersNonce = lowest;
    }

    /** Whether the peer made this one while we wait for its answer. */
    boolean hasCollidedWith(ChildSa child) {
        return peers == child;
    }

    /** Whether the peer made another one in the place of the old one while we wait for its answer. */
    boolean hasCollided() {
        return peers != null;
    }

    private boolean survives(Chunk lowest) {
        lost = peers != null && Nonces.isLower(lowest, peersNonce);
        return !lost;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        if (create.isFollowingUp()) {
            return settle(create.build(out));
        }
        boolean again = begun && old.state() == ChildSaState.REKEYING;
        if (!again && (!isListed(old) || old.state() != ChildSaState.INSTALLED)) {
            listener.accept(Outcome.failed("CHILD_SA " + old.config().name() + " is " + old.state()));
            return TaskResult.DONE;
        }
        if (!again && !old.isOutboundInstalled()) {
            // the peer made it, and may not have our answer yet: it would not know what we speak of
            retryLater();
            listener.accept(Outcome.failed(
                    "the peer has not begun to use CHILD_SA " + old.config().name() + " yet"));
            return TaskResult.DONE;
        }
        if (!again && ike.tasks().followUps().isRekeying(old)) {
            retryLater();
            listener.accept(Outcome.failed(
                    "the peer is rekeying CHILD_SA " + old.config().name() + " itself"));
            return TaskResult.DONE;
        }
        begun = true;
        old.moveTo(ChildSaState.REKEYING);
        out.add(new NotifyPayload(old.protocol(), ChildSa.spiOctets(old.spiIn()), NotifyType.REKEY_SA, Chunk.EMPTY));
        return settle(create.build(out));
    }

    @Override
    public TaskResult process(IkeMessage in) throws IkeProtocolException {
        Optional<NotifyPayload> error = Notifies.firstError(in);
        if (error.isPresent() && (peers != null || isGone())) {
            LOG.control(
                    "received {} notify, the peer has {} CHILD_SA {}{{}} itself",
                    error.get().notifyType(),
                    peers != null ? "rekeyed" : "closed",
                    old.config().name(),
                    old.uniqueId());
            create.abandon("the peer was first");
            return failed();
        }
        if (in.notify(NotifyType.CHILD_SA_NOT_FOUND).isPresent()) {
            return remake();
        }
        if (in.notify(NotifyType.NO_ADDITIONAL_SAS).isPresent()) {
            LOG.control("peer seems to not support CHILD_SA rekeying, starting reauthentication");
            create.abandon("peer takes no more CHILD_SAs on this IKE_SA");
            old.moveTo(ChildSaState.INSTALLED);
            listener.accept(outcome);
            // the peer takes no more SAs on this IKE_SA: there has to be another one
            ike.recovery().reauthenticate();
            return TaskResult.DONE;
        }
        boolean temporary = in.notify(NotifyType.TEMPORARY_FAILURE).isPresent();
        if (temporary && !ike.tasks().bearsTemporaryFailure()) {
            create.abandon(NotifyType.TEMPORARY_FAILURE + " for too long");
            listener.accept(outcome);
            return TaskResult.DONE;
        }
        return settle(create.process(in));
    }

    private boolean isListed(ChildSa child) {
        return ike.children().byUniqueId(child.uniqueId()).isPresent();
    }

    private boolean isPeersInUse() {
        return peers != null && isListed(peers) && peers.state() == ChildSaState.INSTALLED;
    }

    private boolean isGone() {
        return !isListed(old) || old.state() != ChildSaState.REKEYING;
    }

    /** RFC 7296 section 2.25: the peer has no such CHILD_SA, so neither have we, and another one is made from scratch. */
    private TaskResult remake() {
        LOG.control("peer does not know CHILD_SA {}, closing it and creating it anew", old.describe());
        create.abandon(NotifyType.CHILD_SA_NOT_FOUND.toString());
        boolean wanted = !ike.tasks().isClosing(old);
        ike.children().remove(old);
        if (wanted) {
            ike.tasks().queueChild(old.config(), List.of(), listener::accept);
        } else {
            listener.accept(Outcome.done("CHILD_SA " + old.config().name() + " is closed"));
        }
        return TaskResult.DONE;
    }

    private TaskResult settle(TaskResult result) {
        if (!(result instanceof TaskResult.Done)) {
            return result;
        }
        ChildSa fresh = create.child();
        if (fresh == null || outcome == null || !outcome.success()) {
            return failed();
        }
        ike.tasks().agreed();
        boolean closing = ike.tasks().isClosing(old);
        if (lost) {
            LOG.control(
                    "CHILD_SA rekey collision lost, deleting redundant child {}{{}}",
                    fresh.config().name(),
                    fresh.uniqueId());
            fresh.moveTo(ChildSaState.REKEYED);
            ike.tasks().queueDeleteAlone(fresh);
            yieldToPeer();
            return TaskResult.DONE;
        }
        if (isPeersInUse()) {
            LOG.control(
                    "CHILD_SA rekey collision won, deleting old child {}{{}}",
                    old.config().name(),
                    old.uniqueId());
            peers.moveTo(ChildSaState.REKEYED);
            ike.children().expectDelete(peers);
        }
        ike.tasks().followUps().drop(old);
        old.replacedBy(fresh);
        if (!isGone()) {
            old.moveTo(ChildSaState.REKEYED);
            ike.tasks().queueDeleteAlone(old);
        }
        report(fresh);
        if (closing) {
            ike.tasks().queueDelete(fresh);
        }
        listener.accept(Outcome.done("CHILD_SA " + old.config().name() + " rekeyed"));
        return TaskResult.DONE;
    }

    /** Our exchange made nothing; the one of the peer stands, if there was one. */
    private TaskResult failed() {
        if (isPeersInUse()) {
            yieldToPeer();
            return TaskResult.DONE;
        }
        if (!isGone()) {
            old.moveTo(ChildSaState.INSTALLED);
            retryLater();
        }
        listener.accept(outcome == null ? Outcome.failed("rekeying failed") : outcome);
        return TaskResult.DONE;
    }

    /** The peer's new CHILD_SA takes the place of the old one, which the peer deletes. */
    private void yieldToPeer() {
        boolean closing = ike.tasks().isClosing(old);
        if (!isGone()) {
            old.moveTo(ChildSaState.REKEYED);
            ike.children().expectDelete(old);
        }
        if (isPeersInUse()) {
            report(peers);
            if (closing) {
                ike.tasks().queueDelete(peers);
            }
        }
        listener.accept(Outcome.done("CHILD_SA " + old.config().name() + " rekeyed by the peer"));
    }

    private void report(ChildSa fresh) {
        LOG.audit("rekeyed CHILD_SA {} with {}", old.describe(), fresh.describe());
        ike.services().events().childRekey(ike.snapshot(), old.snapshot(), fresh.snapshot());
    }

    private void retryLater() {
        ike.tasks().queueLater(new ChildRekeyInitiator(ike, old, retried -> {}));
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
