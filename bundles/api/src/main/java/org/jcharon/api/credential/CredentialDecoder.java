// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.credential;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Reads one format of credentials; plugins register it. Any thread; pure. Decoders are asked in order of {@code service.ranking}
 * through {@link CredentialManager#decode}, which also hands what one unwraps (PEM) to the others (X.509).
 */
@ConsumerType
public interface CredentialDecoder {

    /** What the caller expects. */
    enum Kind {
        /** X.509 certificates. */
        CERTIFICATE,
        /** Private keys. */
        PRIVATE_KEY,
        /** Public keys. */
        PUBLIC_KEY
    }

    /** What a decoder made of the octets. */
    record Result(List<DecodedCredential> found, List<Unwrapped> unwrapped) {
        /** Copies the lists. */
        public Result {
            found = List.copyOf(found);
            unwrapped = List.copyOf(unwrapped);
        }
    }

    /** Octets that another decoder is to read as {@code kind}. */
    record Unwrapped(Kind kind, Chunk octets) {}

    /**
     * Reads {@code octets}, or answers empty if they are not of this decoder's format.
     *
     * @param password for encrypted containers; null if there is none; borrowed
     * @throws DecodingException if they are of this format, but malformed, or the password is missing or wrong
     */
    Optional<Result> decode(Kind kind, byte[] octets, Secret password) throws DecodingException;
}
