// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.AuthMethod;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.auth.Demands;
import org.jcharon.core.auth.LocalAuthenticator;
import org.jcharon.core.auth.PeerVerifier;
import org.jcharon.core.keymat.IkeKeys;
import org.jcharon.core.message.AuthPayload;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.GatewayIdentity;
import org.jcharon.core.message.IdPayload;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.IkeSettings;

/** IKE_AUTH as initiator (RFC 7296 section 1.2): one round each side, pre-shared key or signature. */
final class IkeAuthInitiator implements Task {

    private static final Log LOG = Log.of("ike");

    private enum Step {
        IDENTIFY,
        AUTHENTICATE,
        AUTHENTICATE_WITHOUT_PPK,
        VERIFY
    }

    private final IkeSa ike;
    private Step step = Step.IDENTIFY;
    private MessageBuilder out;
    private CompletableFuture<LocalAuthenticator.Identity> identity;
    private CompletableFuture<Map<Chunk, Certificate>> trustAnchors;
    private CompletableFuture<Map<Chunk, Certificate>> authorities;
    private CompletableFuture<LocalAuthenticator.Result> authentication;
    private CompletableFuture<PeerVerifier.Result> verification;
    private Identification peerId = Identification.ANY;
    private Optional<GatewayIdentity> redirect = Optional.empty();
    private PpkInitiator ppk;
    private CompletableFuture<List<SharedKey>> ppks;
    private LocalAuthenticator.Result proof;
    private IdPayload idi;

    IkeAuthInitiator(IkeSa ike) {
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
    public TaskResult build(MessageBuilder builder) {
        out = builder;
        Optional<String> unmet = Demands.unmet(ike.peerConfig());
        if (unmet.isPresent()) {
            return new TaskResult.Fail(unmet.get());
        }
        AuthConfig local = ike.localAuth();
        if (local.method() == AuthMethod.EAP) {
            return new TaskResult.Fail("EAP authentication of connection " + ike.name() + " is not available");
        }
        identity = AuthContext.authenticator(ike)
                .identity(
                        local,
                        Identification.ANY,
                        Identification.ofAddress(ike.local().address()))
                .toCompletableFuture();
        trustAnchors = CertificateRequests.lookUp(ike, List.of());
        List<Certificate> demanded = remoteAuth().caCertificates();
        authorities = demanded.isEmpty() ? trustAnchors : CertificateRequests.lookUp(ike, demanded);
        ppk = new PpkInitiator(ike);
        ppks = ike.services().credentials().ppks().toCompletableFuture();
        return new TaskResult.Wait(
                CompletableFuture.allOf(identity, trustAnchors, authorities, ppks), IkeSettings.WAIT_LIMIT);
    }

    @Override
    public TaskResult resume() throws IkeProtocolException {
        return switch (step) {
            case IDENTIFY -> identified();
            case AUTHENTICATE -> authenticated();
            case AUTHENTICATE_WITHOUT_PPK -> authenticatedWithoutPpk();
            case VERIFY -> verified();
        };
    }

    private TaskResult identified() {
        if (identity.isCompletedExceptionally()) {
            return new TaskResult.Fail("looking for our credentials failed");
        }
        Optional<String> refusal = ppk.prepare(ppks.isCompletedExceptionally() ? List.of() : ppks.join());
        if (refusal.isPresent()) {
            return new TaskResult.Fail(refusal.get());
        }
        CertificateRequests.logReceived(ike, trustAnchors);
        LocalAuthenticator.Identity who = identity.join();
        ike.localId(who.id());
        idi = IdPayload.of(true, who.id());
        out.add(idi);
        AuthContext.addCertificates(ike, who, out);
        if (remoteAuth().method() == AuthMethod.PUBKEY && ike.ikeConfig().sendCertificateRequests()) {
            CertificateRequests.send(authorities, out);
        }
        Identification expected = remoteAuth().id();
        if (!expected.hasWildcards()) {
            out.add(IdPayload.of(false, expected));
        }
        step = Step.AUTHENTICATE;
        return authenticate(ppk.keys());
    }

    private TaskResult authenticate(IkeKeys keys) {
        Chunk octets = AuthContext.localOctets(ike, keys, idi);
        authentication = AuthContext.authenticator(ike)
                .authenticate(
                        ike.localAuth(), identity.join(), keyOwner(remoteAuth().id()), id -> octets)
                .toCompletableFuture();
        return new TaskResult.Wait(authentication, IkeSettings.WAIT_LIMIT);
    }

    /** Without a remote identity the peer's address finds the pre-shared key. */
    private Identification keyOwner(Identification expected) {
        return expected.isAny() ? Identification.ofAddress(ike.remote().address()) : expected;
    }

    private TaskResult authenticated() {
        proof = proof();
        if (!proof.isSuccess()) {
            return new TaskResult.Fail(proof.failure());
        }
        if (ppk.isOptional()) {
            step = Step.AUTHENTICATE_WITHOUT_PPK;
            return authenticate(ike.keys());
        }
        return finish(null);
    }

    private TaskResult authenticatedWithoutPpk() {
        LocalAuthenticator.Result plain = proof();
        return plain.isSuccess() ? finish(plain.data()) : new TaskResult.Fail(plain.failure());
    }

    private LocalAuthenticator.Result proof() {
        return authentication.isCompletedExceptionally()
                ? new LocalAuthenticator.Result(0, Chunk.EMPTY, "looking for our key failed")
                : authentication.join();
    }

    private TaskResult finish(Chunk withoutPpk) {
        out.add(new AuthPayload(proof.method(), proof.data()));
        ppk.addTo(out, withoutPpk);
        step = Step.VERIFY;
        return TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult process(IkeMessage in) throws IkeProtocolException {
        Optional<AuthPayload> auth = in.first(AuthPayload.class);
        Optional<NotifyPayload> error = Notifies.firstError(in);
        if (auth.isEmpty()) {
            // RFC 7296 section 2.21.2: without AUTH the peer says only that it refuses us
            if (error.isEmpty()) {
                // it is up for the peer, who has to learn that it is not
                throw refused("IKE_AUTH response without AUTH payload");
            }
            LOG.control("received {} notify error", error.get().notifyType());
            return new TaskResult.DestroySa(refusal(error.get().notifyType()));
        }
        IdPayload idr = in.all(IdPayload.class).stream()
                .filter(id -> !id.initiator())
                .findFirst()
                .orElseThrow(() -> refused("IKE_AUTH response without IDr payload"));
        peerId = idr.identification();
        if (!peerId.matches(remoteAuth().id())) {
            LOG.control(
                    "peer identity '{}' does not match configured '{}'",
                    peerId,
                    remoteAuth().id());
            throw refused("peer is '" + peerId + "', connection " + ike.name() + " wants '"
                    + remoteAuth().id() + "'");
        }
        AuthContext.readCertificates(ike, in);
        redirect = in.notify(NotifyType.REDIRECT).flatMap(notify -> GatewayIdentity.decode(notify.data()));
        ppk.settle(in);
        verification = AuthContext.verifier(ike, ike.keys(), auth.get(), idr)
                .verify(
                        remoteAuth(),
                        ike.localId(),
                        peerId,
                        List.copyOf(ike.handshake().receivedCertificates()))
                .toCompletableFuture();
        return new TaskResult.Wait(verification, IkeSettings.WAIT_LIMIT);
    }

    private String refusal(NotifyType type) {
        String text = "peer answered " + type;
        if (!type.equals(NotifyType.AUTHENTICATION_FAILED)) {
            return text;
        }
        String ours = ike.localId().toString();
        String expected =
                remoteAuth().id().isAny() ? "" : ", is not '" + remoteAuth().id() + "' itself";
        return ike.localAuth().method() == AuthMethod.PSK
                ? text + ": it does not know our identity '" + ours + "'" + expected
                        + ", or has another pre-shared key for us; compare ids and secrets on both sides"
                : text + ": it does not accept our identity '" + ours + "'" + expected
                        + ", or lacks the CA of our certificate" + issuer()
                        + "; compare ids and CA certificates on both sides";
    }

    private String issuer() {
        return identity.join()
                .credential()
                .map(own -> " ('" + own.certificate().issuer() + "')")
                .orElse("");
    }

    private TaskResult verified() throws IkeProtocolException {
        if (verification.isCompletedExceptionally()) {
            throw refused("verifying '" + peerId + "' failed");
        }
        PeerVerifier.Result result = verification.join();
        if (!result.authentic()) {
            ike.services().events().alert(ike.snapshot(), "local-auth-failed", result.reason());
            throw refused(result.reason());
        }
        ike.remoteId(peerId);
        return redirect.<TaskResult>map(gateway -> new TaskResult.Redirect(gateway.name()))
                .orElse(TaskResult.DONE);
    }

    @Override
    public void abandon(String reason) {
        if (ppk != null) {
            ppk.close();
        }
    }

    private AuthConfig remoteAuth() {
        return ike.peerConfig().remote().isEmpty()
                ? AuthConfig.builder().build()
                : ike.peerConfig().remote().get(0);
    }

    private static IkeProtocolException refused(String reason) {
        return new IkeProtocolException(NotifyType.AUTHENTICATION_FAILED, Chunk.EMPTY, reason);
    }
}
