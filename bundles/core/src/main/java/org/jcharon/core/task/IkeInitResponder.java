// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.GatewayIdentity;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.KePayload;
import org.jcharon.core.message.NoncePayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.SaPayload;
import org.jcharon.core.proposal.ProposalSelector;
import org.jcharon.core.sa.Extension;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.IkeSettings;

/** IKE_SA_INIT as responder (RFC 7296 section 1.2). */
final class IkeInitResponder implements Task {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private IkeMessage request;
    private CompletableFuture<List<PeerConfig>> candidates;
    private CompletableFuture<Map<Chunk, Certificate>> authorities;
    private CompletableFuture<List<SharedKey>> ppks;
    private Proposal chosen;
    private KePayload answer;

    IkeInitResponder(IkeSa ike) {
        this.ike = ike;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_INIT;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.IKE_SA_INIT;
    }

    @Override
    public TaskResult process(IkeMessage in) {
        LOG.audit("{} is initiating an IKE_SA", Addresses.text(ike.remote().address()));
        ike.moveTo(IkeSaState.CONNECTING);
        ike.limitHalfOpen();
        request = in;
        ike.handshake().receivedInit(ike.tasks().lastReceived());
        candidates =
                ike.services().configs().candidates(ike.local(), ike.remote()).toCompletableFuture();
        authorities = CertificateRequests.lookUp(ike, List.of());
        ppks = ike.services().credentials().ppks().toCompletableFuture();
        return new TaskResult.Wait(CompletableFuture.allOf(candidates, authorities, ppks), IkeSettings.WAIT_LIMIT);
    }

    @Override
    public TaskResult resume() throws IkeProtocolException {
        List<PeerConfig> configs = candidates.isCompletedExceptionally() ? List.of() : candidates.join();
        if (configs.isEmpty()) {
            String reason = "no IKE config found for "
                    + Addresses.text(ike.local().address()) + "..."
                    + Addresses.text(ike.remote().address());
            ike.services().events().refused(ike.snapshot(), "", reason);
            throw new IkeProtocolException(NotifyType.NO_PROPOSAL_CHOSEN, Chunk.EMPTY, reason);
        }
        SaPayload sa = Required.first(request, SaPayload.class);
        if (sa.proposals().stream().anyMatch(proposal -> !proposal.spi().isEmpty())) {
            throw Required.syntax("proposal with an SPI in IKE_SA_INIT"); // RFC 7296 section 3.3.1
        }
        KePayload ke = Required.first(request, KePayload.class);
        NoncePayload nonce = Required.first(request, NoncePayload.class);
        redirect(nonce.data());
        boolean intermediate =
                request.notify(NotifyType.INTERMEDIATE_EXCHANGE_SUPPORTED).isPresent();
        PeerConfig config = select(configs, sa.proposals(), intermediate);
        ike.ikeConfig(config.ike());
        ike.handshake().candidates(configs);
        LogProposals.selected(chosen);
        TransformId method =
                chosen.first(TransformType.KE).orElseThrow(() -> Required.syntax("IKE proposal without key exchange"));
        if (ke.method() != method.id()) {
            LOG.control(
                    "key exchange method in received payload {} doesn't match negotiated {}",
                    TransformId.ke(ke.method()),
                    method);
            throw KeyExchangeAnswer.wanted(method, Optional.of(ke));
        }
        Nonces.check(nonce.data(), ike.services().crypto(), chosen);
        ike.handshake().localNonce(Nonces.make(ike));
        ike.handshake().remoteNonce(nonce.data());
        InitNotifies.read(ike, request);
        if (ppks.isCompletedExceptionally() || ppks.join().isEmpty()) {
            ike.extensions().remove(Extension.PPK);
        }
        agree(ke, method);
        ike.handshake().intermediate().expect(AdditionalKeyExchanges.of(chosen));
        return TaskResult.NEED_MORE;
    }

    /** RFC 5685 section 3: before anything is computed for a client that another gateway is to serve. */
    private void redirect(Chunk nonce) throws IkeProtocolException {
        boolean supported = request.notify(NotifyType.REDIRECT_SUPPORTED).isPresent()
                || request.notify(NotifyType.REDIRECTED_FROM).isPresent();
        Optional<Identification> gateway =
                supported ? ike.services().redirects().onInit(ike.snapshot()) : Optional.empty();
        Optional<Chunk> data = gateway.flatMap(to -> GatewayIdentity.encode(to, nonce));
        if (data.isPresent()) {
            throw new IkeProtocolException(NotifyType.REDIRECT, data.get(), "redirecting peer to " + gateway.get());
        }
    }

    private PeerConfig select(List<PeerConfig> configs, List<Proposal> received, boolean intermediate)
            throws IkeProtocolException {
        List<Proposal> offered = intermediate ? received : AdditionalKeyExchanges.without(received);
        for (PeerConfig config : configs) {
            Optional<Proposal> match = ProposalSelector.select(IkeProposals.of(ike, config.ike()), offered);
            if (match.isPresent()) {
                chosen = match.get();
                return config;
            }
        }
        List<Proposal> ours = configs.stream()
                .limit(Refusals.MOST)
                .flatMap(config -> IkeProposals.of(ike, config.ike()).stream())
                .map(proposal -> new Proposal(1, proposal.protocol(), proposal.spi(), proposal.transforms()))
                .distinct()
                .toList();
        LogProposals.ikeMismatch(ike, received, ours);
        String reason = !intermediate && ProposalSelector.select(ours, received).isPresent()
                ? "additional key exchanges need IKE_INTERMEDIATE, which the peer does not announce"
                : ProposalSelector.mismatch(ours, received);
        for (PeerConfig config : configs.subList(0, Math.min(configs.size(), Refusals.MOST))) {
            List<Proposal> wanted = IkeProposals.of(ike, config.ike());
            String mismatch =
                    !intermediate && ProposalSelector.select(wanted, received).isPresent()
                            ? reason
                            : ProposalSelector.mismatch(wanted, received);
            ike.services().events().refused(ike.snapshot(), config.name(), "no matching IKE proposal: " + mismatch);
        }
        ike.services().events().alert(ike.snapshot(), "proposal-mismatch-ike", reason);
        throw new IkeProtocolException(
                NotifyType.NO_PROPOSAL_CHOSEN, Chunk.EMPTY, "no matching proposal found: " + reason);
    }

    private void agree(KePayload ke, TransformId method) throws IkeProtocolException {
        KeyExchangeAnswer made = KeyExchangeAnswer.to(ike, method, ke);
        answer = made.payload();
        try (Secret shared = made.shared()) {
            IkeKeying.initial(ike, chosen, shared);
        }
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        out.add(new SaPayload(List.of(chosen)));
        out.add(answer);
        out.add(new NoncePayload(ike.handshake().localNonce()));
        InitNotifies.add(ike, out);
        if (ike.ikeConfig().sendCertificateRequests()) {
            CertificateRequests.send(authorities, out);
        }
        return TaskResult.DONE;
    }
}
