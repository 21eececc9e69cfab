// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jcharon.api.bus.Log;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.manager.Newborn;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.KePayload;
import org.jcharon.core.message.NoncePayload;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.SaPayload;
import org.jcharon.core.proposal.ProposalSelector;
import org.jcharon.core.sa.IkeSa;

/**
 * Rekeying of the IKE_SA as initiator (RFC 7296 sections 1.3.2 and 2.18): a new one takes over, then we delete the old one.
 *
 * <p>If the peer rekeys it meanwhile there are two new ones; that of the exchange with the lowest nonce is deleted by the side that
 * initiated that exchange, the other one inherits everything and the side that initiated it deletes the old one (section 2.8.2). A peer
 * that did not notice refuses our request or deletes the old one, and its new one stands.
 */
final class IkeRekeyInitiator implements Task {

    private static final Log LOG = Log.of("ike");
    private static final int MAX_RETRIES = 5;

    private final IkeSa ike;
    private final Consumer<Outcome> listener;
    private List<Proposal> proposals = List.of();
    private TransformId method;
    private KeyExchange keyExchange;
    private Chunk nonce = Chunk.EMPTY;
    private Newborn newborn;
    private int retries;
    private boolean ended;
    private AgreedIkeSa peers;
    private Optional<Chunk> peersNonce = Optional.empty();
    private Proposal agreed;
    private Chunk peerNonce = Chunk.EMPTY;
    private FollowUp followUp;

    IkeRekeyInitiator(IkeSa ike, Consumer<Outcome> listener) {
        this.ike = ike;
        this.listener = listener;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_REKEY;
    }

    @Override
    public ExchangeType exchangeType() {
        return followUp == null ? ExchangeType.CREATE_CHILD_SA : ExchangeType.IKE_FOLLOWUP_KE;
    }

    /** The peer rekeyed the same IKE_SA while we wait for its answer. */
    void collide(AgreedIkeSa agreed) {
        LOG.control("detected {} collision with {}", type(), TaskType.IKE_REKEY);
        peers = agreed;
    }

    /**
     * The same, but additional key exchanges are to follow before the peer's new one is made; {@code lowest} of the nonces of its
     * exchange. Whoever finds that it loses does not continue with its own; once all of ours are done, though, ours stands unless the
     * peer's has been made too.
     */
    void collideLater(Chunk lowest) {
        LOG.control("detected {} collision with {}", type(), TaskType.IKE_REKEY);
        peersNonce = Optional.of(lowest);
    }

    private boolean isLosing() {
        Optional<Chunk> other = peers != null ? Optional.of(peers.lowerNonce()) : peersNonce;
        return other.filter(lowest -> Nonces.isLower(Nonces.lower(nonce, peerNonce), lowest))
                .isPresent();
    }

    /** The peer's new IKE_SA takes over, now or once it is made; ours has not been made yet. */
    private TaskResult lose() {
        LOG.control("IKE_SA rekey collision lost, leaving rekeying of {} to the peer", ike.label());
        if (peers != null) {
            takeOver(peers);
            return TaskResult.DONE;
        }
        release();
        ike.moveTo(IkeSaState.ESTABLISHED);
        ike.tasks().queueLater(new IkeRekeyInitiator(ike, outcome -> {}));
        end(Outcome.done("IKE_SA " + ike.name() + " is being rekeyed by the peer"));
        return TaskResult.DONE;
    }

    /** Whether {@link #collide} was called. */
    boolean hasCollided() {
        return peers != null;
    }

    /** The peer did not notice that we rekey too, or it has won: its new IKE_SA takes over, if it made one. */
    void yieldToPeer() {
        if (peers == null) {
            return;
        }
        LOG.control("peer did not notice IKE_SA rekey collision, abort active rekeying");
        takeOver(peers);
    }

    private void takeOver(AgreedIkeSa survivor) {
        peers = null;
        ike.tasks().followUps().dropIkeRekeying();
        survivor.succeed(ike);
        release();
        end(Outcome.done("IKE_SA " + ike.name() + " rekeyed"));
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        if (followUp != null) {
            return followUp.build(out).map(this::fail).orElse(TaskResult.NEED_MORE);
        }
        if (newborn == null) {
            if (ike.tasks().followUps().isRekeyingIke()) {
                ike.tasks().queueLater(new IkeRekeyInitiator(ike, outcome -> {}));
                end(Outcome.failed("the peer is rekeying IKE_SA " + ike.label() + " itself"));
                return TaskResult.DONE;
            }
            if (ike.state() != IkeSaState.ESTABLISHED) {
                return fail("IKE_SA " + ike.label() + " is " + ike.state());
            }
            LOG.audit("initiating IKE_SA rekeying of {}", ike.label());
            proposals = IkeProposals.of(ike);
            method = ike.proposal()
                    .first(TransformType.KE)
                    .filter(used -> IkeProposals.offers(proposals, used))
                    .orElse(IkeProposals.firstMethod(proposals));
            newborn = ike.services().manager().newborn(true, 0);
            ike.moveTo(IkeSaState.REKEYING);
        }
        closeKeyExchange();
        keyExchange = ike.services().crypto().keyExchange(method, true).orElse(null);
        if (keyExchange == null) {
            return fail("no crypto plugin provides " + method);
        }
        nonce = Nonces.make(ike);
        Chunk spi = IkeKeying.spiOctets(newborn.localSpi());
        out.add(new SaPayload(ChildNegotiation.withSpi(proposals, spi)));
        out.add(new NoncePayload(nonce));
        out.add(new KePayload(method.id(), keyExchange.publicValue()));
        return TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult process(IkeMessage in) throws IkeProtocolException {
        Optional<NotifyPayload> error = Notifies.firstError(in);
        if (error.isPresent() && peers != null) {
            yieldToPeer();
            return TaskResult.DONE;
        }
        Optional<NotifyPayload> wantsMethod = in.notify(NotifyType.INVALID_KE_PAYLOAD);
        if (wantsMethod.isPresent()) {
            return retryWithMethod(wantsMethod.get().data());
        }
        if (in.notify(NotifyType.NO_ADDITIONAL_SAS).isPresent()) {
            LOG.control("peer seems to not support IKE rekeying, starting reauthentication");
            abandon("peer refused rekeying of IKE_SA with NO_ADDITIONAL_SAS");
            ike.moveTo(IkeSaState.ESTABLISHED);
            // the peer takes no more SAs on this IKE_SA: there has to be another one
            ike.recovery().reauthenticate();
            return TaskResult.DONE;
        }
        if (in.notify(NotifyType.TEMPORARY_FAILURE).isPresent() && !ike.tasks().bearsTemporaryFailure()) {
            abandon("peer refused rekeying of IKE_SA with TEMPORARY_FAILURE for too long");
            return TaskResult.DONE;
        }
        if (error.isPresent()) {
            LOG.control(
                    "received {} notify error, IKE_SA {} is not rekeyed",
                    error.get().notifyType(),
                    ike.label());
            String hint = error.get().notifyType().equals(NotifyType.NO_PROPOSAL_CHOSEN)
                    ? ": it takes none of " + proposals + "; compare 'proposals' on both sides"
                    : "";
            String reason =
                    "peer refused rekeying of IKE_SA with " + error.get().notifyType() + hint;
            LOG.control("{}", reason);
            ike.history().problem(reason);
            return fail(reason);
        }
        if (followUp != null) {
            if (!followUp.process(in)) {
                return isLosing() ? lose() : TaskResult.NEED_MORE;
            }
            List<Secret> secrets = followUp.secrets();
            followUp = null;
            decide(secrets);
            return TaskResult.DONE;
        }
        SaPayload sa = Required.first(in, SaPayload.class);
        Proposal chosen = sa.proposals().get(0);
        boolean consistent = sa.proposals().size() == 1
                && chosen.protocol().equals(ProtocolId.IKE)
                && IkeKeying.isSpi(chosen.spi())
                && ProposalSelector.isChoiceOf(chosen, proposals);
        KePayload ke = Required.first(in, KePayload.class);
        peerNonce = Required.first(in, NoncePayload.class).data();
        if (!consistent || ke.method() != method.id()) {
            throw Required.syntax("peer chose " + sa.proposals() + " with key exchange " + ke.method()
                    + ", which we did not offer: " + proposals);
        }
        Nonces.check(peerNonce, ike.services().crypto(), chosen);
        LogProposals.selected(chosen);
        FollowUp.check(in, chosen);
        List<Secret> shared = List.of(ChildNegotiation.agree(keyExchange, ke.data()));
        closeKeyExchange();
        agreed = chosen;
        followUp = FollowUp.after(ike, in, chosen, shared).orElse(null);
        if (followUp != null) {
            return isLosing() ? lose() : TaskResult.NEED_MORE;
        }
        decide(shared);
        return TaskResult.DONE;
    }

    private void decide(List<Secret> shared) {
        AgreedIkeSa mine = new AgreedIkeSa(newborn, true, agreed, shared, nonce, peerNonce);
        newborn = null;
        ike.tasks().agreed();
        AgreedIkeSa other = peers;
        if (other != null && Nonces.isLower(mine.lowerNonce(), other.lowerNonce())) {
            mine.redundant(ike);
            takeOver(other);
            return;
        }
        takeOver(mine);
        if (other != null) {
            other.redundant(ike);
        }
        ike.tasks().queueDelete("rekeyed");
    }

    private TaskResult retryWithMethod(Chunk data) {
        Optional<TransformId> wanted = IkeProposals.requestedMethod(proposals, method, data);
        if (wanted.isEmpty() || ++retries > MAX_RETRIES) {
            return fail("peer asks for a key exchange that we did not offer");
        }
        LOG.control("peer didn't accept key exchange method {}, it requested {}", method, wanted.get());
        method = wanted.get();
        return new TaskResult.Retry("key exchange " + method);
    }

    private TaskResult fail(String reason) {
        abandon(reason);
        if (ike.state() == IkeSaState.REKEYING) {
            ike.moveTo(IkeSaState.ESTABLISHED);
            ike.tasks().queueLater(new IkeRekeyInitiator(ike, outcome -> {}));
        }
        return TaskResult.DONE;
    }

    private void closeKeyExchange() {
        if (keyExchange != null) {
            keyExchange.close();
            keyExchange = null;
        }
    }

    private void end(Outcome outcome) {
        if (!ended) {
            ended = true;
            listener.accept(outcome);
        }
    }

    private void release() {
        closeKeyExchange();
        if (followUp != null) {
            followUp.close();
            followUp = null;
        }
        if (newborn != null) {
            newborn.discard();
            newborn = null;
        }
        if (peers != null) {
            peers.close();
            peers = null;
        }
    }

    @Override
    public void abandon(String reason) {
        release();
        end(Outcome.failed(reason));
    }
}
