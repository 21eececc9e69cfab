// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaState;
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
 * A CHILD_SA as responder, in IKE_AUTH or in CREATE_CHILD_SA. If it fails an error notify takes its place and the IKE_SA stays (RFC 7296
 * section 1.2). {@link ChildRekeyResponder} drives one of these for the new CHILD_SA.
 */
final class ChildCreateResponder implements Task {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private final Optional<ChildSa> rekeyed;
    private IkeMessage request;
    private ChildSa child;
    private Chunk lowerNonce = Chunk.EMPTY;
    private Consumer<ChildSa> later = made -> {};

    ChildCreateResponder(IkeSa ike) {
        this(ike, Optional.empty());
    }

    ChildCreateResponder(IkeSa ike, Optional<ChildSa> rekeyed) {
        this.ike = ike;
        this.rekeyed = rekeyed;
    }

    @Override
    public TaskType type() {
        return TaskType.CHILD_CREATE;
    }

    /** The CHILD_SA that came up; null if none did. */
    ChildSa child() {
        return child;
    }

    /** Tells {@code listener} of a CHILD_SA that comes up only after further key exchanges. */
    void whenMadeLater(Consumer<ChildSa> listener) {
        later = listener;
    }

    /** The lower one of the nonces of the exchange. */
    Chunk lowerNonce() {
        return lowerNonce;
    }

    @Override
    public TaskResult process(IkeMessage in) throws IkeProtocolException {
        request = in;
        boolean childless = in.exchangeType().equals(ExchangeType.IKE_AUTH)
                && in.first(SaPayload.class).isEmpty();
        if (childless && in.first(TsPayload.class).isPresent()) {
            throw Required.syntax("traffic selectors without an SA payload");
        }
        if (childless && ike.ikeConfig().childless() == IkeConfig.Childless.NEVER) {
            // RFC 6023 section 4: without the extension this is an IKE_AUTH that lacks payloads
            throw Required.syntax("childless IKE_AUTH, which connection " + ike.name() + " never takes");
        }
        return childless ? TaskResult.DONE : TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult build(MessageBuilder out) throws IkeProtocolException {
        try {
            answer(out);
        } catch (IkeProtocolException refused) {
            boolean fatal = refused.notifyType().equals(NotifyType.INVALID_SYNTAX);
            if (fatal && !request.exchangeType().equals(ExchangeType.IKE_AUTH)) {
                throw refused;
            }
            LOG.control("{}, sending {}", refused.getMessage(), refused.notifyType());
            if (rekeyed.isEmpty()) {
                LOG.control("failed to establish CHILD_SA, keeping IKE_SA");
            }
            ike.services().events().alert(ike.snapshot(), "establish-child-failure", refused.getMessage());
            out.add(new NotifyPayload(refused.notifyType(), refused.data()));
        }
        return TaskResult.DONE;
    }

    private void answer(MessageBuilder out) throws IkeProtocolException {
        if (ike.state() != IkeSaState.ESTABLISHED) {
            // RFC 7296 section 2.25.2: an IKE_SA being rekeyed or deleted takes no new CHILD_SAs
            throw ChildNegotiation.childError(NotifyType.TEMPORARY_FAILURE, "IKE_SA is " + ike.state());
        }
        boolean inAuth = request.exchangeType().equals(ExchangeType.IKE_AUTH);
        if (inAuth && ike.ikeConfig().childless() == IkeConfig.Childless.FORCE) {
            throw ChildNegotiation.childError(
                    NotifyType.NO_ADDITIONAL_SAS,
                    "CHILD_SA in IKE_AUTH, but connection " + ike.name() + " forces childless IKE_SAs");
        }
        boolean noAddress = out.payloads().stream()
                .anyMatch(payload -> payload instanceof NotifyPayload notify
                        && notify.notifyType().equals(NotifyType.INTERNAL_ADDRESS_FAILURE));
        if (noAddress) { // RFC 7296 section 3.15.4: that is the answer, and the peer builds none either
            LOG.control("configuration payload negotiation failed, no CHILD_SA built");
            LOG.control("failed to establish CHILD_SA, keeping IKE_SA");
            ike.services().events().alert(ike.snapshot(), "establish-child-failure", "no virtual IP for the peer");
            return;
        }
        SaPayload sa = Required.first(request, SaPayload.class);
        List<TrafficSelector> tsi = ChildNegotiation.selectors(request, true);
        List<TrafficSelector> tsr = ChildNegotiation.selectors(request, false);
        if (request.all(TsPayload.class).size() != 2) {
            throw Required.syntax("request for a CHILD_SA without TSi and TSr");
        }
        ChildConfig config = select(tsi, tsr);
        List<TrafficSelector> ours = SelectorNarrowing.narrow(localPolicy(config), tsr);
        List<TrafficSelector> theirs = SelectorNarrowing.narrow(remotePolicy(config), tsi);
        if (request.notify(NotifyType.USE_TRANSPORT_MODE).isPresent() && config.mode() == ChildConfig.Mode.TRANSPORT) {
            throw ChildNegotiation.childError(
                    NotifyType.NO_PROPOSAL_CHOSEN, "transport mode is not available with this kernel interface");
        }
        List<Proposal> configured = ChildNegotiation.proposals(ike, config, !inAuth);
        List<Proposal> offered = inAuth
                ? sa.proposals().stream().map(IkeProposals::withoutKeyExchange).toList()
                : sa.proposals();
        Proposal chosen = ProposalSelector.select(configured, offered).orElseThrow(() -> {
            LogProposals.mismatch(ike, offered, configured);
            return ChildNegotiation.childError(
                    NotifyType.NO_PROPOSAL_CHOSEN,
                    "no acceptable proposal found: " + ProposalSelector.mismatch(configured, offered));
        });
        ChildNegotiation.peerSpi(chosen);
        create(out, config, chosen, ours, theirs, inAuth);
    }

    private List<TrafficSelector> localPolicy(ChildConfig config) {
        return rekeyed.map(ChildSa::localSelectors).orElseGet(() -> ChildNegotiation.localSelectors(ike, config));
    }

    private List<TrafficSelector> remotePolicy(ChildConfig config) {
        return rekeyed.map(ChildSa::remoteSelectors).orElseGet(() -> ChildNegotiation.remoteSelectors(ike, config));
    }

    /** The child that serves the offers best, of equals the first. */
    private ChildConfig select(List<TrafficSelector> tsi, List<TrafficSelector> tsr) throws IkeProtocolException {
        List<ChildConfig> configs = rekeyed.map(old -> List.of(old.config()))
                .orElse(ike.peerConfig().children());
        ChildConfig best = null;
        int most = 0;
        for (ChildConfig config : configs) {
            int quality = quality(config, tsi, tsr);
            if (quality > most) {
                most = quality;
                best = config;
            }
        }
        if (best != null) {
            return best;
        }
        configs.stream().limit(Refusals.MOST).forEach(config -> logMismatch(config, tsi, tsr));
        throw ChildNegotiation.childError(
                NotifyType.TS_UNACCEPTABLE,
                "traffic selectors " + ChildSa.text(tsr) + " === " + ChildSa.text(tsi) + " unacceptable");
    }

    /**
     * How well a child serves the offers: 0 if not at all, most if it has the first selectors of both, which are those of the packet that
     * the initiator wants to send (RFC 7296 section 2.9), then if it has all of them and no more.
     */
    private int quality(ChildConfig config, List<TrafficSelector> tsi, List<TrafficSelector> tsr) {
        List<TrafficSelector> local = localPolicy(config);
        List<TrafficSelector> remote = remotePolicy(config);
        if (config.mode().isShunt()
                || SelectorNarrowing.narrow(local, tsr).isEmpty()
                || SelectorNarrowing.narrow(remote, tsi).isEmpty()) {
            return 0;
        }
        boolean first = SelectorNarrowing.isSubset(tsr.subList(0, 1), local)
                && SelectorNarrowing.isSubset(tsi.subList(0, 1), remote);
        boolean all = SelectorNarrowing.isSubset(tsr, local) && SelectorNarrowing.isSubset(tsi, remote);
        boolean noMore = SelectorNarrowing.isSubset(local, tsr) && SelectorNarrowing.isSubset(remote, tsi);
        return 1 + (first ? 4 : 0) + (all ? 2 : 0) + (noMore ? 1 : 0);
    }

    /** Which side of a child's policy has something in common with the offer, and which has not. */
    private void logMismatch(ChildConfig config, List<TrafficSelector> tsi, List<TrafficSelector> tsr) {
        String text = "child " + config.name() + " has " + side(localPolicy(config), tsr) + " === "
                + side(remotePolicy(config), tsi);
        LOG.control("{}", text);
        ike.history().problem(text);
    }

    private static String side(List<TrafficSelector> policy, List<TrafficSelector> offer) {
        boolean fits = !SelectorNarrowing.narrow(policy, offer).isEmpty();
        return ChildSa.text(policy) + (fits ? " (fits)" : " (nothing of " + ChildSa.text(offer) + ")");
    }

    private void create(
            MessageBuilder out,
            ChildConfig config,
            Proposal chosen,
            List<TrafficSelector> ours,
            List<TrafficSelector> theirs,
            boolean inAuth)
            throws IkeProtocolException {
        List<Secret> shared = List.of();
        KePayload answer = null;
        Chunk peerNonce;
        Chunk nonce;
        if (inAuth) {
            peerNonce = ike.authNonces().initiator();
            nonce = ike.authNonces().responder();
        } else {
            peerNonce = Required.first(request, NoncePayload.class).data();
            Nonces.check(peerNonce, ike.services().crypto(), ike.proposal());
            nonce = Nonces.make(ike);
        }
        List<TransformId> additional = AdditionalKeyExchanges.of(chosen);
        Optional<TransformId> method = chosen.first(TransformType.KE).filter(t -> t.id() != 0);
        if (!additional.isEmpty()) {
            checkFollowUp(method);
        }
        if (!inAuth && method.isPresent()) {
            KeyExchangeAnswer made = KeyExchangeAnswer.to(ike, method.get(), keyExchangeOf(method.get()));
            shared = List.of(made.shared());
            answer = made.payload();
        }
        ChildSa fresh = rekeyed.map(ike.children()::createFor)
                .orElseGet(() -> ike.children().create(config));
        lowerNonce = Nonces.lower(peerNonce, nonce);
        Agreed agreed = new Agreed(fresh, chosen, peerNonce, nonce, ours, theirs);
        Chunk spi;
        boolean kept = false;
        try {
            spi = allocate(fresh);
            if (additional.isEmpty()) {
                install(agreed, shared);
            }
            kept = !additional.isEmpty();
        } finally {
            if (!kept) {
                shared.forEach(Secret::close);
            }
        }
        out.add(new SaPayload(List.of(chosen.withSpi(spi))));
        if (!inAuth) {
            out.add(new NoncePayload(nonce));
        }
        if (answer != null) {
            out.add(answer);
        }
        out.add(new TsPayload(true, theirs));
        out.add(new TsPayload(false, ours));
        if (kept) {
            ike.tasks().followUps().begin(additional, shared.get(0), agreed, out);
        } else if (rekeyed.isEmpty()) {
            ike.children().up(child);
        }
    }

    private void install(Agreed agreed, List<Secret> shared) throws IkeProtocolException {
        // a rekeyed CHILD_SA sends until the peer shows that the new one is installed there
        Optional<String> failure = ChildNegotiation.install(
                ike,
                agreed.fresh,
                agreed.chosen,
                agreed.peerNonce,
                agreed.nonce,
                shared,
                false,
                agreed.ours,
                agreed.theirs,
                rekeyed.isEmpty());
        if (failure.isPresent()) {
            throw ChildNegotiation.childError(NotifyType.NO_PROPOSAL_CHOSEN, failure.get());
        }
        child = agreed.fresh;
    }

    private void checkFollowUp(Optional<TransformId> main) throws IkeProtocolException {
        if (main.isEmpty()) {
            throw ChildNegotiation.childError(
                    NotifyType.NO_PROPOSAL_CHOSEN, "additional key exchanges without a main one");
        }
        ike.tasks().followUps().checkRoom();
    }

    /** What CREATE_CHILD_SA agreed on; it is installed at once, or after further key exchanges. */
    private final class Agreed implements FollowUps.Purpose {

        private final ChildSa fresh;
        private final Proposal chosen;
        private final Chunk peerNonce;
        private final Chunk nonce;
        private final List<TrafficSelector> ours;
        private final List<TrafficSelector> theirs;

        Agreed(
                ChildSa fresh,
                Proposal chosen,
                Chunk peerNonce,
                Chunk nonce,
                List<TrafficSelector> ours,
                List<TrafficSelector> theirs) {
            this.fresh = fresh;
            this.chosen = chosen;
            this.peerNonce = peerNonce;
            this.nonce = nonce;
            this.ours = ours;
            this.theirs = theirs;
        }

        @Override
        public void complete(List<Secret> secrets) throws IkeProtocolException {
            boolean wanted = ike.state() == IkeSaState.ESTABLISHED
                    && rekeyed.filter(old -> !isReplaceable(old)).isEmpty();
            if (!wanted) {
                throw ChildNegotiation.childError(
                        NotifyType.TEMPORARY_FAILURE,
                        "peer completes CHILD_SA " + fresh.config().name() + ", but what it is for has changed");
            }
            install(this, secrets);
            secrets.forEach(Secret::close);
            if (rekeyed.isEmpty()) {
                ike.children().up(fresh);
            }
            later.accept(fresh);
        }

        /** Nothing has come between, but perhaps a rekeying of ours that does not know yet who wins. */
        private boolean isReplaceable(ChildSa old) {
            boolean colliding = old.state() == ChildSaState.REKEYING
                    && ike.tasks()
                            .rekeying(old)
                            .filter(ours -> !ours.hasCollided())
                            .isPresent();
            return (old.state() == ChildSaState.INSTALLED || colliding)
                    && !ike.tasks().isClosing(old)
                    && ike.children().byUniqueId(old.uniqueId()).isPresent();
        }

        @Override
        public void abandon() {
            if (fresh.spiIn() != 0) {
                fresh.uninstall();
            }
        }

        @Override
        public boolean isRekeyingOf(ChildSa old) {
            return rekeyed.filter(mine -> mine == old).isPresent();
        }
    }

    private static Chunk allocate(ChildSa child) throws IkeProtocolException {
        try {
            return child.allocateSpi();
        } catch (KernelException e) {
            throw ChildNegotiation.childError(NotifyType.NO_PROPOSAL_CHOSEN, "no SPI: " + e.getMessage());
        }
    }

    private KePayload keyExchangeOf(TransformId method) throws IkeProtocolException {
        Optional<KePayload> ke = request.first(KePayload.class);
        if (ke.isEmpty() || ke.get().method() != method.id()) {
            throw KeyExchangeAnswer.wanted(method, ke);
        }
        return ke.get();
    }

    @Override
    public void abandon(String reason) {
        request = null;
    }
}
