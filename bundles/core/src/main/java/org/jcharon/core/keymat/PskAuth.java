// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.keymat;

import java.nio.charset.StandardCharsets;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;

/** AUTH by a shared secret: a preshared key, the MSK of an EAP method, or SK_p where EAP makes none (RFC 7296 sections 2.15, 2.16). */
public final class PskAuth {

    private static final byte[] KEY_PAD = "Key Pad for IKEv2".getBytes(StandardCharsets.US_ASCII);

    private PskAuth() {}

    /**
     * prf(prf(secret, "Key Pad for IKEv2"), octets).
     *
     * @param secret borrowed
     * @param signedOctets see {@link AuthOctets}
     * @throws IllegalStateException if no provider has the PRF
     */
    public static Chunk compute(CryptoRegistry crypto, TransformId prf, Secret secret, Chunk signedOctets) {
        try (Secret key = Secret.own(PrfPlus.prf(crypto, prf, secret, KEY_PAD))) {
            return Chunk.wrap(PrfPlus.prf(crypto, prf, key, signedOctets.toArray()));
        }
    }

    /** Whether {@code auth} is what {@link #compute} gives; takes the same time for every wrong value. */
    public static boolean verify(
            CryptoRegistry crypto, TransformId prf, Secret secret, Chunk signedOctets, Chunk auth) {
        return compute(crypto, prf, secret, signedOctets).equalsConstantTime(auth);
    }
}
