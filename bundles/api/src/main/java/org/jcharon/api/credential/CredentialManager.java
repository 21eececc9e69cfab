// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.credential;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.wire.Secret;
import org.osgi.annotation.versioning.ProviderType;

/** All credentials that the registered sets have now. Provided by core; any thread. What may wait returns a stage. */
@ProviderType
public interface CredentialManager {

    /**
     * Reads a file's octets with the registered decoders.
     *
     * @param password null if there is none; borrowed
     * @throws DecodingException if no decoder knows the format, or the one that does finds it malformed
     */
    List<DecodedCredential> decode(CredentialDecoder.Kind kind, byte[] octets, Secret password)
            throws DecodingException;

    /** The shared key that fits both identities best; {@code %any} if one is not known. */
    CompletionStage<Optional<SharedKey>> sharedKey(SharedKey.Type type, Identification local, Identification remote);

    /** All trust anchors. */
    CompletionStage<List<Certificate>> trustAnchors();

    /** All certificates that carry {@code subject}; {@code %any}: all. */
    CompletionStage<List<Certificate>> certificates(Identification subject);

    /** The public halves of all private keys. */
    CompletionStage<List<PublicKey>> privateKeyOwners();

    /** Authorities that are configured by name. */
    List<Authority> authorities();

    /** Certificates of the chains of peers that were verified lately; a bounded number of them. */
    List<Certificate> cachedCertificates();

    /** Forgets what {@link #cachedCertificates()} lists. */
    void flushCache();
}
