// SPDX-License-Identifier: Apache-2.0
package org.jcharon.x509;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CredentialDecoder.Kind;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.KeyType;
import org.jcharon.api.crypto.SignatureScheme;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class X509DecoderTest {

    private final X509Decoder decoder = new X509Decoder(KeyReadingCrypto.create());

    static byte[] resource(String name) {
        try (InputStream in = X509DecoderTest.class.getResourceAsStream(name + ".der")) {
            assertNotNull(in, name);
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Certificate read(byte[] der) throws DecodingException {
        return decoder.decode(Kind.CERTIFICATE, der, null)
                .orElseThrow()
                .found()
                .get(0)
                .certificate();
    }

    private Certificate read(String name) throws DecodingException {
        return read(resource(name));
    }

    @Test
    void readsAnEndEntityCertificate() throws DecodingException {
        Certificate sun = read("sun");

        assertEquals("C=CH, O=jcharon, CN=sun.example.org", sun.subject().toString());
        assertEquals("C=CH, O=jcharon, CN=rsa Root", sun.issuer().toString());
        assertEquals(KeyType.RSA, sun.publicKey().type());
        assertEquals(SignatureScheme.RSA_PKCS1_SHA2_256, sun.signatureScheme().orElseThrow());
        assertEquals(256, sun.signature().length());
        assertFalse(sun.isCa());
        assertEquals(
                List.of("sun.example.org", "192.0.2.2", "sun@example.org"),
                sun.subjectAltNames().stream().map(Identification::toString).toList());
        assertEquals(List.of("1.3.6.1.5.5.7.3.1"), sun.extendedKeyUsage());
        assertEquals(List.of("http://crl.example.org/rsa.crl"), sun.crlUris());
        assertEquals(List.of("http://ocsp.example.org:8880"), sun.ocspUris());
        assertEquals(read("ca-rsa").subjectKeyId(), sun.authorityKeyId());
        assertEquals(20, sun.authorityKeyId().length());
        assertTrue(sun.notBefore().isAfter(Instant.parse("2025-12-31T00:00:00Z")));
        assertTrue(sun.notAfter().isAfter(Instant.parse("2045-12-31T00:00:00Z")));
        assertTrue(sun.carries(Identification.parse("sun.example.org")));
        assertFalse(sun.carries(Identification.parse("sun.example.com")));
        assertTrue(sun.unknownCriticalExtensions().isEmpty());
    }

    @Test
    void readsCaCertificates() throws DecodingException {
        Certificate root = read("ca-ed25519");
        assertTrue(root.isCa());
        assertTrue(root.isSelfIssued());
        assertEquals(-1, root.pathLength());
        assertEquals(1 << 5 | 1 << 6, root.keyUsage());
        assertEquals(0, read("sub").pathLength());
        assertEquals(SignatureScheme.ED25519, read("sub").signatureScheme().orElseThrow());
        assertEquals(
                SignatureScheme.ECDSA_SHA2_256, read("moon").signatureScheme().orElseThrow());
        assertEquals(
                SignatureScheme.RSA_PSS_SHA2_384, read("pss").signatureScheme().orElseThrow());
        assertTrue(read("moon").carries(Identification.parse("2001:db8::1")));
    }

    @Test
    void leavesOtherFormatsToOthers() throws DecodingException {
        assertTrue(decoder.decode(Kind.PRIVATE_KEY, resource("sun"), null).isEmpty());
        assertTrue(decoder.decode(Kind.CERTIFICATE, new byte[] {'-'}, null).isEmpty());
        assertTrue(decoder.decode(Kind.CERTIFICATE, new byte[0], null).isEmpty());
    }

    @Test
    void refusesOctetsBehindTheCertificate() {
        byte[] sun = resource("sun");
        assertReason(Arrays.copyOf(sun, sun.length + 1), "1 octets too many");
    }

    @ParameterizedTest
    @CsvSource({
        // sha256WithRSAEncryption becomes sha384WithRSAEncryption, once: inside and outside differ
        "sun, 2a864886f70d01010b, 2a864886f70d01010c, signature algorithms",
        // BOOLEAN true of basicConstraints becomes 1, which only BER has for true
        "sub, 0101ff020100, 010101020100, malformed BOOLEAN",
        // pathLenConstraint -1
        "sub, 0101ff020100, 0101ff0201ff, pathLenConstraint: negative",
        // two extensions of one kind: subjectKeyIdentifier becomes authorityKeyIdentifier
        "sub, 0603551d0f, 0603551d13, 2.5.29.19",
        // a zero octet in a name
        "sun, 73756e2e6578616d706c652e6f7267870, 73756e006578616d706c652e6f7267870, no IA5 text",
        // an address of three octets followed by the rest
        "moon, 8710, 870f, subjectAltName",
        // a date that is none
        "sun, 323630313031, 323631333031, no such time",
        // v3 becomes v1, which DER does not spell out
        "sun, a003020102, a003020100, version"
    })
    void refusesWith(String sample, String from, String to, String reason) {
        String hex = HexFormat.of().formatHex(resource(sample));
        assertTrue(hex.contains(from), hex);
        assertReason(HexFormat.of().parseHex(hex.replaceFirst(from, to)), reason);
    }

    private void assertReason(byte[] der, String reason) {
        DecodingException e = assertThrows(DecodingException.class, () -> read(der));
        assertTrue(e.getMessage().contains(reason), e.getMessage());
    }

    @Test
    void keepsUnknownCriticalExtensionsForTheOneWhoRefuses() throws DecodingException {
        // keyUsage of the CA, critical, becomes 2.5.29.63
        String hex = HexFormat.of().formatHex(resource("sub")).replace("0603551d0f", "0603551d3f");
        assertEquals(List.of("2.5.29.63"), read(HexFormat.of().parseHex(hex)).unknownCriticalExtensions());
    }

    @Test
    void keepsKeysAndSignaturesOfUnknownKinds() throws DecodingException {
        String hex = HexFormat.of().formatHex(resource("sub")).replace("06032b6570", "06032b6573");
        assertTrue(read(HexFormat.of().parseHex(hex)).signatureScheme().isEmpty());
    }

    @Property(tries = 2000)
    void arbitraryOctetsThrowNothingElse(@ForAll byte[] octets) {
        survives(octets);
    }

    @Property(tries = 5000)
    void mutatedCertificatesThrowNothingElse(
            @ForAll("samples") byte[] sample,
            @ForAll int where,
            @ForAll byte what,
            @ForAll int and,
            @ForAll byte that) {
        byte[] mutated = sample.clone();
        mutated[Math.floorMod(where, mutated.length)] = what;
        mutated[Math.floorMod(and, mutated.length)] = that;
        survives(mutated);
    }

    @Property(tries = 500)
    void truncatedCertificatesThrowNothingElse(@ForAll("samples") byte[] sample, @ForAll int length) {
        survives(Arrays.copyOf(sample, Math.floorMod(length, sample.length)));
    }

    @Provide
    Arbitrary<byte[]> samples() {
        return Arbitraries.of("sun", "moon", "sub", "carol", "pss", "ca-rsa").map(X509DecoderTest::resource);
    }

    /** What can be read must also be printed, compared and validated without surprises. */
    private void survives(byte[] octets) {
        try {
            decoder.decode(Kind.CERTIFICATE, octets, null).ifPresent(result -> {
                Certificate certificate = result.found().get(0).certificate();
                assertNotNull(certificate.toString());
                assertNotNull(certificate.subjectAltNames().toString());
                assertTrue(certificate.carries(certificate.subject()));
                assertNotNull(
                        new NameConstraintsValidator().validate(List.of(certificate, certificate), 1, Instant.EPOCH));
            });
        } catch (DecodingException expected) {
            assertNotNull(expected.getMessage());
        }
    }
}
