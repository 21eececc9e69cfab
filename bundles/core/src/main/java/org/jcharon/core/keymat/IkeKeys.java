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
import org.jcharon.api.wire.WireWriter;

/**
 * The keys of an IKE_SA (RFC 7296 section 2.14), owned by this record: {@link #close()} wipes them all.
 *
 * @param skD for keys of CHILD_SAs and for rekeying
 * @param skAi integrity of the original initiator's messages; empty with an AEAD
 * @param skAr integrity of the original responder's messages; empty with an AEAD
 * @param skEi encryption of the original initiator's messages, with salt
 * @param skEr encryption of the original responder's messages, with salt
 * @param skPi for the initiator's AUTH
 * @param skPr for the responder's AUTH
 */
public record IkeKeys(Secret skD, Secret skAi, Secret skAr, Secret skEi, Secret skEr, Secret skPi, Secret skPr)
        implements AutoCloseable {

    private static final int LEGACY_NONCE_OCTETS = 8;

    /**
     * Keys after IKE_SA_INIT: SKEYSEED = prf(Ni | Nr, g^ir).
     *
     * @param selected the selected proposal: PRF, encryption, and integrity unless an AEAD
     * @param sharedSecret g^ir, borrowed
     * @throws IllegalArgumentException if the proposal lacks a transform or has one of unknown key length
     * @throws IllegalStateException if no provider has the PRF
     */
    public static IkeKeys derive(
            CryptoRegistry crypto, Proposal selected, Chunk ni, Chunk nr, long spii, long spir, Secret sharedSecret) {
        TransformId prf = prf(selected);
        try (Secret nonces = seedKey(prf, ni, nr);
                Secret skeyseed = Secret.own(sharedSecret.with(shared -> PrfPlus.prf(crypto, prf, nonces, shared)))) {
            return expand(crypto, selected, skeyseed, ni, nr, spii, spir);
        }
    }

    /**
     * Keys of the successor of an IKE_SA (RFC 7296 section 2.18, RFC 9370 section 2.2.4):
     * SKEYSEED = prf(SK_d (old), SK(0) | Ni | Nr | SK(1) | ...), with the PRF of the old IKE_SA.
     *
     * @param oldPrf PRF of the old IKE_SA
     * @param oldSkD SK_d of the old IKE_SA, borrowed
     * @param selected proposal selected for the new IKE_SA
     * @param sharedSecrets SK(0), the secret of the main key exchange, then those of additional ones; borrowed
     */
    public static IkeKeys rekey(
            CryptoRegistry crypto,
            TransformId oldPrf,
            Secret oldSkD,
            Proposal selected,
            Chunk ni,
            Chunk nr,
            long spii,
            long spir,
            List<Secret> sharedSecrets) {
        byte[] seed = ChildKeys.seed(ni, nr, sharedSecrets);
        try (Secret skeyseed = Secret.own(PrfPlus.prf(crypto, oldPrf, oldSkD, seed))) {
            return expand(crypto, selected, skeyseed, ni, nr, spii, spir);
        } finally {
            Arrays.fill(seed, (byte) 0);
        }
    }

    /**
     * Keys after a further key exchange in IKE_INTERMEDIATE (RFC 9370 section 2.2.2):
     * SKEYSEED(n) = prf(SK_d(n-1), SK(n) | Ni | Nr). These keys stay as they are.
     *
     * @param sharedSecret SK(n), borrowed
     */
    public IkeKeys update(
            CryptoRegistry crypto, Proposal selected, Chunk ni, Chunk nr, long spii, long spir, Secret sharedSecret) {
        return rekey(crypto, prf(selected), skD, selected, ni, nr, spii, spir, List.of(sharedSecret));
    }

    /**
     * Mixes a postquantum preshared key in (RFC 8784 section 3): SK_d, SK_pi and SK_pr become prf+(PPK, SK). These keys stay as
     * they are; encryption and integrity keys of the result are copies of them.
     *
     * @param ppk borrowed
     */
    public IkeKeys withPpk(CryptoRegistry crypto, TransformId prf, Secret ppk) {
        return new IkeKeys(
                mix(crypto, prf, ppk, skD),
                skAi.copy(),
                skAr.copy(),
                skEi.copy(),
                skEr.copy(),
                mix(crypto, prf, ppk, skPi),
                mix(crypto, prf, ppk, skPr));
    }

    /** An independent copy for another owner. */
    public IkeKeys copy() {
        return new IkeKeys(skD.copy(), skAi.copy(), skAr.copy(), skEi.copy(), skEr.copy(), skPi.copy(), skPr.copy());
    }

    private static Secret mix(CryptoRegistry crypto, TransformId prf, Secret ppk, Secret key) {
        return key.with(seed -> PrfPlus.expand(crypto, prf, ppk, seed, seed.length));
    }

    private static TransformId prf(Proposal selected) {
        return selected.first(TransformType.PRF)
                .orElseThrow(() -> new IllegalArgumentException("no PRF in " + selected));
    }

    /** RFC 7296 section 2.14: AES-XCBC and AES-CMAC take the first 64 bits of each nonce, all others the whole nonces. */
    private static Secret seedKey(TransformId prf, Chunk ni, Chunk nr) {
        boolean legacy = prf.id() == 4 || prf.id() == 8;
        Chunk key = legacy
                ? Chunk.concat(ni.slice(0, LEGACY_NONCE_OCTETS), nr.slice(0, LEGACY_NONCE_OCTETS))
                : Chunk.concat(ni, nr);
        return Secret.own(key.toArray());
    }

    private static IkeKeys expand(
            CryptoRegistry crypto, Proposal selected, Secret skeyseed, Chunk ni, Chunk nr, long spii, long spir) {
        TransformId prf = prf(selected);
        TransformId encr = selected.first(TransformType.ENCR)
                .orElseThrow(() -> new IllegalArgumentException("no encryption in " + selected));
        int prfOctets = KeyLengths.prf(prf);
        int encrOctets = KeyLengths.encr(encr);
        int integOctets = encr.isAead()
                ? 0
                : selected.first(TransformType.INTEG)
                        .map(KeyLengths::integ)
                        .orElseThrow(() -> new IllegalArgumentException("no integrity in " + selected));
        byte[] seed = new WireWriter(ni.length() + nr.length() + 16)
                .chunk(ni)
                .chunk(nr)
                .u64(spii)
                .u64(spir)
                .toArray();
        int octets = 3 * prfOctets + 2 * encrOctets + 2 * integOctets;
        try (Secret all = PrfPlus.expand(crypto, prf, skeyseed, seed, octets)) {
            KeyCutter cutter = new KeyCutter(all);
            return new IkeKeys(
                    cutter.next(prfOctets),
                    cutter.next(integOctets),
                    cutter.next(integOctets),
                    cutter.next(encrOctets),
                    cutter.next(encrOctets),
                    cutter.next(prfOctets),
                    cutter.next(prfOctets));
        }
    }

    @Override
    public void close() {
        skD.close();
        skAi.close();
        skAr.close();
        skEi.close();
        skEr.close();
        skPi.close();
        skPr.close();
    }
}
