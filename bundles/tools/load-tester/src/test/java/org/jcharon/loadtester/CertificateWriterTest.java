// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Instant;
import java.util.List;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.wire.Chunk;
import org.junit.jupiter.api.Test;

class CertificateWriterTest {

    private static final Instant FROM = Instant.parse("2026-01-01T00:00:00Z");
    private static final Instant TO = Instant.parse("2026-01-08T00:00:00Z");
    private static final Identification CA = Identification.parse("O=jcharon load-test, CN=CA");
    private static final Identification HOST = Identification.parse("O=jcharon load-test, CN=i7.load-test.example");
    private static final Chunk ALGORITHM = SignatureScheme.ECDSA_SHA2_256.algorithmIdentifier();

    @Test
    void theJdkReadsAndVerifiesWhatIsIssued() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        KeyPair caKey = generator.generateKeyPair();
        Chunk hostKey = Chunk.wrap(generator.generateKeyPair().getPublic().getEncoded());

        X509Certificate ca = certificate(CA, Chunk.wrap(caKey.getPublic().getEncoded()), "", caKey);
        X509Certificate host = certificate(HOST, hostKey, "i7.load-test.example", caKey);

        ca.verify(caKey.getPublic());
        host.verify(caKey.getPublic());
        assertEquals(Integer.MAX_VALUE, ca.getBasicConstraints());
        assertTrue(ca.getKeyUsage()[5], "keyCertSign");
        assertEquals(-1, host.getBasicConstraints());
        assertTrue(host.getKeyUsage()[0], "digitalSignature");
        assertEquals(ca.getSubjectX500Principal(), host.getIssuerX500Principal());
        assertEquals(List.of(List.of(2, "i7.load-test.example")), List.copyOf(host.getSubjectAlternativeNames()));
        assertEquals(FROM, host.getNotBefore().toInstant());
        assertEquals(TO, host.getNotAfter().toInstant());
        assertEquals(hostKey, Chunk.wrap(host.getPublicKey().getEncoded()));
    }

    private static X509Certificate certificate(Identification subject, Chunk spki, String host, KeyPair caKey)
            throws Exception {
        byte[] tbs = CertificateWriter.tbs(ALGORITHM, new byte[] {0x41, 7}, CA, subject, FROM, TO, spki, host);
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(caKey.getPrivate());
        signer.update(tbs);
        byte[] der = CertificateWriter.signed(tbs, ALGORITHM, signer.sign());
        return (X509Certificate)
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(der));
    }
}
