// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.auth;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.AuthMethod;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.jcharon.core.keymat.PskAuth;

/**
 * Verifies one AUTH payload of the peer. Works on immutable values only, so that the stages may complete on any thread.
 *
 * @param octets what the peer must have authenticated (RFC 7296 section 2.15)
 * @param peerIsOld whether the peer announced no hash algorithms
 */
public record PeerVerifier(
        CryptoRegistry crypto,
        PeerCredentials credentials,
        TransformId prf,
        int method,
        Chunk authData,
        Chunk octets,
        boolean peerIsOld) {

    private static final Log LOG = Log.of("ike");

    /** Whether the peer is who it says; {@code reason} says why not. */
    public record Result(boolean authentic, String reason) {}

    /** Whether the AUTH payload is of the kind that a configuration demands. */
    public boolean fits(AuthConfig remote) {
        AuthMethod kind = method == AuthMethods.SHARED_KEY ? AuthMethod.PSK : AuthMethod.PUBKEY;
        return remote.method() == kind;
    }

    /** Verifies against one configuration. */
    public CompletionStage<Result> verify(
            AuthConfig remote, Identification localId, Identification peerId, List<Certificate> received) {
        if (!fits(remote)) {
            return done(
                    false,
                    "peer proves itself with " + said(method) + ", configured is " + wanted(remote) + " (remote.auth)");
        }
        Optional<String> unmet = Demands.unmet(remote);
        if (unmet.isPresent()) {
            LOG.control("constraint check failed: {}", unmet.get());
            return done(false, unmet.get());
        }
        return method == AuthMethods.SHARED_KEY
                ? credentials.sharedKeys(localId, peerId).thenApply(keys -> verifySharedKey(keys, localId, peerId))
                : verifySignature(remote, peerId, received);
    }

    private static String said(int method) {
        return method == AuthMethods.SHARED_KEY ? "a pre-shared key" : "a signature (method " + method + ")";
    }

    private static String wanted(AuthConfig remote) {
        return switch (remote.method()) {
            case PSK -> "a pre-shared key";
            case PUBKEY -> "a certificate or public key";
            default -> remote.method().toString();
        };
    }

    private Result verifySharedKey(List<SharedKey> keys, Identification localId, Identification peerId) {
        for (SharedKey key : keys) {
            Chunk expected = PskAuth.compute(crypto, prf, key.secret(), octets);
            if (expected.equalsConstantTime(authData)) {
                LOG.control("authentication of '{}' with pre-shared key successful", peerId);
                return new Result(true, "");
            }
        }
        if (keys.isEmpty()) {
            LOG.control("no shared key found for '{}' - '{}'", localId, peerId);
            return new Result(false, "no shared key found for '" + localId + "' - '" + peerId + "'");
        }
        String text = "tried " + keys.size() + " shared key" + (keys.size() > 1 ? "s" : "") + " for '" + localId
                + "' - '" + peerId + "', but MAC mismatched";
        LOG.control(text);
        return new Result(false, text);
    }

    private CompletionStage<Result> verifySignature(
            AuthConfig remote, Identification peerId, List<Certificate> received) {
        AuthMethods.ReceivedSignature parsed;
        try {
            parsed = AuthMethods.parse(method, authData, peerIsOld);
        } catch (WireException e) {
            LOG.control("signature of '{}' refused: {}", peerId, e.getMessage());
            return done(false, e.getMessage());
        }
        if (!remote.signatureSchemes().isEmpty() && !remote.signatureSchemes().contains(parsed.scheme())) {
            return done(false, "signature scheme " + parsed.scheme() + " is not among the configured ones");
        }
        return credentials.trustedKeys(peerId, remote, received).thenApply(trusted -> {
            for (PublicKey key : trusted.keys()) {
                if (key.type() == parsed.scheme().keyType()
                        && crypto.verify(
                                parsed.scheme(),
                                key,
                                octets.toArray(),
                                parsed.signature().toArray())) {
                    LOG.control("authentication of '{}' with {} successful", peerId, parsed.scheme());
                    return new Result(true, "");
                }
            }
            if (trusted.keys().isEmpty()) {
                LOG.control(
                        "no trusted {} public key found for '{}'",
                        parsed.scheme().keyType(),
                        peerId);
                return new Result(
                        false,
                        "no trusted " + parsed.scheme().keyType() + " public key found for '" + peerId + "'"
                                + (trusted.reason().isEmpty() ? "" : ": " + trusted.reason()));
            }
            LOG.control("signature validation failed, looking for another key");
            return new Result(false, "signature of '" + peerId + "' does not match any trusted key");
        });
    }

    private static CompletionStage<Result> done(boolean authentic, String reason) {
        return CompletableFuture.completedFuture(new Result(authentic, reason));
    }
}
