// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

import java.util.Optional;
import java.util.Set;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Signs, verifies and reads keys; a crypto plugin registers it. Any thread; pure (an RSA signature takes about a millisecond).
 * Core prefers the provider with the highest {@code service.ranking} for each scheme, after its known answers passed.
 */
@ConsumerType
public interface SignatureProvider {

    /** Schemes that {@link #sign} and {@link #verify} know; constant. */
    Set<SignatureScheme> schemes();

    /** Reads a SubjectPublicKeyInfo; empty if the kind of key is not known here. Throws if it is known, but malformed. */
    Optional<PublicKey> readPublicKey(Chunk spki) throws KeyMismatchException;

    /**
     * The public half of a private key (unencrypted PKCS #8, DER); empty if the kind of key is not known here.
     *
     * @throws KeyMismatchException if it is known, but malformed
     */
    Optional<PublicKey> publicKeyOf(Secret pkcs8) throws KeyMismatchException;

    /**
     * Signs {@code data} (not its hash).
     *
     * @throws KeyMismatchException if the key does not fit the scheme
     */
    byte[] sign(SignatureScheme scheme, Secret pkcs8, byte[] data) throws KeyMismatchException;

    /** Whether {@code signature} over {@code data} (not its hash) is good; false for anything malformed, key included. */
    boolean verify(SignatureScheme scheme, PublicKey key, byte[] data, byte[] signature);
}
