// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.PrivateKey;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.wire.Chunk;

/** What authentication asks of the credential manager. Any thread; every stage may wait. */
public interface PeerCredentials {

    /**
     * Our key and certificates.
     *
     * @param intermediates CA certificates between ours and the trust anchor, which is left out
     */
    record LocalCredential(PrivateKey key, Certificate certificate, List<Certificate> intermediates) {}

    /**
     * Keys that a peer may have signed with, each with a verified trust chain or configured for it; {@code reason} says why there is none.
     *
     * @param keys may be empty
     */
    record TrustedKeys(List<PublicKey> keys, String reason) {

        /** These and others. */
        public TrustedKeys with(TrustedKeys others) {
            List<PublicKey> all = new ArrayList<>(keys);
            all.addAll(others.keys);
            return new TrustedKeys(
                    List.copyOf(all),
                    reason.isEmpty() || others.reason.isEmpty()
                            ? reason + others.reason
                            : reason + "; " + others.reason);
        }
    }

    /** Keys shared between two identities, best match first. */
    CompletionStage<List<SharedKey>> sharedKeys(Identification local, Identification remote);

    /** All postquantum preshared keys (RFC 8784), whoever they belong to. */
    CompletionStage<List<SharedKey>> ppks();

    /** Our certificate and key for a local round; {@code id} may be {@code %any}. */
    CompletionStage<Optional<LocalCredential>> localCredential(
            AuthConfig local, Identification id, List<Chunk> requestedAuthorities);

    /** The first private key whose public half the local round names without a certificate. */
    CompletionStage<Optional<PrivateKey>> rawKey(AuthConfig local);

    /** The peer's trusted keys for {@code id}. */
    CompletionStage<TrustedKeys> trustedKeys(Identification id, AuthConfig remote, List<Certificate> received);

    /**
     * What a CERTREQ can name (RFC 7296 section 3.7): CA certificates by the SHA-1 hash, 20 octets, of their public keys.
     *
     * @param demanded CA certificates of which a peer has to show one; empty: all trust anchors
     */
    CompletionStage<Map<Chunk, Certificate>> authorities(List<Certificate> demanded);

    /** Reads a certificate of a CERT payload; empty if it is none that we understand. */
    Optional<Certificate> decode(Chunk der);
}
