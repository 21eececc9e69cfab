// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.keymat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.stream.Stream;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.Transforms;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.lib.testkit.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 7296 sections 2.13, 2.14, 2.17, 2.18; RFC 8784; RFC 9370. */
final class KeyDerivationTest {

    private static final TransformId SHA256 = TransformId.prf(Transforms.PRF_HMAC_SHA2_256);
    private static final Proposal AES_SHA1 = proposal(ProtocolId.IKE, TransformId.prf(Transforms.PRF_HMAC_SHA1));
    private static final Chunk NI = Chunk.ofHex("01".repeat(32));
    private static final Chunk NR = Chunk.ofHex("02".repeat(32));

    private final TestCrypto crypto = new TestCrypto();

    private static Proposal proposal(ProtocolId protocol, TransformId prf) {
        return new Proposal(
                protocol,
                List.of(
                        TransformId.encr(Transforms.ENCR_AES_CBC, 128),
                        TransformId.integ(Transforms.AUTH_HMAC_SHA1_96),
                        prf));
    }

    static Stream<Vectors> prfPlus() {
        return Vectors.cases(KeyDerivationTest.class, "cavp_prf_plus.json").stream();
    }

    static Stream<Vectors> skeyseed() {
        return Vectors.cases(KeyDerivationTest.class, "cavp_skeyseed.json").stream();
    }

    static Stream<Vectors> chain() {
        return Vectors.cases(KeyDerivationTest.class, "acvp_full_chain.json").stream();
    }

    static Stream<Vectors> skKeys() {
        return Vectors.cases(KeyDerivationTest.class, "sk_keys_and_psk_auth.json").stream()
                .filter(c -> c.has("SK_er"));
    }

    @ParameterizedTest
    @MethodSource("prfPlus")
    void expandsAsCavpSays(Vectors c) {
        Chunk wanted = c.octets("out");
        Secret out = PrfPlus.expand(
                crypto, TestCrypto.named(c.text("prf")), secret(c, "key"), c.bytes("seed"), wanted.length());
        assertEquals(wanted, reveal(out));
    }

    @ParameterizedTest
    @MethodSource("skeyseed")
    void makesSkeyseedAsCavpSays(Vectors c) {
        byte[] out = PrfPlus.prf(crypto, TestCrypto.named(c.text("prf")), secret(c, "Ni_Nr"), c.bytes("g_ir"));
        assertEquals(c.octets("SKEYSEED"), Chunk.wrap(out));
    }

    @ParameterizedTest
    @MethodSource("chain")
    void derivesTheWholeChainAsAcvpSays(Vectors c) {
        TransformId prf = TestCrypto.named(c.text("prf"));
        Proposal ike = proposal(ProtocolId.IKE, prf);
        Chunk ni = c.octets("Ni");
        Chunk nr = c.octets("Nr");
        IkeKeys keys = IkeKeys.derive(crypto, ike, ni, nr, spi(c, "SPIi"), spi(c, "SPIr"), secret(c, "g_ir"));
        Chunk all = Chunk.concat(
                reveal(keys.skD()),
                reveal(keys.skAi()),
                reveal(keys.skAr()),
                reveal(keys.skEi()),
                reveal(keys.skEr()),
                reveal(keys.skPi()),
                reveal(keys.skPr()));
        assertPrefix(c.octets("DKM"), all);
        assertPrefix(
                c.octets("DKM_child"),
                all(ChildKeys.derive(crypto, prf, keys.skD(), proposal(ProtocolId.ESP, prf), ni, nr, List.of())));
        if (c.has("DKM_child_dh")) {
            List<Secret> fresh = List.of(secret(c, "g_ir_new"));
            assertPrefix(
                    c.octets("DKM_child_dh"),
                    all(ChildKeys.derive(crypto, prf, keys.skD(), proposal(ProtocolId.ESP, prf), ni, nr, fresh)));
            IkeKeys next = IkeKeys.rekey(crypto, prf, keys.skD(), ike, ni, nr, spi(c, "SPIi"), spi(c, "SPIr"), fresh);
            Chunk seed = Chunk.concat(ni, nr, c.octets("SPIi"), c.octets("SPIr"));
            Secret wanted =
                    PrfPlus.expand(crypto, prf, secret(c, "SKEYSEED_rekey"), seed.toArray(), KeyLengths.prf(prf));
            assertEquals(reveal(wanted), reveal(next.skD()));
        }
    }

    @ParameterizedTest
    @MethodSource("skKeys")
    void cutsTheKeysInTheOrderOfSection214(Vectors c) {
        IkeKeys keys = IkeKeys.derive(
                crypto, AES_SHA1, c.octets("Ni"), c.octets("Nr"), spi(c, "spi_i"), spi(c, "spi_r"), secret(c, "g_ir"));
        assertEquals(c.octets("SK_d"), reveal(keys.skD()));
        assertEquals(c.octets("SK_ai"), reveal(keys.skAi()));
        assertEquals(c.octets("SK_ar"), reveal(keys.skAr()));
        assertEquals(c.octets("SK_ei"), reveal(keys.skEi()));
        assertEquals(c.octets("SK_er"), reveal(keys.skEr()));
        assertEquals(c.octets("SK_pi"), reveal(keys.skPi()));
        assertEquals(c.octets("SK_pr"), reveal(keys.skPr()));
        if (c.has("child_encr_i")) {
            ChildKeys child = ChildKeys.derive(
                    crypto,
                    TransformId.prf(Transforms.PRF_HMAC_SHA1),
                    keys.skD(),
                    proposal(ProtocolId.ESP, TransformId.prf(Transforms.PRF_HMAC_SHA1)),
                    c.octets("Ni"),
                    c.octets("Nr"),
                    List.of());
            assertEquals(c.octets("child_encr_i"), reveal(child.encrI()));
            assertEquals(c.octets("child_integ_i"), reveal(child.integI()));
            assertEquals(c.octets("child_encr_r"), reveal(child.encrR()));
            assertEquals(c.octets("child_integ_r"), reveal(child.integR()));
        }
    }

    @Test
    void takesNoIntegrityKeysWithAnAead() {
        Proposal gcm = new Proposal(ProtocolId.IKE, List.of(TransformId.encr(Transforms.ENCR_AES_GCM_16, 256), SHA256));
        IkeKeys keys = derive(gcm);
        assertEquals(0, keys.skAi().length());
        assertEquals(36, keys.skEi().length());
        ChildKeys child = ChildKeys.derive(crypto, SHA256, keys.skD(), gcm, NI, NR, List.of());
        assertEquals(0, child.integI().length());
        assertEquals(36, child.encrR().length());
    }

    @Test
    void takesNoEncryptionKeyForAh() {
        Proposal ah = new Proposal(ProtocolId.AH, List.of(TransformId.integ(Transforms.AUTH_HMAC_SHA2_256_128)));
        ChildKeys child = ChildKeys.derive(crypto, SHA256, secret("03".repeat(32)), ah, NI, NR, List.of());
        assertEquals(0, child.encrI().length());
        assertEquals(32, child.integR().length());
    }

    @Test
    void putsAdditionalSecretsBehindTheNonces() {
        // RFC 9370 section 2.2.4
        Secret skD = secret("03".repeat(32));
        ChildKeys child = ChildKeys.derive(
                crypto,
                SHA256,
                skD,
                proposal(ProtocolId.ESP, SHA256),
                NI,
                NR,
                List.of(secret("aa"), secret("bb"), secret("cc")));
        Chunk seed = Chunk.concat(Chunk.ofHex("aa"), NI, NR, Chunk.ofHex("bbcc"));
        assertEquals(reveal(PrfPlus.expand(crypto, SHA256, skD, seed.toArray(), 72)), all(child));
    }

    @Test
    void updatesKeysWithTheSecretOfAFurtherKeyExchange() {
        // RFC 9370 section 2.2.2: SKEYSEED(1) = prf(SK_d(0), SK(1) | Ni | Nr)
        Proposal ike = proposal(ProtocolId.IKE, SHA256);
        IkeKeys keys = derive(ike);
        IkeKeys next = keys.update(crypto, ike, NI, NR, 1, 2, secret("0a0b"));
        byte[] skeyseed = PrfPlus.prf(
                crypto,
                SHA256,
                keys.skD(),
                Chunk.concat(Chunk.ofHex("0a0b"), NI, NR).toArray());
        Chunk seed = Chunk.concat(NI, NR, Chunk.ofHex("00000000000000010000000000000002"));
        assertEquals(
                reveal(PrfPlus.expand(crypto, SHA256, Secret.own(skeyseed), seed.toArray(), 32)), reveal(next.skD()));
        assertNotEquals(reveal(keys.skEi()), reveal(next.skEi()));
    }

    @Test
    void mixesAPpkIntoThreeKeysOnly() {
        // RFC 8784 section 3
        IkeKeys keys = derive(proposal(ProtocolId.IKE, SHA256));
        IkeKeys mixed = keys.withPpk(crypto, SHA256, secret("0102"));
        assertEquals(
                reveal(PrfPlus.expand(
                        crypto, SHA256, secret("0102"), reveal(keys.skD()).toArray(), 32)),
                reveal(mixed.skD()));
        assertEquals(
                reveal(PrfPlus.expand(
                        crypto, SHA256, secret("0102"), reveal(keys.skPi()).toArray(), 32)),
                reveal(mixed.skPi()));
        assertEquals(
                reveal(PrfPlus.expand(
                        crypto, SHA256, secret("0102"), reveal(keys.skPr()).toArray(), 32)),
                reveal(mixed.skPr()));
        assertEquals(reveal(keys.skEi()), reveal(mixed.skEi()));
        assertEquals(reveal(keys.skAr()), reveal(mixed.skAr()));
        keys.close();
        assertEquals(16, reveal(mixed.skEr()).length(), "copies, not the closed keys");
    }

    @Test
    void wipesAllKeysOnClose() {
        IkeKeys keys = derive(proposal(ProtocolId.IKE, SHA256));
        keys.close();
        assertTrue(Stream.of(keys.skD(), keys.skAi(), keys.skAr(), keys.skEi(), keys.skEr(), keys.skPi(), keys.skPr())
                .allMatch(Secret::isClosed));
        ChildKeys child =
                ChildKeys.derive(crypto, SHA256, secret("03"), proposal(ProtocolId.ESP, SHA256), NI, NR, List.of());
        child.close();
        assertTrue(Stream.of(child.encrI(), child.integI(), child.encrR(), child.integR())
                .allMatch(Secret::isClosed));
    }

    @Test
    void takes64BitsOfEachNonceForLegacyPrfs() {
        // RFC 7296 section 2.14: SKEYSEED of AES-CMAC and AES-XCBC only; prf+ takes the whole nonces
        TransformId cmac = TransformId.prf(Transforms.PRF_AES128_CMAC);
        IkeKeys keys = derive(proposal(ProtocolId.IKE, cmac));
        byte[] skeyseed = PrfPlus.prf(crypto, cmac, secret("01".repeat(8) + "02".repeat(8)), new byte[] {4, 5});
        Chunk seed = Chunk.concat(NI, NR, Chunk.ofHex("00000000000000010000000000000002"));
        assertEquals(
                reveal(PrfPlus.expand(crypto, cmac, Secret.own(skeyseed), seed.toArray(), 16)), reveal(keys.skD()));
    }

    @Test
    void refusesMoreThan255Rounds() {
        assertThrows(
                IllegalArgumentException.class,
                () -> PrfPlus.expand(crypto, SHA256, secret("01"), new byte[1], 255 * 32 + 1));
        assertEquals(
                255 * 32,
                PrfPlus.expand(crypto, SHA256, secret("01"), new byte[1], 255 * 32)
                        .length());
    }

    @Test
    void namesTheMissingTransform() {
        Proposal cipherOnly =
                new Proposal(ProtocolId.IKE, List.of(TransformId.encr(Transforms.ENCR_AES_CBC, 128), SHA256));
        assertTrue(assertThrows(IllegalArgumentException.class, () -> derive(cipherOnly))
                .getMessage()
                .contains("integrity"));
        crypto.takeAway();
        assertTrue(assertThrows(IllegalStateException.class, () -> derive(AES_SHA1))
                .getMessage()
                .contains("PRF_HMAC_SHA1"));
    }

    @Test
    void knowsKeyLengthsWithTheirSalts() {
        assertEquals(36, KeyLengths.encr(TransformId.encr(Transforms.ENCR_AES_GCM_16, 256)));
        assertEquals(19, KeyLengths.encr(TransformId.encr(Transforms.ENCR_AES_CCM_8, 128)));
        assertEquals(36, KeyLengths.encr(TransformId.encr(Transforms.ENCR_CHACHA20_POLY1305, 0)));
        assertEquals(20, KeyLengths.encr(TransformId.encr(Transforms.ENCR_AES_CTR, 128)));
        assertEquals(24, KeyLengths.encr(TransformId.encr(Transforms.ENCR_3DES, 0)));
        assertEquals(0, KeyLengths.encr(TransformId.encr(Transforms.ENCR_NULL, 0)));
        assertEquals(48, KeyLengths.integ(TransformId.integ(Transforms.AUTH_HMAC_SHA2_384_192)));
        assertEquals(16, KeyLengths.prf(TransformId.prf(Transforms.PRF_AES128_CMAC)));
        assertThrows(
                IllegalArgumentException.class, () -> KeyLengths.encr(TransformId.encr(Transforms.ENCR_AES_CBC, 0)));
        assertThrows(IllegalArgumentException.class, () -> KeyLengths.encr(TransformId.encr(999, 128)));
    }

    private IkeKeys derive(Proposal proposal) {
        return IkeKeys.derive(crypto, proposal, NI, NR, 1, 2, secret("0405"));
    }

    private static Chunk all(ChildKeys keys) {
        return Chunk.concat(reveal(keys.encrI()), reveal(keys.integI()), reveal(keys.encrR()), reveal(keys.integR()));
    }

    private static void assertPrefix(Chunk whole, Chunk prefix) {
        assertEquals(whole.slice(0, prefix.length()), prefix);
    }

    private static long spi(Vectors c, String name) {
        return c.octets(name).buffer().getLong();
    }

    private static Secret secret(Vectors c, String name) {
        return Secret.own(c.bytes(name));
    }

    private static Secret secret(String hex) {
        return Secret.own(Chunk.ofHex(hex).toArray());
    }

    private static Chunk reveal(Secret secret) {
        return Chunk.wrap(secret.reveal());
    }
}
