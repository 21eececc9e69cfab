// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.keymat;

import java.util.Arrays;
import java.util.List;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;

/**
 * The keys of a CHILD_SA (RFC 7296 section 2.17), owned by this record: {@link #close()} wipes them all. Initiator and responder are
 * those of the exchange that creates it.
 *
 * @param encrI encryption from initiator to responder, with salt; empty for AH
 * @param integI integrity from initiator to responder; empty with an AEAD
 * @param encrR encryption from responder to initiator, with salt; empty for AH
 * @param integR integrity from responder to initiator; empty with an AEAD
 */
public record ChildKeys(Secret encrI, Secret integI, Secret encrR, Secret integR) implements AutoCloseable {

    /**
     * KEYMAT = prf+(SK_d, [SK(0) |] Ni | Nr [| SK(1) | ...]) (RFC 9370 section 2.2.4 for the secrets behind the nonces).
     *
     * @param prf PRF of the IKE_SA
     * @param skD SK_d of the IKE_SA, borrowed
     * @param selected proposal selected for the CHILD_SA
     * @param sharedSecrets secrets of the key exchanges of this CREATE_CHILD_SA, the main one first; none without; borrowed
     * @throws IllegalArgumentException if a transform has an unknown key length
     * @throws IllegalStateException if no provider has the PRF
     */
    public static ChildKeys derive(
            CryptoRegistry crypto,
            TransformId prf,
            Secret skD,
            Proposal selected,
            Chunk ni,
            Chunk nr,
            List<Secret> sharedSecrets) {
        int encr = selected.first(TransformType.ENCR).map(KeyLengths::encr).orElse(0);
        boolean aead =
                selected.first(TransformType.ENCR).filter(TransformId::isAead).isPresent();
        int integ = aead
                ? 0
                : selected.first(TransformType.INTEG).map(KeyLengths::integ).orElse(0);
        byte[] seed = seed(ni, nr, sharedSecrets);
        try (Secret all = PrfPlus.expand(crypto, prf, skD, seed, 2 * (encr + integ))) {
            KeyCutter cutter = new KeyCutter(all);
            return new ChildKeys(cutter.next(encr), cutter.next(integ), cutter.next(encr), cutter.next(integ));
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /** [SK(0) |] Ni | Nr [| SK(1) | ...], owned and to be wiped by the caller. */
    static byte[] seed(Chunk ni, Chunk nr, List<Secret> sharedSecrets) {
        int octets = ni.length()
                + nr.length()
                + sharedSecrets.stream().mapToInt(Secret::length).sum();
        byte[] seed = new byte[octets];
        int at = 0;
        for (int i = 0; i < Math.max(1, sharedSecrets.size()); i++) {
            if (i < sharedSecrets.size()) {
                at = append(sharedSecrets.get(i), seed, at);
            }
            if (i == 0) {
                ni.copyTo(seed, at);
                nr.copyTo(seed, at + ni.length());
                at += ni.length() + nr.length();
            }
        }
        return seed;
    }

    private static int append(Secret secret, byte[] target, int at) {
        return secret.with(octets -> {
            System.arraycopy(octets, 0, target, at, octets.length);
            return at + octets.length;
        });
    }

    @Override
    public void close() {
        encrI.close();
        integI.close();
        encrR.close();
        integR.close();
    }
}
