// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptobc;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.lib.testkit.CryptoVectors;
import org.jcharon.lib.testkit.Vectors;
import org.junit.jupiter.api.Test;

class BcSignaturesTest {

    private final BcSignatures signatures = new BcSignatures();

    /** ECDSA with nonces by RFC 6979 gives exactly the signatures of its appendix. */
    @Test
    void givesThePublishedAnswersForEachScheme() {
        Set<String> names = new TreeSet<>();
        signatures.schemes().forEach(s -> names.add(s.name()));
        assertEquals(names, CryptoVectors.checkSignatures(signatures, true).keySet());
    }

    @Test
    void leavesRsaKeysToOthers() throws KeyMismatchException {
        assertTrue(signatures
                .readPublicKey(of("RSA_PKCS1_SHA2_256").octets("spki"))
                .isEmpty());
        try (Secret key = Secret.own(of("RSA_PKCS1_SHA2_256").bytes("pkcs8"))) {
            assertTrue(signatures.publicKeyOf(key).isEmpty());
            assertThrows(KeyMismatchException.class, () -> signatures.sign(SignatureScheme.ED25519, key, new byte[1]));
        }
    }

    /** RFC 4754 section 3 binds the fixed forms to a curve. */
    @Test
    void refusesAFixedFormOnAnotherCurve() throws KeyMismatchException {
        Vectors p384 = of("ECDSA_384");
        PublicKey key = signatures.readPublicKey(p384.octets("spki")).orElseThrow();
        assertEquals(384, key.bits());
        assertFalse(signatures.verify(SignatureScheme.ECDSA_256, key, p384.bytes("data"), new byte[64]));
        try (Secret pkcs8 = Secret.own(p384.bytes("pkcs8"))) {
            assertThrows(
                    KeyMismatchException.class, () -> signatures.sign(SignatureScheme.ECDSA_256, pkcs8, new byte[1]));
        }
    }

    @Property(tries = 500)
    void throwsNothingUncheckedForOctetsThatAreNoKey(@ForAll byte[] octets) {
        assertThrows(KeyMismatchException.class, () -> signatures.readPublicKey(Chunk.of(octets)));
        try (Secret key = Secret.copyOf(octets)) {
            assertThrows(KeyMismatchException.class, () -> signatures.publicKeyOf(key));
        }
    }

    @Test
    void survivesEachDamagedOctetOfAKey() {
        for (String scheme : new String[] {"RSA_PKCS1_SHA2_256", "ECDSA_256", "ED25519", "ED448"}) {
            byte[] spki = of(scheme).bytes("spki");
            byte[] pkcs8 = of(scheme).bytes("pkcs8");
            for (int i = 0; i < spki.length; i++) {
                byte[] damaged = spki.clone();
                damaged[i] ^= 0x11;
                try {
                    signatures.readPublicKey(Chunk.wrap(damaged));
                } catch (KeyMismatchException expected) {
                    assertFalse(expected.getMessage().isEmpty());
                }
            }
            for (int i = 0; i < pkcs8.length; i++) {
                byte[] damaged = pkcs8.clone();
                damaged[i] ^= 0x11;
                try (Secret key = Secret.own(damaged)) {
                    signatures.publicKeyOf(key);
                } catch (KeyMismatchException expected) {
                    assertFalse(expected.getMessage().isEmpty());
                }
            }
        }
    }

    private static Vectors of(String scheme) {
        return Vectors.cases(CryptoVectors.class, "signatures.json", "scheme", scheme)
                .findFirst()
                .orElseThrow();
    }
}
