// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.keymat;

import java.util.Arrays;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.Prf;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.wire.Secret;

/** The negotiated PRF, once and as often as needed (RFC 7296 section 2.13). */
public final class PrfPlus {

    private static final int MAX_ROUNDS = 255;

    private PrfPlus() {}

    /**
     * prf(key, data).
     *
     * @return owned by the caller
     * @throws IllegalStateException if no provider has the PRF
     */
    public static byte[] prf(CryptoRegistry crypto, TransformId prf, Secret key, byte[]... data) {
        try (Prf function = make(crypto, prf)) {
            function.key(key);
            for (byte[] part : data) {
                function.update(part, 0, part.length);
            }
            return function.compute();
        }
    }

    /**
     * prf+(key, seed).
     *
     * @param octets how many are wanted, at most 255 outputs of the PRF
     * @return owned by the caller
     * @throws IllegalArgumentException if more octets are wanted
     * @throws IllegalStateException if no provider has the PRF
     */
    public static Secret expand(CryptoRegistry crypto, TransformId prf, Secret key, byte[] seed, int octets) {
        try (Prf function = make(crypto, prf)) {
            if (octets < 0 || octets > MAX_ROUNDS * function.octets()) {
                throw new IllegalArgumentException(octets + " octets of prf+");
            }
            function.key(key);
            byte[] out = new byte[octets];
            byte[] previous = {};
            int at = 0;
            for (int round = 1; at < octets; round++) {
                function.update(previous, 0, previous.length);
                function.update(seed, 0, seed.length);
                function.update(new byte[] {(byte) round}, 0, 1);
                Arrays.fill(previous, (byte) 0);
                previous = function.compute();
                int length = Math.min(previous.length, octets - at);
                System.arraycopy(previous, 0, out, at, length);
                at += length;
            }
            Arrays.fill(previous, (byte) 0);
            return Secret.own(out);
        }
    }

    private static Prf make(CryptoRegistry crypto, TransformId prf) {
        return crypto.prf(prf).orElseThrow(() -> new IllegalStateException("no provider has " + prf));
    }
}
