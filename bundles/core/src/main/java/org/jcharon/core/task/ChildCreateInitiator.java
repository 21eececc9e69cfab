// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.child.SelectorNarrowing;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.KePayload;
import org.jcharon.core.message.NoncePayload;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.SaPayload;
import org.jcharon.core.message.TsPayload;
import org.jcharon.core.proposal.ProposalSelector;
import org.jcharon.core.sa.IkeSa;

/**
 * A CHILD_SA as initiator, in IKE_AUTH or in CREATE_CHILD_SA (RFC 7296 sections 1.2 and 1.3.1). If it fails the IKE_SA stays.
 * {@link ChildRekeyInitiator} drives one of these for the new CHILD_SA.
 */
public final class ChildCreateInitiator implements Task {

    /** Hears how it ended. */
    public interface Listener {
        /** Whoever does not care. */
        Listener NONE = outcome -> {};

        /** Called once: of a rekeying lease held, else when others see the outcome, without a lease and on any thread. */
        void ended(Outcome outcome);
    }

    private static final Log LOG = Log.of("ike");
    private static final int MAX_RETRIES = 5;
    private static final int MAX_EARLY_DELETES = 64;

    private final IkeSa ike;
    private final ChildConfig config;
    private final List<TrafficSelector> packet;
    private final Listener listener;
    private final Optional<ChildSa> rekeyed;
    private final Predicate<Chunk> survives;
    private final Set<Integer> deletedByPeer = new HashSet<>();
    private boolean inAuth;
    private ChildSa child;
    private List<Proposal> proposals = List.of();
    private List<TrafficSelector> ours = List.of();
    private List<TrafficSelector> theirs = List.of();
    private Chunk nonce = Chunk.EMPTY;
    private TransformId method;
    private KeyExchange keyExchange;
    private IkeMessage agreement;
    private FollowUp followUp;
    private Chunk lowerNonce = Chunk.EMPTY;
    private Predicate<Chunk> continues = lower -> true;
    private int retries;
    private boolean ended;

    ChildCreateInitiator(IkeSa ike, ChildConfig config, List<TrafficSelector> packet, Listener listener) {
        this(ike, config, packet, listener, Optional.empty(), lowerNonce -> true);
    }

    /** @param survives tells by the lower nonce of the exchange whether its CHILD_SA is going to be used */
    ChildCreateInitiator(
            IkeSa ike,
            ChildConfig config,
            List<TrafficSelector> packet,
            Listener listener,
            Optional<ChildSa> rekeyed,
            Predicate<Chunk> survives) {
        this.packet = packet;
        this.ike = ike;
        this.config = config;
        this.listener = listener == null ? Listener.NONE : listener;
        this.rekeyed = rekeyed;
        this.survives = survives;
    }

    @Override
    public TaskType type() {
        return TaskType.CHILD_CREATE;
    }

    @Override
    public ExchangeType exchangeType() {
        if (followUp != null) {
            return ExchangeType.IKE_FOLLOWUP_KE;
        }
        return ike.isHalfOpen() ? ExchangeType.IKE_AUTH : ExchangeType.CREATE_CHILD_SA;
    }

    /** The CHILD_SA that came up; null before. */
    ChildSa child() {
        return child;
    }

    /** The peer deletes a CHILD_SA that we do not know while we wait for its answer: perhaps the one that it has just made. */
    void deletedByPeer(int spi) {
        if (deletedByPeer.size() < MAX_EARLY_DELETES) {
            deletedByPeer.add(spi);
        }
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        if (followUp != null) {
            return followUp.build(out).map(this::fail).orElse(TaskResult.NEED_MORE);
        }
        inAuth = ike.isHalfOpen();
        if (child == null) {
            child = rekeyed.map(ike.children()::createFor)
                    .orElseGet(() -> ike.children().create(config));
            // RFC 7296 section 2.9.2: a rekeying asks for what is in use
            ours = rekeyed.map(ChildSa::localSelectors).orElseGet(() -> ChildNegotiation.localSelectors(ike, config));
            theirs = rekeyed.map(ChildSa::remoteSelectors)
                    .orElseGet(() -> ChildNegotiation.remoteSelectors(ike, config));
            Optional<ChildSa> duplicate = duplicate();
            if (duplicate.isPresent()) {
                String reason = "not establishing CHILD_SA " + config.name() + "{" + child.uniqueId()
                        + "} due to existing duplicate " + duplicate.get().describeUnnamed();
                LOG.control("{}", reason);
                return fail(reason);
            }
            LOG.audit(
                    "establishing CHILD_SA {}{{}}{}",
                    config.name(),
                    child.uniqueId(),
                    rekeyed.map(old -> " reqid " + old.snapshot().reqid()).orElse(""));
            proposals = ChildNegotiation.proposals(ike, config, !inAuth);
            method = rekeyed.flatMap(ChildSa::proposal)
                    .flatMap(agreed -> agreed.first(TransformType.KE))
                    .filter(used -> IkeProposals.offers(proposals, used))
                    .orElse(IkeProposals.firstMethod(proposals));
            if (!packet.isEmpty()) {
                // RFC 7296 section 2.9: the packet's own selector first
                ours = SelectorNarrowing.startingWith(packet.get(0), ours);
                theirs = SelectorNarrowing.startingWith(packet.get(1), theirs);
            }
        }
        if (config.mode() == ChildConfig.Mode.TRANSPORT) { // before the peer builds what we cannot
            return fail("child " + config.name() + ": transport mode is not available with this kernel interface");
        }
        if (proposals.isEmpty()) {
            return fail("no ESP proposal of child " + config.name()
                    + " is supported by crypto plugins and kernel interface");
        }
        try {
            out.add(new SaPayload(ChildNegotiation.withSpi(proposals, child.allocateSpi())));
        } catch (KernelException e) {
            return fail("no SPI for child " + config.name() + ": " + e.getMessage());
        }
        if (!inAuth) {
            nonce = Nonces.make(ike);
            out.add(new NoncePayload(nonce));
            if (method != null && !addKeyExchange(out)) {
                return fail("no crypto plugin provides " + method);
            }
        }
        out.add(new TsPayload(true, ours));
        out.add(new TsPayload(false, theirs));
        return TaskResult.NEED_MORE;
    }

    /** The one that is up and does what this one would. */
    private Optional<ChildSa> duplicate() {
        if (rekeyed.isPresent() || !packet.isEmpty()) {
            return Optional.empty();
        }
        return ike.children().all().stream()
                .filter(other -> other.state() == ChildSaState.INSTALLED
                        && other.config().equals(config)
                        && other.localSelectors().equals(ours)
                        && other.remoteSelectors().equals(theirs))
                .findFirst();
    }

    private boolean addKeyExchange(MessageBuilder out) {
        closeKeyExchange();
        keyExchange = ike.services().crypto().keyExchange(method, true).orElse(null);
        if (keyExchange != null) {
            out.add(new KePayload(method.id(), keyExchange.publicValue()));
        }
        return keyExchange != null;
    }

    @Override
    public TaskResult process(IkeMessage in) throws IkeProtocolException {
        if (followUp != null) {
            return followUp(in);
        }
        Optional<NotifyPayload> wantsMethod = in.notify(NotifyType.INVALID_KE_PAYLOAD);
        if (wantsMethod.isPresent() && !inAuth) {
            return retryWithMethod(wantsMethod.get().data());
        }
        Optional<SaPayload> sa = in.first(SaPayload.class);
        if (sa.isEmpty() && !inAuth && isToBeRetried(in)) {
            return retryLater();
        }
        if (sa.isEmpty()) {
            String error =
                    Notifies.firstError(in).map(n -> n.notifyType().toString()).orElse("no SA payload");
            LOG.control("received {} notify, no CHILD_SA built", error);
            if (rekeyed.isEmpty()) {
                LOG.control("failed to establish CHILD_SA, keeping IKE_SA");
            }
            String reason = "peer refused CHILD_SA " + config.name() + " with " + error + refusalHint(in);
            LOG.control("{}", reason);
            return fail(reason);
        }
        try {
            return accept(in, sa.get());
        } catch (IkeProtocolException refused) {
            LOG.control("{}, CHILD_SA {} is not built", refused.getMessage(), config.name());
            undoAtPeer(sa.get(), child.spiIn());
            return fail(refused.getMessage());
        }
    }

    /** Refused for the time being (RFC 7296 section 2.25); a rekeying is retried by whoever drives it. */
    private boolean isToBeRetried(IkeMessage in) {
        return rekeyed.isEmpty()
                && in.notify(NotifyType.TEMPORARY_FAILURE).isPresent()
                && ike.tasks().bearsTemporaryFailure();
    }

    private TaskResult retryLater() {
        LOG.control("received TEMPORARY_FAILURE notify, will retry later");
        ended = true;
        release();
        ike.tasks().queueLater(new ChildCreateInitiator(ike, config, packet, listener));
        return TaskResult.DONE;
    }

    /** @param condition tells by the lower nonce of the exchange whether additional key exchanges are worth it */
    void continueIf(Predicate<Chunk> condition) {
        continues = condition;
    }

    /** Additional key exchanges are under way for what the peer agreed to. */
    boolean isFollowingUp() {
        return followUp != null;
    }

    private TaskResult followUp(IkeMessage in) {
        if (isToBeRetried(in)) {
            return retryLater();
        }
        Optional<NotifyPayload> error = Notifies.firstError(in);
        if (error.isPresent()) {
            LOG.control("received {} notify, no CHILD_SA built", error.get().notifyType());
            return fail("peer refused an additional key exchange of CHILD_SA " + config.name() + " with "
                    + error.get().notifyType());
        }
        SaPayload sa = agreement.first(SaPayload.class).orElseThrow();
        try {
            if (followUp.process(in)) {
                return accept(agreement, sa);
            }
            return continues.test(lowerNonce) ? TaskResult.NEED_MORE : lose();
        } catch (IkeProtocolException refused) {
            LOG.control("{}, CHILD_SA {} is not built", refused.getMessage(), config.name());
            undoAtPeer(sa, child.spiIn());
            return fail(refused.getMessage());
        }
    }

    /** The peer makes one in the place of the same CHILD_SA, which is the one to stay; ours has not been made yet. */
    private TaskResult lose() {
        LOG.control("CHILD_SA rekey collision lost, leaving rekeying of {} to the peer", config.name());
        release();
        end(Outcome.done("CHILD_SA " + config.name() + " is being rekeyed by the peer"));
        return TaskResult.DONE;
    }

    private String refusalHint(IkeMessage in) {
        if (in.notify(NotifyType.NO_PROPOSAL_CHOSEN).isPresent()) {
            return ": it takes none of " + proposals + "; compare 'esp_proposals' on both sides";
        }
        return in.notify(NotifyType.TS_UNACCEPTABLE).isPresent()
                ? ": it takes nothing of " + ChildSa.text(ours) + " === " + ChildSa.text(theirs)
                        + "; compare 'local_ts' and 'remote_ts' on both sides"
                : "";
    }

    private TaskResult accept(IkeMessage in, SaPayload sa) throws IkeProtocolException {
        Proposal chosen = sa.proposals().get(0);
        if (sa.proposals().size() != 1
                || !ProposalSelector.isChoiceOf(inAuth ? IkeProposals.withoutKeyExchange(chosen) : chosen, proposals)) {
            throw ChildNegotiation.childError(
                    NotifyType.NO_PROPOSAL_CHOSEN,
                    "peer chose " + sa.proposals() + ", which we did not offer: " + proposals);
        }
        if (deletedByPeer.contains(ChildNegotiation.peerSpi(chosen))) {
            LOG.control("peer has deleted CHILD_SA {} already", config.name());
            return fail("peer deleted CHILD_SA " + config.name() + " at once");
        }
        List<TrafficSelector> mine = ChildNegotiation.selectors(in, true);
        List<TrafficSelector> peers = ChildNegotiation.selectors(in, false);
        if (!SelectorNarrowing.isSubset(mine, ours) || !SelectorNarrowing.isSubset(peers, theirs)) {
            LOG.control("no acceptable traffic selectors found");
            throw ChildNegotiation.childError(
                    NotifyType.TS_UNACCEPTABLE,
                    "traffic selectors " + ChildSa.text(mine) + " === " + ChildSa.text(peers)
                            + " are no subset of ours, " + ChildSa.text(ours) + " === " + ChildSa.text(theirs));
        }
        if (rekeyed.isEmpty()) {
            // "dynamic" was the whole range while a virtual IP was asked for, of which the peer may have taken more
            // than that address
            List<TrafficSelector> answered = mine;
            mine = SelectorNarrowing.narrow(ChildNegotiation.assignedSelectors(ike, config), mine);
            if (mine.isEmpty()) {
                throw ChildNegotiation.childError(
                        NotifyType.TS_UNACCEPTABLE,
                        "traffic selectors " + ChildSa.text(answered) + " have nothing of our addresses, "
                                + ChildSa.text(ChildNegotiation.assignedSelectors(ike, config)));
            }
        }
        if (!packet.isEmpty() && !(has(mine, packet.get(0)) && has(peers, packet.get(1)))) {
            // the packet would be kept from it, and ask for another one
            throw ChildNegotiation.childError(
                    NotifyType.TS_UNACCEPTABLE,
                    "traffic selectors " + ChildSa.text(mine) + " === " + ChildSa.text(peers)
                            + " do not have the packet that asked for them, " + ChildSa.text(packet));
        }
        List<Secret> shared = List.of();
        Chunk peerNonce;
        int spi = child.spiIn(); // a failed installation gives it back
        boolean inUse;
        try {
            if (inAuth) {
                nonce = ike.authNonces().initiator();
                peerNonce = ike.authNonces().responder();
            } else {
                peerNonce = Required.first(in, NoncePayload.class).data();
                Nonces.check(peerNonce, ike.services().crypto(), ike.proposal());
                FollowUp.check(in, chosen);
                if (followUp == null) {
                    shared = sharedSecret(in, chosen);
                    followUp = FollowUp.after(ike, in, chosen, shared).orElse(null);
                    if (followUp != null) {
                        shared = List.of();
                        agreement = in;
                        lowerNonce = Nonces.lower(nonce, peerNonce);
                        return continues.test(lowerNonce) ? TaskResult.NEED_MORE : lose();
                    }
                } else {
                    shared = followUp.secrets();
                }
            }
            inUse = survives.test(Nonces.lower(nonce, peerNonce));
            Optional<String> failure =
                    ChildNegotiation.install(ike, child, chosen, nonce, peerNonce, shared, true, mine, peers, inUse);
            if (failure.isPresent()) {
                undoAtPeer(sa, spi);
                return fail(failure.get());
            }
        } finally {
            closeKeyExchange();
            shared.forEach(Secret::close);
        }
        followUp = null;
        ike.tasks().agreed();
        if (inUse) {
            ike.children().up(child);
        }
        end(Outcome.done("CHILD_SA " + config.name() + " established"));
        return TaskResult.DONE;
    }

    private List<Secret> sharedSecret(IkeMessage in, Proposal chosen) throws IkeProtocolException {
        Optional<TransformId> agreed = chosen.first(TransformType.KE).filter(t -> t.id() != 0);
        if (agreed.isEmpty()) {
            return List.of();
        }
        KePayload ke = Required.first(in, KePayload.class);
        if (!agreed.get().equals(method) || ke.method() != method.id()) {
            throw Required.syntax("key exchange " + ke.method() + " in the answer, " + method + " expected");
        }
        return List.of(ChildNegotiation.agree(keyExchange, ke.data()));
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

    /** The peer believes in a CHILD_SA that we refuse: it is told to delete it. */
    private void undoAtPeer(SaPayload sa, int spi) {
        boolean named =
                sa.proposals().size() == 1 && sa.proposals().get(0).protocol().equals(ProtocolId.ESP) && spi != 0;
        if (named) {
            ike.tasks().queueSpiDelete(ChildSa.spiOctets(spi));
        }
    }

    private static boolean has(List<TrafficSelector> selectors, TrafficSelector packet) {
        return !SelectorNarrowing.narrow(selectors, List.of(packet)).isEmpty();
    }

    private TaskResult fail(String reason) {
        release();
        ike.services().events().alert(ike.snapshot(), "establish-child-failure", reason);
        end(Outcome.failed(reason));
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
            if (rekeyed.isPresent()) {
                listener.ended(outcome);
            } else {
                ike.afterCheckin(() -> listener.ended(outcome));
            }
        }
    }

    @Override
    public Optional<Task> migrate(IkeSa successor) {
        return Optional.of(new ChildCreateInitiator(successor, config, packet, listener));
    }

    @Override
    public Optional<Task> again() {
        release();
        ended = true;
        return Optional.of(new ChildCreateInitiator(ike, config, packet, listener));
    }

    @Override
    public void abandon(String reason) {
        if (!ended) {
            release();
            end(Outcome.failed(reason));
        }
    }

    private void release() {
        closeKeyExchange();
        if (followUp != null) {
            followUp.close();
            followUp = null;
        }
        boolean pending = child != null
                && child.spiIn() != 0
                && ike.children().byUniqueId(child.uniqueId()).isEmpty();
        if (pending) {
            child.uninstall();
        }
        child = null;
    }
}
