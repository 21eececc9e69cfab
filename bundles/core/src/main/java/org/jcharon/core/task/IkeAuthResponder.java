// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.AuthMethod;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.auth.Demands;
import org.jcharon.core.auth.LocalAuthenticator;
import org.jcharon.core.message.AuthPayload;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IdPayload;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.proposal.ProposalSelector;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.IkeSettings;

/**
 * IKE_AUTH as responder (RFC 7296 section 1.2): one round each side, pre-shared key or signature. The peer is verified before anything
 * else of the request is looked at; connections are tried in order until one accepts the peer.
 */
final class IkeAuthResponder implements Task {

    private static final Log LOG = Log.of("ike");
    private static final Log CFG = Log.of("cfg");

    private enum Step {
        FIND_CONFIG,
        VERIFY,
        IDENTIFY,
        AUTHENTICATE
    }

    /** A connection that accepted the peer, or the reasons why none did. */
    private record Match(PeerConfig config, Map<String, String> reasons) {}

    private final IkeSa ike;
    private Step step = Step.FIND_CONFIG;
    private AuthPayload auth;
    private IdPayload idi;
    private Identification peerId = Identification.ANY;
    private Identification wantedId = Identification.ANY;
    private PpkResponder ppk;
    private CompletableFuture<List<SharedKey>> ppks;
    private CompletableFuture<Map<Chunk, Certificate>> trustAnchors;
    private CompletableFuture<List<PeerConfig>> candidates;
    private CompletableFuture<Match> match;
    private CompletableFuture<LocalAuthenticator.Identity> identity;
    private CompletableFuture<LocalAuthenticator.Result> authentication;
    private MessageBuilder out;

    IkeAuthResponder(IkeSa ike) {
        this.ike = ike;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_AUTH;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.IKE_AUTH;
    }

    @Override
    public TaskResult process(IkeMessage in) throws IkeProtocolException {
        Optional<TransformId> missing = ike.handshake().intermediate().next();
        if (missing.isPresent()) {
            throw Required.syntax("IKE_AUTH before the additional key exchange " + missing.get());
        }
        List<IdPayload> ids = in.all(IdPayload.class);
        idi = ids.stream()
                .filter(IdPayload::initiator)
                .findFirst()
                .orElseThrow(() -> Required.syntax("IKE_AUTH without IDi payload"));
        peerId = idi.identification();
        wantedId = ids.stream()
                .filter(id -> !id.initiator())
                .findFirst()
                .map(IdPayload::identification)
                .orElse(Identification.ANY);
        auth = in.first(AuthPayload.class)
                .orElseThrow(
                        () -> refused("'" + peerId + "' asks for EAP, which no connection for it is configured with"));
        ppk = PpkResponder.of(ike, in);
        AuthContext.readCertificates(ike, in);
        CFG.control(
                "looking for peer configs matching {}[{}]...{}[{}]",
                Addresses.text(ike.local().address()),
                wantedId,
                Addresses.text(ike.remote().address()),
                peerId);
        candidates = ike.services()
                .configs()
                .candidates(ike.local(), ike.remote(), wantedId, peerId)
                .toCompletableFuture();
        ppks = ike.services().credentials().ppks().toCompletableFuture();
        trustAnchors = CertificateRequests.lookUpReceived(ike);
        return new TaskResult.Wait(CompletableFuture.allOf(candidates, ppks, trustAnchors), IkeSettings.WAIT_LIMIT);
    }

    @Override
    public TaskResult resume() throws IkeProtocolException {
        return switch (step) {
            case FIND_CONFIG -> configsFound();
            case VERIFY -> verified();
            case IDENTIFY -> identified();
            case AUTHENTICATE -> authenticated();
        };
    }

    private TaskResult configsFound() throws IkeProtocolException {
        CertificateRequests.logReceived(ike, trustAnchors);
        List<PeerConfig> configs = candidates.isCompletedExceptionally() ? List.of() : candidates.join();
        if (configs.isEmpty()) {
            CFG.control("no matching peer config found");
            Refusals.byIdentity(ike, wantedId, peerId);
            throw refused("no connection matches " + Addresses.text(ike.local().address()) + "[" + wantedId + "]..."
                    + Addresses.text(ike.remote().address()) + "[" + peerId + "]");
        }
        step = Step.VERIFY;
        ppk.prepare(ppks.isCompletedExceptionally() ? List.of() : ppks.join(), auth, idi);
        List<Certificate> received = List.copyOf(ike.handshake().receivedCertificates());
        match = tryConfigs(configs, 0, received, new LinkedHashMap<>()).toCompletableFuture();
        return new TaskResult.Wait(match, IkeSettings.WAIT_LIMIT);
    }

    private CompletionStage<Match> tryConfigs(
            List<PeerConfig> configs, int index, List<Certificate> received, Map<String, String> reasons) {
        if (index == configs.size()) {
            return CompletableFuture.completedFuture(new Match(null, reasons));
        }
        PeerConfig config = configs.get(index);
        Optional<String> unmet = Demands.unmet(config);
        if (unmet.isPresent()) {
            reasons.put(config.name(), unmet.get());
            return tryConfigs(configs, index + 1, received, reasons);
        }
        // it was agreed on before anybody knew who the peer is, for the connections of all peers at that address
        if (ProposalSelector.select(IkeProposals.of(ike, config.ike()), List.of(ike.proposal()))
                .isEmpty()) {
            CFG.control("ignore candidate '{}' without matching IKE proposal", config.name());
            reasons.put(config.name(), "its IKE proposals do not have what was agreed on, " + ike.proposal());
            return tryConfigs(configs, index + 1, received, reasons);
        }
        PpkResponder.Attempt attempt = ppk.attempt(config);
        if (attempt.verifier() == null) {
            reasons.put(config.name(), attempt.refusal());
            return tryConfigs(configs, index + 1, received, reasons);
        }
        CFG.control("{} peer config '{}'", index == 0 ? "selected" : "switching to", config.name());
        AuthConfig remote = first(config.remote());
        AuthConfig local = first(config.local());
        Identification ourId = local.id().isAny() && !wantedId.isAny() ? wantedId : ownId(local);
        return attempt.verifier().verify(remote, ourId, peerId, received).thenCompose(result -> {
            if (result.authentic()) {
                return CompletableFuture.completedFuture(new Match(config, reasons));
            }
            reasons.put(config.name(), result.reason());
            return tryConfigs(configs, index + 1, received, reasons);
        });
    }

    private Identification ownId(AuthConfig local) {
        return local.id().isAny() ? Identification.ofAddress(ike.local().address()) : local.id();
    }

    private static AuthConfig first(List<AuthConfig> rounds) {
        return rounds.isEmpty() ? AuthConfig.builder().build() : rounds.get(0);
    }

    private TaskResult verified() throws IkeProtocolException {
        Match found = match.isCompletedExceptionally() ? new Match(null, Map.of("", "verifying failed")) : match.join();
        if (found.config() == null) {
            String reason = "peer '" + peerId + "' is not authenticated by any connection ("
                    + String.join(
                            "; ",
                            found.reasons().entrySet().stream()
                                    .map(entry -> entry.getKey() + ": " + entry.getValue())
                                    .toList())
                    + ")";
            Refusals.each(ike, peerId, found.reasons());
            ike.services().events().alert(ike.snapshot(), "peer-auth-failed", reason);
            throw refused(reason);
        }
        PeerConfig config = found.config();
        ike.peerConfig(config);
        ike.remoteId(peerId);
        ppk.settle(config);
        return TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult build(MessageBuilder builder) {
        out = builder;
        step = Step.IDENTIFY;
        AuthConfig local = ike.localAuth();
        if (local.method() == AuthMethod.EAP) {
            return failed("connection " + ike.name() + " has EAP as our own method, which a responder cannot use");
        }
        identity = AuthContext.authenticator(ike)
                .identity(local, wantedId, Identification.ofAddress(ike.local().address()))
                .toCompletableFuture();
        return new TaskResult.Wait(identity, IkeSettings.WAIT_LIMIT);
    }

    private TaskResult identified() {
        if (identity.isCompletedExceptionally()) {
            return failed("looking for our credentials failed");
        }
        LocalAuthenticator.Identity who = identity.join();
        ike.localId(who.id());
        IdPayload idr = IdPayload.of(false, who.id());
        out.add(idr);
        AuthContext.addCertificates(ike, who, out);
        step = Step.AUTHENTICATE;
        Chunk octets = AuthContext.localOctets(ike, ike.keys(), idr);
        authentication = AuthContext.authenticator(ike)
                .authenticate(ike.localAuth(), who, peerId, id -> octets)
                .toCompletableFuture();
        return new TaskResult.Wait(authentication, IkeSettings.WAIT_LIMIT);
    }

    private TaskResult authenticated() {
        if (authentication.isCompletedExceptionally()) {
            return failed("looking for our key failed");
        }
        LocalAuthenticator.Result result = authentication.join();
        if (!result.isSuccess()) {
            return failed(result.failure());
        }
        out.add(new AuthPayload(result.method(), result.data()));
        ppk.addTo(out);
        return TaskResult.DONE;
    }

    /** We cannot show who we are: the peer learns only that it failed. */
    private TaskResult failed(String reason) {
        LOG.control("{}, sending AUTHENTICATION_FAILED", reason);
        ike.services().events().refused(ike.snapshot(), ike.name(), reason);
        out.clear();
        out.notify(NotifyType.AUTHENTICATION_FAILED);
        return new TaskResult.Fail(reason);
    }

    private static IkeProtocolException refused(String reason) {
        return new IkeProtocolException(NotifyType.AUTHENTICATION_FAILED, Chunk.EMPTY, reason);
    }

    @Override
    public void abandon(String reason) {
        Optional.ofNullable(match).ifPresent(pending -> pending.cancel(false));
        if (ppk != null) {
            ppk.close();
        }
    }
}
