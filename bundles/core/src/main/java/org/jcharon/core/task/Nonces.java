// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.Prf;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.sa.IkeSa;

/** Nonces (RFC 7296 section 2.10). */
final class Nonces {

    private static final int OCTETS = 32;

    private Nonces() {}

    static Chunk make(IkeSa ike) {
        return Chunk.wrap(ike.services().crypto().random().octets(OCTETS));
    }

    /**
     * The lower of the two nonces of an exchange, by which it is compared to another one (RFC 7296 section 2.8.1): octet by octet, and
     * one that ends first is the lower one.
     */
    static Chunk lower(Chunk one, Chunk other) {
        return isLower(one, other) ? one : other;
    }

    /** Whether {@code one} is lower than {@code other}. */
    static boolean isLower(Chunk one, Chunk other) {
        return one.compareUnsigned(other) < 0;
    }

    /** "Nonces used in IKEv2 MUST be […] at least half the key size of the negotiated pseudorandom function." */
    static void check(Chunk nonce, CryptoRegistry crypto, Proposal proposal) throws IkeProtocolException {
        int prfOctets = proposal.first(TransformType.PRF)
                .flatMap(crypto::prf)
                .map(Nonces::octets)
                .orElse(0);
        if (nonce.length() < 16 || nonce.length() > 256 || nonce.length() * 2 < prfOctets) {
            throw Required.syntax("nonce of " + nonce.length() + " octets");
        }
    }

    private static int octets(Prf prf) {
        try (prf) {
            return prf.octets();
        }
    }
}
