// SPDX-License-Identifier: Apache-2.0
package org.jcharon.pem;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPrivateKey;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jcharon.api.credential.CredentialDecoder.Kind;
import org.jcharon.api.credential.CredentialDecoder.Result;
import org.jcharon.api.credential.DecodedCredential;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.wire.Secret;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class PemDecoderTest {

    private static final List<String> SAMPLES = List.of(
            "sun.key.pem",
            "moon.key.pem",
            "carol.key.pem",
            "sun.traditional.pem",
            "moon.sec1.der",
            "sun.pkcs1.der",
            "carol.enc.der",
            "moon.pkcs8.der",
            "sun.pem",
            "sun.pub.pem");

    private final PemDecoder decoder = new PemDecoder();

    private static Secret password(String text) {
        return Secret.own(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] resource(String name) {
        try (InputStream in = PemDecoderTest.class.getResourceAsStream(name)) {
            assertNotNull(in, name);
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] key(String name, Secret password) throws DecodingException {
        Result result =
                decoder.decode(Kind.PRIVATE_KEY, resource(name), password).orElseThrow();
        assertEquals(1, result.found().size());
        try (Secret key = result.found().get(0).privateKey()) {
            return key.reveal();
        }
    }

    private String refusal(Kind kind, byte[] octets, Secret password) {
        return assertThrows(DecodingException.class, () -> decoder.decode(kind, octets, password))
                .getMessage();
    }

    @ParameterizedTest
    @CsvSource({"sun.key.pem, RSA", "moon.key.pem, EC", "carol.key.pem, Ed25519", "withparams.key.pem, EC"})
    void readsWhatPkiAndOpensslGenerate(String file, String algorithm)
            throws DecodingException, GeneralSecurityException {
        assertNotNull(KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(key(file, null))));
    }

    @ParameterizedTest
    @CsvSource({
        "sun.pkcs8.pem, sun.key.pem",
        "sun.enc-aes256.pem, sun.key.pem",
        "sun.traditional.pem, sun.key.pem",
        "sun.pkcs1.der, sun.key.pem",
        "carol.enc.der, carol.key.pem"
    })
    void readsTheSameKeyInEveryContainer(String file, String plain) throws DecodingException {
        try (Secret password = password("secret")) {
            assertArrayEquals(key(plain, null), key(file, password));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"moon.enc-aes128-sha1.pem", "moon.enc-des3.pem", "moon.traditional.pem", "moon.sec1.der"})
    void readsTheSameCurveKeyInEveryContainer(String file) throws DecodingException, GeneralSecurityException {
        try (Secret password = password("secret")) {
            // containers differ in whether they repeat the curve, so that not their octets are compared
            assertEquals(scalar(resource("moon.pkcs8.der")), scalar(key(file, password)));
        }
    }

    private static BigInteger scalar(byte[] pkcs8) throws GeneralSecurityException {
        return ((ECPrivateKey) KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(pkcs8))).getS();
    }

    @Test
    void saysThatThePasswordIsMissing() {
        for (String file : List.of("sun.enc-aes256.pem", "sun.traditional.pem", "carol.enc.der")) {
            assertEquals(
                    "key is encrypted, but there is no password for it",
                    refusal(Kind.PRIVATE_KEY, resource(file), null));
        }
    }

    @Test
    void saysThatThePasswordIsWrong() {
        try (Secret wrong = password("secrets")) {
            for (String file : List.of("sun.enc-aes256.pem", "sun.traditional.pem", "moon.enc-des3.pem")) {
                assertTrue(refusal(Kind.PRIVATE_KEY, resource(file), wrong).contains("password"));
            }
        }
    }

    @Test
    void namesTheKeyDerivationThatItDoesNotKnow() {
        try (Secret password = password("secret")) {
            assertTrue(refusal(Kind.PRIVATE_KEY, resource("moon.scrypt.pem"), password)
                    .contains("1.3.6.1.4.1.11591.4.11"));
        }
    }

    @Test
    void unwrapsEveryCertificateOfAFile() throws DecodingException {
        String both = text("sun.pem") + "some text between\n"
                + text("ca-rsa.pem").replace("\n", "\r\n") + text("sun.key.pem");

        Result result = decoder.decode(Kind.CERTIFICATE, both.getBytes(StandardCharsets.US_ASCII), null)
                .orElseThrow();

        assertTrue(result.found().isEmpty());
        assertEquals(2, result.unwrapped().size());
        assertEquals(0x30, result.unwrapped().get(1).octets().at(0));
    }

    @Test
    void readsPublicKeys() throws DecodingException {
        Result result =
                decoder.decode(Kind.PUBLIC_KEY, resource("sun.pub.pem"), null).orElseThrow();
        byte[] spki = result.found().get(0).publicKey().toArray();
        assertEquals(spki.length, key(spki).length());
    }

    private org.jcharon.api.wire.Chunk key(byte[] spki) throws DecodingException {
        DecodedCredential found = decoder.decode(Kind.PUBLIC_KEY, spki, null)
                .orElseThrow()
                .found()
                .get(0);
        return found.publicKey();
    }

    @Test
    void saysWhatTheFileHoldsInstead() {
        assertEquals(
                "PEM file holds no PRIVATE KEY, but [CERTIFICATE]",
                refusal(Kind.PRIVATE_KEY, resource("sun.pem"), null));
    }

    @Test
    void leavesOtherFormatsToOthers() throws DecodingException {
        assertTrue(decoder.decode(Kind.CERTIFICATE, new byte[] {0x30, 0}, null).isEmpty());
        assertTrue(decoder.decode(Kind.PRIVATE_KEY, new byte[0], null).isEmpty());
        assertTrue(decoder.decode(Kind.PRIVATE_KEY, "no armour".getBytes(StandardCharsets.US_ASCII), null)
                .isEmpty());
    }

    @ParameterizedTest
    @CsvSource({
        "'-----BEGIN PRIVATE KEY-----\nMAA=\n', block without end",
        "'-----BEGIN PRIVATE KEY-----\nMAA=\n-----END CERTIFICATE-----\n', another label",
        "'-----BEGIN PRIVATE KEY-----\nM!A=\n-----END PRIVATE KEY-----\n', not base64",
        "'-----BEGIN PRIVATE KEY-----\nMAA\n-----END PRIVATE KEY-----\n', incomplete",
        "'-----BEGIN PRIVATE KEY-----\n-----BEGIN PRIVATE KEY-----\n', is not ended",
        "'-----BEGIN PRIVATE KEY\nMAA=\n', label",
        "'-----BEGIN PRIVATE KEY-----\nMAA=\n-----END PRIVATE KEY-----\n', malformed PKCS #8",
        "'-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nMAA=\n-----END RSA PRIVATE KEY-----\n', DEK-Info"
    })
    void saysWhatIsWrongWithTheArmour(String text, String reason) {
        String message = refusal(Kind.PRIVATE_KEY, text.getBytes(StandardCharsets.US_ASCII), null);
        assertTrue(message.contains(reason), message);
    }

    @Test
    void boundsIterations() {
        byte[] der = resource("carol.enc.der");
        // 2048 iterations (02 02 08 00) become a number of four octets by growing every length around it
        String hex = java.util.HexFormat.of().formatHex(der);
        assertTrue(hex.contains("02020800"));
        byte[] negative = java.util.HexFormat.of().parseHex(hex.replace("02020800", "0202f800"));
        try (Secret password = password("secret")) {
            assertTrue(refusal(Kind.PRIVATE_KEY, negative, password).contains("iterationCount"));
        }
    }

    @Property(tries = 2000)
    void arbitraryOctetsThrowNothingElse(@ForAll byte[] octets, @ForAll Kind kind) {
        survives(kind, octets);
    }

    @Property(tries = 2000)
    void arbitraryDerThrowsNothingElse(@ForAll byte[] octets, @ForAll Kind kind) {
        byte[] der = new byte[octets.length + 2];
        der[0] = 0x30;
        der[1] = (byte) octets.length;
        System.arraycopy(octets, 0, der, 2, octets.length);
        survives(kind, der);
    }

    @Property(tries = 3000)
    void mutatedFilesThrowNothingElse(
            @ForAll("samples") byte[] sample, @ForAll int where, @ForAll byte what, @ForAll Kind kind) {
        byte[] mutated = sample.clone();
        mutated[Math.floorMod(where, mutated.length)] = what;
        survives(kind, mutated);
    }

    @Property(tries = 1000)
    void truncatedFilesThrowNothingElse(@ForAll("samples") byte[] sample, @ForAll int length, @ForAll Kind kind) {
        survives(kind, java.util.Arrays.copyOf(sample, Math.floorMod(length, sample.length)));
    }

    @Provide
    Arbitrary<byte[]> samples() {
        return Arbitraries.of(SAMPLES).map(PemDecoderTest::resource);
    }

    private void survives(Kind kind, byte[] octets) {
        // no password: iterations of PBKDF2 are not what is tested
        try {
            assertNotNull(decoder.decode(kind, octets, null));
        } catch (DecodingException expected) {
            assertNotNull(expected.getMessage());
        }
    }

    private static String text(String name) {
        return new String(resource(name), StandardCharsets.US_ASCII);
    }
}
