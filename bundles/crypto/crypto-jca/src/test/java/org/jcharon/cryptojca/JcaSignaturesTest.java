// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

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
import org.jcharon.api.crypto.SignatureProvider;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.lib.testkit.CryptoVectors;
import org.jcharon.lib.testkit.Vectors;
import org.junit.jupiter.api.Test;

class JcaSignaturesTest {

    private final SignatureProvider rsa = new JcaRsaSignatures();
    private final SignatureProvider curves = new JcaCurveSignatures();

    @Test
    void givesThePublishedAnswersForEachScheme() {
        assertEquals(names(rsa), CryptoVectors.checkSignatures(rsa, false).keySet());
        assertEquals(names(curves), CryptoVectors.checkSignatures(curves, false).keySet());
    }

    @Test
    void leavesKeysOfTheOtherKindToOthers() throws KeyMismatchException {
        assertTrue(rsa.readPublicKey(of("ED25519").octets("spki")).isEmpty());
        assertTrue(curves.readPublicKey(of("RSA_PKCS1_SHA2_256").octets("spki")).isEmpty());
        try (Secret key = Secret.own(of("ED25519").bytes("pkcs8"))) {
            assertTrue(rsa.publicKeyOf(key).isEmpty());
            assertThrows(
                    KeyMismatchException.class, () -> rsa.sign(SignatureScheme.RSA_PKCS1_SHA2_256, key, new byte[1]));
            assertThrows(
                    KeyMismatchException.class, () -> curves.sign(SignatureScheme.ECDSA_SHA2_256, key, new byte[1]));
        }
    }

    /** RFC 4754 section 3 binds the fixed forms to a curve. */
    @Test
    void refusesAFixedFormOnAnotherCurve() throws KeyMismatchException {
        Vectors p384 = of("ECDSA_384");
        PublicKey key = curves.readPublicKey(p384.octets("spki")).orElseThrow();
        assertEquals(384, key.bits());
        assertFalse(curves.verify(SignatureScheme.ECDSA_256, key, p384.bytes("data"), new byte[64]));
        try (Secret pkcs8 = Secret.own(p384.bytes("pkcs8"))) {
            assertThrows(KeyMismatchException.class, () -> curves.sign(SignatureScheme.ECDSA_256, pkcs8, new byte[1]));
        }
    }

    @Property(tries = 500)
    void throwsNothingUncheckedForOctetsThatAreNoKey(@ForAll byte[] octets) {
        Chunk spki = Chunk.of(octets);
        assertThrows(KeyMismatchException.class, () -> rsa.readPublicKey(spki));
        assertThrows(KeyMismatchException.class, () -> curves.readPublicKey(spki));
    }

    @Test
    void survivesEachDamagedOctetOfAKey() {
        for (String scheme : new String[] {"RSA_PKCS1_SHA2_256", "ECDSA_256", "ED25519", "ED448"}) {
            byte[] spki = of(scheme).bytes("spki");
            for (int i = 0; i < spki.length; i++) {
                byte[] damaged = spki.clone();
                damaged[i] ^= 0x11;
                reads(rsa, damaged);
                reads(curves, damaged);
            }
        }
    }

    private static void reads(SignatureProvider provider, byte[] spki) {
        try {
            provider.readPublicKey(Chunk.of(spki));
        } catch (KeyMismatchException expected) {
            assertFalse(expected.getMessage().isEmpty());
        }
    }

    private static Vectors of(String scheme) {
        return Vectors.cases(CryptoVectors.class, "signatures.json", "scheme", scheme)
                .findFirst()
                .orElseThrow();
    }

    private static Set<String> names(SignatureProvider provider) {
        Set<String> names = new TreeSet<>();
        provider.schemes().forEach(s -> names.add(s.name()));
        return names;
    }
}
