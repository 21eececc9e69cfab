// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.credential;

import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;

/**
 * One thing that a {@link CredentialDecoder} found in a file. Exactly one component is not null.
 *
 * @param certificate an X.509 certificate
 * @param privateKey unencrypted PKCS #8 key in DER, owned by the receiver
 * @param publicKey SubjectPublicKeyInfo, DER
 */
public record DecodedCredential(Certificate certificate, Secret privateKey, Chunk publicKey) {

    /** A certificate. */
    public static DecodedCredential of(Certificate certificate) {
        return new DecodedCredential(certificate, null, null);
    }

    /** A private key. */
    public static DecodedCredential ofPrivateKey(Secret pkcs8) {
        return new DecodedCredential(null, pkcs8, null);
    }

    /** A bare public key. */
    public static DecodedCredential ofPublicKey(Chunk spki) {
        return new DecodedCredential(null, null, spki);
    }
}
