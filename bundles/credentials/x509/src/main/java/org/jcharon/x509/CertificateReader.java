// SPDX-License-Identifier: Apache-2.0
package org.jcharon.x509;

import java.util.Map;
import java.util.Optional;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.jcharon.lib.der.DerReader;

/** Certificate of RFC 5280 section 4.1. */
final class CertificateReader {

    private static final int MAX_ATTRIBUTES = 64;
    private static final int MAX_SERIAL_OCTETS = 64;

    /** RFC 4055 section 5: the parameters of these are NULL, but absent ones must be accepted as well. */
    private static final Map<String, SignatureScheme> RSA_WITHOUT_PARAMETERS = Map.of(
            "1.2.840.113549.1.1.5", SignatureScheme.RSA_PKCS1_SHA1,
            "1.2.840.113549.1.1.11", SignatureScheme.RSA_PKCS1_SHA2_256,
            "1.2.840.113549.1.1.12", SignatureScheme.RSA_PKCS1_SHA2_384,
            "1.2.840.113549.1.1.13", SignatureScheme.RSA_PKCS1_SHA2_512);

    private final CryptoRegistry crypto;

    CertificateReader(CryptoRegistry crypto) {
        this.crypto = crypto;
    }

    Certificate read(Chunk der) throws WireException, DecodingException {
        DerReader all = new DerReader(der);
        DerReader certificate = all.enter(DerReader.SEQUENCE, "certificate");
        all.end("certificate");
        Chunk tbs = certificate.element(DerReader.SEQUENCE, "tbsCertificate");
        Chunk algorithm = certificate.element(DerReader.SEQUENCE, "signatureAlgorithm");
        Chunk signature = certificate.bitString("signatureValue");
        certificate.end("certificate");

        Certificate.Builder builder =
                Certificate.builder(der).signed(tbs, scheme(algorithm).orElse(null), signature);
        readTbs(new DerReader(tbs).enter(DerReader.SEQUENCE, "tbsCertificate"), algorithm, builder);
        return builder.build();
    }

    private void readTbs(DerReader tbs, Chunk outerAlgorithm, Certificate.Builder builder)
            throws WireException, DecodingException {
        int version = 1;
        if (tbs.nextIs(DerReader.context(0, true))) {
            DerReader explicit = tbs.enter(DerReader.context(0, true), "version");
            version = explicit.integer(1, 2, "version") + 1; // DER: the default, v1, is never spelled out
            explicit.end("version");
        }
        Chunk serial = tbs.integerOctets("serialNumber");
        if (serial.length() > MAX_SERIAL_OCTETS) {
            throw tbs.error("serialNumber of " + serial.length() + " octets");
        }
        // RFC 5280 section 4.1.1.2: "MUST contain the same algorithm identifier"
        if (!tbs.element(DerReader.SEQUENCE, "signature").equals(outerAlgorithm)) {
            throw tbs.error("signature algorithms inside and outside of tbsCertificate differ");
        }
        Identification issuer = name(tbs, "issuer");
        DerReader validity = tbs.enter(DerReader.SEQUENCE, "validity");
        builder.serial(serial).validity(validity.time("notBefore"), validity.time("notAfter"));
        validity.end("validity");
        Identification subject = name(tbs, "subject");
        builder.names(subject, issuer).publicKey(publicKey(tbs.element(DerReader.SEQUENCE, "subjectPublicKeyInfo")));
        for (int unique = 1; unique <= 2; unique++) {
            if (tbs.nextIs(DerReader.context(unique, false))) {
                requireVersion(version, 2, tbs, "unique identifiers");
                tbs.skip("uniqueIdentifier");
            }
        }
        if (tbs.nextIs(DerReader.context(3, true))) {
            requireVersion(version, 3, tbs, "extensions");
            DerReader explicit = tbs.enter(DerReader.context(3, true), "extensions");
            DerReader extensions = explicit.enter(DerReader.SEQUENCE, "extensions");
            explicit.end("extensions");
            new ExtensionsReader(builder).read(extensions);
        }
        tbs.end("tbsCertificate");
    }

    private static void requireVersion(int version, int least, DerReader at, String what) throws WireException {
        if (version < least) {
            throw at.error(what + " in a certificate of version " + version);
        }
    }

    private PublicKey publicKey(Chunk spki) throws DecodingException {
        try {
            return crypto.readPublicKey(spki);
        } catch (KeyMismatchException e) {
            throw new DecodingException("public key of the certificate: " + e.getMessage(), e);
        }
    }

    private static Optional<SignatureScheme> scheme(Chunk algorithm) throws WireException {
        DerReader whole = new DerReader(algorithm);
        DerReader identifier = whole.enter(DerReader.SEQUENCE, "signatureAlgorithm");
        String oid = identifier.oid("signatureAlgorithm");
        SignatureScheme plain = RSA_WITHOUT_PARAMETERS.get(oid);
        if (plain != null && identifier.isEmpty()) {
            return Optional.of(plain);
        }
        return SignatureScheme.ofAlgorithmIdentifier(algorithm);
    }

    /** A Name, checked for its structure so that its text and comparisons mean something. */
    static Identification name(DerReader in, String what) throws WireException {
        Chunk der = in.element(DerReader.SEQUENCE, what);
        checkName(new DerReader(der).enter(DerReader.SEQUENCE, what), what);
        return Identification.ofDn(der);
    }

    private static void checkName(DerReader names, String what) throws WireException {
        int attributes = 0;
        while (!names.isEmpty()) {
            DerReader set = names.enter(DerReader.SET, what);
            do {
                DerReader attribute = set.enter(DerReader.SEQUENCE, what);
                attribute.oid(what);
                attribute.skip(what);
                attribute.end(what);
                if (++attributes > MAX_ATTRIBUTES) {
                    throw names.error(what + ": over " + MAX_ATTRIBUTES + " attributes");
                }
            } while (!set.isEmpty());
        }
    }
}
