// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.daemon;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CredentialDecoder;
import org.jcharon.api.credential.DecodedCredential;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.PrivateKey;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.auth.PeerCredentials;
import org.jcharon.core.credential.CredentialManagerService;
import org.jcharon.core.credential.TrustResult;

/** The credential manager as authentication sees it. */
record CredentialSource(CredentialManagerService manager, TimeSource time) implements PeerCredentials {

    @Override
    public CompletionStage<List<SharedKey>> sharedKeys(Identification local, Identification remote) {
        return manager.sharedKeys(SharedKey.Type.IKE, local, remote);
    }

    @Override
    public CompletionStage<List<SharedKey>> ppks() {
        return manager.sharedKeys(SharedKey.Type.PPK);
    }

    @Override
    public CompletionStage<Optional<LocalCredential>> localCredential(
            AuthConfig local, Identification id, List<Chunk> requestedAuthorities) {
        return manager.privateKey(local, id, requestedAuthorities)
                .thenApply(found -> found.map(
                        match -> new LocalCredential(match.key(), match.certificate(), match.intermediates())));
    }

    @Override
    public CompletionStage<Optional<PrivateKey>> rawKey(AuthConfig local) {
        return manager.rawKey(local);
    }

    @Override
    public CompletionStage<TrustedKeys> trustedKeys(Identification id, AuthConfig remote, List<Certificate> received) {
        TrustedKeys raw = rawKeys(id, remote);
        boolean alone =
                remote.certificates().isEmpty() && remote.caCertificates().isEmpty();
        if (!remote.publicKeys().isEmpty() && alone) {
            return CompletableFuture.completedFuture(raw);
        }
        return certified(id, remote, received).thenApply(raw::with);
    }

    private TrustedKeys rawKeys(Identification id, AuthConfig remote) {
        // who configured them named the owner
        return remote.publicKeys().isEmpty() || !id.equals(remote.id())
                ? new TrustedKeys(List.of(), "")
                : keys(manager.rawKeys(remote));
    }

    private static TrustedKeys keys(TrustResult.RawKeys found) {
        return new TrustedKeys(found.usable(), String.join("; ", found.failures()));
    }

    private CompletionStage<TrustedKeys> certified(Identification id, AuthConfig remote, List<Certificate> received) {
        return manager.verifyPeer(id, remote, received, time.now())
                .thenApply(result -> new TrustedKeys(
                        result.usable().stream()
                                .map(TrustResult.TrustedKey::publicKey)
                                .toList(),
                        String.join("; ", result.failures())));
    }

    @Override
    public CompletionStage<Map<Chunk, Certificate>> authorities(List<Certificate> demanded) {
        return manager.caKeyHashes(demanded);
    }

    @Override
    public Optional<Certificate> decode(Chunk der) {
        try {
            return manager.decode(CredentialDecoder.Kind.CERTIFICATE, der.toArray(), null).stream()
                    .map(DecodedCredential::certificate)
                    .findFirst();
        } catch (DecodingException malformed) {
            return Optional.empty();
        }
    }
}
