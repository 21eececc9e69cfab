// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.auth;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.AuthMethod;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.PrivateKey;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.keymat.PskAuth;

/**
 * Makes our AUTH payload. Works on immutable values only, so that the stages may complete on any thread.
 *
 * @param peerHashes hash algorithms that the peer announced
 * @param digitalSignature whether the peer knows RFC 7427
 */
public record LocalAuthenticator(
        CryptoRegistry crypto,
        PeerCredentials credentials,
        TransformId prf,
        Set<HashAlgorithm> peerHashes,
        boolean digitalSignature,
        List<Chunk> requestedAuthorities) {

    private static final Log LOG = Log.of("ike");

    /**
     * Who we are in this authentication.
     *
     * @param credential our key and certificates; empty for a pre-shared key and for a raw public key
     * @param rawKey our key if the peer knows it without a certificate
     */
    public record Identity(
            Identification id, Optional<PeerCredentials.LocalCredential> credential, Optional<PrivateKey> rawKey) {

        /** Without a raw public key. */
        public Identity(Identification id, Optional<PeerCredentials.LocalCredential> credential) {
            this(id, credential, Optional.empty());
        }

        private Optional<PrivateKey> key() {
            return rawKey.or(() -> credential.map(PeerCredentials.LocalCredential::key));
        }
    }

    /** An AUTH payload's method and data, or why there is none. */
    public record Result(int method, Chunk data, String failure) {
        /** Whether there is an AUTH payload. */
        public boolean isSuccess() {
            return failure.isEmpty();
        }
    }

    /**
     * Who we are: the configured identity if a certificate confirms it, else the certificate's subject; with a pre-shared key
     * or a raw public key the configured identity or our address. An identity {@code %any} in the result means that there is no key.
     */
    public CompletionStage<Identity> identity(AuthConfig local, Identification fallback, Identification address) {
        Identification wanted = local.id().isAny() ? fallback : local.id();
        if (local.method() == AuthMethod.PSK) {
            return CompletableFuture.completedFuture(new Identity(wanted.isAny() ? address : wanted, Optional.empty()));
        }
        if (!local.publicKeys().isEmpty()) {
            return credentials
                    .rawKey(local)
                    .thenCompose(key -> key.isPresent()
                            ? CompletableFuture.completedFuture(
                                    new Identity(wanted.isAny() ? address : wanted, Optional.empty(), key))
                            : certified(local, wanted));
        }
        return certified(local, wanted);
    }

    private CompletionStage<Identity> certified(AuthConfig local, Identification wanted) {
        return credentials.localCredential(local, wanted, requestedAuthorities).thenApply(found -> {
            if (found.isEmpty()) {
                return new Identity(wanted, found);
            }
            Certificate certificate = found.get().certificate();
            if (wanted.isAny()) {
                return new Identity(certificate.subject(), found);
            }
            if (!certificate.carries(wanted)) {
                LOG.control("id '{}' not confirmed by certificate, defaulting to '{}'", wanted, certificate.subject());
                return new Identity(certificate.subject(), found);
            }
            return new Identity(wanted, found);
        });
    }

    /** Our AUTH payload over {@code octets} of an identity. */
    public CompletionStage<Result> authenticate(
            AuthConfig local, Identity identity, Identification peerId, Function<Identification, Chunk> octets) {
        Chunk covered = octets.apply(identity.id());
        return local.method() == AuthMethod.PSK
                ? credentials
                        .sharedKeys(identity.id(), peerId)
                        .thenApply(keys -> sharedKey(keys, identity.id(), peerId, covered))
                : signature(local, identity, covered);
    }

    private Result sharedKey(List<SharedKey> keys, Identification localId, Identification peerId, Chunk octets) {
        if (keys.isEmpty()) {
            LOG.control("no shared key found for '{}' - '{}'", localId, peerId);
            return failed("no shared key found for '" + localId + "' - '" + peerId + "'");
        }
        Chunk data = PskAuth.compute(crypto, prf, keys.get(0).secret(), octets);
        LOG.control("authentication of '{}' (myself) with pre-shared key", localId);
        return new Result(AuthMethods.SHARED_KEY, data, "");
    }

    private CompletionStage<Result> signature(AuthConfig local, Identity identity, Chunk octets) {
        if (identity.key().isEmpty()) {
            LOG.control("no private key found for '{}'", identity.id());
            return CompletableFuture.completedFuture(failed("no private key found for '" + identity.id() + "'"));
        }
        PrivateKey key = identity.key().get();
        Optional<AuthMethods.Choice> choice =
                AuthMethods.choose(key.publicKey(), local.signatureSchemes(), peerHashes, digitalSignature);
        if (choice.isEmpty()) {
            return CompletableFuture.completedFuture(failed("peer announced no hash algorithm that fits our "
                    + key.publicKey().type() + " key: " + peerHashes));
        }
        return key.sign(choice.get().scheme(), octets).handle((signature, failure) -> {
            if (failure != null) {
                LOG.control(
                        "authentication of '{}' (myself) with {} failed",
                        identity.id(),
                        choice.get().scheme());
                return failed("signing with the key of '" + identity.id() + "' failed: " + failure.getMessage());
            }
            LOG.control(
                    "authentication of '{}' (myself) with {} successful",
                    identity.id(),
                    choice.get().scheme());
            return new Result(choice.get().method(), choice.get().authData(signature), "");
        });
    }

    private static Result failed(String why) {
        return new Result(0, Chunk.EMPTY, why);
    }
}
