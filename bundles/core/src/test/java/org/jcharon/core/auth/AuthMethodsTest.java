// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.KeyType;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Methods of AUTH payloads (RFC 7296 section 3.8, RFC 4754, RFC 7427). */
class AuthMethodsTest {

    private static final Set<HashAlgorithm> ANNOUNCED =
            EnumSet.of(HashAlgorithm.SHA2_256, HashAlgorithm.SHA2_384, HashAlgorithm.SHA2_512, HashAlgorithm.IDENTITY);
    private static final Chunk SIGNATURE = Chunk.ofHex("0102030405");

    private static PublicKey key(KeyType type, int bits) {
        return new PublicKey(type, bits, Chunk.EMPTY);
    }

    private static Chunk data(Chunk algorithm) {
        return new WireWriter()
                .u8(algorithm.length())
                .chunk(algorithm)
                .chunk(SIGNATURE)
                .toChunk();
    }

    @ParameterizedTest
    @CsvSource({
        "RSA, 2048, RSA_PKCS1_SHA2_256",
        "RSA, 4096, RSA_PKCS1_SHA2_384",
        "RSA, 8192, RSA_PKCS1_SHA2_512",
        "ECDSA, 256, ECDSA_SHA2_256",
        "ECDSA, 384, ECDSA_SHA2_384",
        "ECDSA, 521, ECDSA_SHA2_512",
        "ED25519, 256, ED25519"
    })
    void signsByTheStrengthOfTheKey(KeyType type, int bits, SignatureScheme scheme) {
        AuthMethods.Choice choice =
                AuthMethods.choose(key(type, bits), List.of(), ANNOUNCED, true).orElseThrow();
        assertEquals(AuthMethods.DIGITAL_SIGNATURE, choice.method());
        assertEquals(scheme, choice.scheme());
    }

    @ParameterizedTest
    @CsvSource({
        "RSA, 2048, 1, RSA_PKCS1_SHA1",
        "ECDSA, 256, 9, ECDSA_256",
        "ECDSA, 384, 10, ECDSA_384",
        "ECDSA, 521, 11, ECDSA_521"
    })
    void usesTheOlderMethodsForAPeerWithoutHashes(KeyType type, int bits, int method, SignatureScheme scheme) {
        AuthMethods.Choice choice =
                AuthMethods.choose(key(type, bits), List.of(), Set.of(), false).orElseThrow();
        assertEquals(method, choice.method());
        assertEquals(scheme, choice.scheme());
        assertEquals(SIGNATURE, choice.authData(SIGNATURE));
    }

    @Test
    void hasNoOlderMethodForEdwardsCurves() {
        assertTrue(AuthMethods.choose(key(KeyType.ED25519, 256), List.of(), Set.of(), false)
                .isEmpty());
    }

    @ParameterizedTest
    @EnumSource(
            value = KeyType.class,
            names = {"RSA", "ECDSA", "ED25519"})
    void signsWithNoHashThatThePeerDidNotAnnounce(KeyType type) {
        assertTrue(AuthMethods.choose(key(type, 256), List.of(), Set.of(), true).isEmpty());
        assertTrue(AuthMethods.choose(key(type, 256), List.of(), Set.of(HashAlgorithm.SHA1), true)
                .isEmpty());
    }

    @Test
    void takesTheFirstConfiguredSchemeThatThePeerCanVerify() {
        AuthMethods.Choice choice = AuthMethods.choose(
                        key(KeyType.RSA, 2048),
                        List.of(
                                SignatureScheme.ECDSA_SHA2_256,
                                SignatureScheme.RSA_PSS_SHA2_512,
                                SignatureScheme.RSA_PSS_SHA2_256),
                        Set.of(HashAlgorithm.SHA2_256),
                        true)
                .orElseThrow();
        assertEquals(SignatureScheme.RSA_PSS_SHA2_256, choice.scheme());
    }

    @ParameterizedTest
    @EnumSource(SignatureScheme.class)
    void readsWhatItWrites(SignatureScheme scheme) throws WireException {
        if (scheme.algorithmIdentifier().isEmpty() || scheme.hash() == HashAlgorithm.SHA1) {
            return;
        }
        Chunk data = new AuthMethods.Choice(AuthMethods.DIGITAL_SIGNATURE, scheme).authData(SIGNATURE);
        AuthMethods.ReceivedSignature read = AuthMethods.parse(AuthMethods.DIGITAL_SIGNATURE, data, false);
        assertEquals(scheme, read.scheme());
        assertEquals(SIGNATURE, read.signature());
    }

    @Test
    void refusesASignatureWithSha1ThatWeDidNotAnnounce() {
        Chunk data = data(SignatureScheme.RSA_PKCS1_SHA1.algorithmIdentifier());
        WireException refused =
                assertThrows(WireException.class, () -> AuthMethods.parse(AuthMethods.DIGITAL_SIGNATURE, data, false));
        assertTrue(refused.getMessage().contains("SHA-1"), refused.getMessage());
    }

    @Test
    void acceptsRsaWithSha1OnlyOfAPeerThatKnowsNoBetter() throws WireException {
        assertEquals(
                SignatureScheme.RSA_PKCS1_SHA1,
                AuthMethods.parse(AuthMethods.RSA, SIGNATURE, true).scheme());
        assertThrows(WireException.class, () -> AuthMethods.parse(AuthMethods.RSA, SIGNATURE, false));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // without the NULL, with a long-form length, with an octet behind, with another OID, cut off, empty
                "300b06092a864886f70d01010b",
                "30810d06092a864886f70d01010b0500",
                "300d06092a864886f70d01010b050000",
                "300c06082a8648ce3d0403020500",
                "300d06092a864886f70d01010f0500",
                "300d06092a864886f70d01010b05",
                ""
            })
    void refusesAnAlgorithmIdentifierThatIsNotExact(String hex) {
        assertThrows(
                WireException.class,
                () -> AuthMethods.parse(AuthMethods.DIGITAL_SIGNATURE, data(Chunk.ofHex(hex)), false));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0f", "0f300d0609"})
    void refusesTruncatedData(String hex) {
        assertThrows(
                WireException.class, () -> AuthMethods.parse(AuthMethods.DIGITAL_SIGNATURE, Chunk.ofHex(hex), false));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 8, 12, 13, 15, 255})
    void refusesMethodsThatItDoesNotKnow(int method) {
        assertThrows(WireException.class, () -> AuthMethods.parse(method, SIGNATURE, true));
    }
}
