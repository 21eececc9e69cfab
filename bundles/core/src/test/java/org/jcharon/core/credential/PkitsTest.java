// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.credential;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.KeyType;
import org.junit.jupiter.api.Test;

/**
 * NIST's Public Key Interoperability Test Suite as far as it needs neither revocation lists nor policies nor DSA: sections 4.1 to 4.3,
 * of 4.4 the serial numbers, of 4.5 what keys alone decide, 4.6, of 4.7 keyCertSign, 4.13 and 4.16. The certificates stay outside of
 * the project; where they are missing the test says so and is skipped.
 */
final class PkitsTest {

    private static final Path CERTIFICATES = Path.of("..", "..", "..", "shared", "vectors", "pkits", "certs");

    private static final Pattern SELECTED = Pattern.compile("(Valid|Invalid)("
            + "CertificatePathTest1|CASignatureTest2|EESignatureTest3" // 4.1
            + "|CAnot(Before|After)DateTest.*|EEnot(Before|After)DateTest.*|pre2000UTC.*|GeneralizedTimenot.*" // 4.2
            + "|NameChaining.*|NameUIDs.*|RFC3280.*|Rolloverfrom.*|UTF8String.*" // 4.3
            + "|LongSerialNumberTest1[67]|NegativeSerialNumberTest14" // 4.4
            + "|BasicSelfIssuedOldWithNewTest1|BasicSelfIssuedNewWithOldTest[34]|BasicSelfIssuedCRLSigningKeyTest8" // 4.5
            + "|MissingbasicConstraints.*|cAFalse.*|basicConstraintsNotCritical.*|(SelfIssued)?pathLenConstraint.*" // 4.6
            + "|keyUsage(Not)?CriticalkeyCertSignFalse.*|keyUsageNotCriticalTest3" // 4.7
            + "|(DN|DNS|RFC822|URI|DNandRFC822)nameConstraints.*" // 4.13
            + "|Unknown(Not)?CriticalCertificateExtension.*" // 4.16
            + ")EE\\.crt");

    /** Far within most of the suite's dates; its own keys and hashes are too weak for the daemon. */
    private static final Instant WHEN = Instant.parse("2006-01-01T00:00:00Z");

    private static final Strength WEAK =
            new Strength(Map.of(KeyType.RSA, 1024), EnumSet.of(HashAlgorithm.SHA1, HashAlgorithm.SHA2_256));

    @Test
    void decidesEveryPathAsTheSuiteDoes() throws IOException {
        assumeTrue(
                Files.isDirectory(CERTIFICATES),
                "the PKITS certificates do not lie beside the project, in " + CERTIFICATES + ": not tested");
        CredentialFixture world = new CredentialFixture(WEAK);
        world.anchors.add(read(world, CERTIFICATES.resolve("TrustAnchorRootCertificate.crt")));
        List<Path> files;
        try (Stream<Path> all = Files.list(CERTIFICATES)) {
            files = all.sorted().toList();
        }
        files.stream()
                .filter(file -> file.toString().endsWith("Cert.crt"))
                .forEach(file -> world.stored.add(read(world, file)));

        StringBuilder wrong = new StringBuilder();
        int tested = 0;
        for (Path file : files) {
            String name = String.valueOf(file.getFileName());
            if (SELECTED.matcher(name).matches()) {
                tested++;
                Certificate endEntity = read(world, file);
                TrustResult result = CredentialFixture.now(world.manager.verifyPeer(
                        endEntity.subject(), AuthConfig.builder().build(), List.of(endEntity), WHEN));
                if (result.usable().isEmpty() == name.startsWith("Valid")) {
                    wrong.append('\n').append(name).append(": ").append(result);
                }
            }
        }
        assertFalse(tested < 80, "only " + tested + " tests were found");
        assertEquals("", wrong.toString());
    }

    private static Certificate read(CredentialFixture world, Path file) {
        try {
            return world.read(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
