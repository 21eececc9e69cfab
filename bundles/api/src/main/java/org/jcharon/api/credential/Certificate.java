// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.credential;

import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.wire.Chunk;

/**
 * An X.509 certificate: its DER and what core and validators need of it, read once by a {@link CredentialDecoder}. Immutable;
 * equality is that of the DER.
 */
public final class Certificate {

    private final Builder b;

    private Certificate(Builder builder) {
        this.b = builder;
    }

    /** Starts with the octets of the whole certificate. */
    public static Builder builder(Chunk der) {
        return new Builder(der);
    }

    /** The whole certificate. */
    public Chunk der() {
        return b.der;
    }

    /** TBSCertificate: what the signature covers. */
    public Chunk tbs() {
        return b.tbs;
    }

    /** Scheme of the signature; empty if it is of a kind not known here. */
    public Optional<SignatureScheme> signatureScheme() {
        return Optional.ofNullable(b.scheme);
    }

    /** Octets of the signature. */
    public Chunk signature() {
        return b.signature;
    }

    /** Subject, of type DER_ASN1_DN. */
    public Identification subject() {
        return b.subject;
    }

    /** Issuer, of type DER_ASN1_DN. */
    public Identification issuer() {
        return b.issuer;
    }

    /** Serial number, content octets of the INTEGER. */
    public Chunk serial() {
        return b.serial;
    }

    /** First moment of validity. */
    public Instant notBefore() {
        return b.notBefore;
    }

    /** Last moment of validity. */
    public Instant notAfter() {
        return b.notAfter;
    }

    /** Subject's public key. */
    public PublicKey publicKey() {
        return b.publicKey;
    }

    /** subjectAltNames of a type that an ID payload can have. */
    public List<Identification> subjectAltNames() {
        return b.subjectAltNames;
    }

    /** Whether basicConstraints says CA. */
    public boolean isCa() {
        return b.ca;
    }

    /** pathLenConstraint, -1 if there is none. */
    public int pathLength() {
        return b.pathLength;
    }

    /** keyUsage bits, bit 0 (digitalSignature) the lowest; -1 if the extension is absent. */
    public int keyUsage() {
        return b.keyUsage;
    }

    /** Dotted object identifiers of extendedKeyUsage; empty if absent. */
    public List<String> extendedKeyUsage() {
        return b.extendedKeyUsage;
    }

    /** subjectKeyIdentifier, empty if absent. */
    public Chunk subjectKeyId() {
        return b.subjectKeyId;
    }

    /** keyIdentifier of authorityKeyIdentifier, empty if absent. */
    public Chunk authorityKeyId() {
        return b.authorityKeyId;
    }

    /** URIs of crlDistributionPoints. */
    public List<String> crlUris() {
        return b.crlUris;
    }

    /** URIs of OCSP responders. */
    public List<String> ocspUris() {
        return b.ocspUris;
    }

    /** Dotted object identifiers of critical extensions that the decoder did not understand; not empty means: reject. */
    public List<String> unknownCriticalExtensions() {
        return b.unknownCritical;
    }

    /** Whether subject and issuer are the same name. */
    public boolean isSelfIssued() {
        return b.subject.equals(b.issuer);
    }

    /** Whether {@code id} is the subject or a subjectAltName of the same type (RFC 7296 section 3.5, RFC 4945 section 3.1). */
    public boolean carries(Identification id) {
        return id.equals(b.subject) || b.subjectAltNames.contains(id);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Certificate that && b.der.equals(that.b.der);
    }

    @Override
    public int hashCode() {
        return b.der.hashCode();
    }

    @Override
    public String toString() {
        return "\"" + b.subject + "\"";
    }

    /** Collects what a decoder read; each part has a harmless default but those that {@link #build} demands. */
    public static final class Builder implements Cloneable {

        private final Chunk der;
        private Chunk tbs;
        private SignatureScheme scheme;
        private Chunk signature;
        private Identification subject;
        private Identification issuer;
        private Chunk serial = Chunk.EMPTY;
        private Instant notBefore;
        private Instant notAfter;
        private PublicKey publicKey;
        private List<Identification> subjectAltNames = List.of();
        private boolean ca;
        private int pathLength = -1;
        private int keyUsage = -1;
        private List<String> extendedKeyUsage = List.of();
        private Chunk subjectKeyId = Chunk.EMPTY;
        private Chunk authorityKeyId = Chunk.EMPTY;
        private List<String> crlUris = List.of();
        private List<String> ocspUris = List.of();
        private List<String> unknownCritical = List.of();

        private Builder(Chunk der) {
            this.der = Objects.requireNonNull(der);
        }

        /** What is signed, by which scheme (null: not known here), and the signature. */
        public Builder signed(Chunk tbsCertificate, SignatureScheme signatureScheme, Chunk signatureOctets) {
            tbs = tbsCertificate;
            scheme = signatureScheme;
            signature = signatureOctets;
            return this;
        }

        /** Subject and issuer, of type DER_ASN1_DN. */
        public Builder names(Identification subjectName, Identification issuerName) {
            subject = subjectName;
            issuer = issuerName;
            return this;
        }

        /** Content octets of the serial number. */
        public Builder serial(Chunk number) {
            serial = number;
            return this;
        }

        /** Validity. */
        public Builder validity(Instant from, Instant to) {
            notBefore = from;
            notAfter = to;
            return this;
        }

        /** Subject's public key. */
        public Builder publicKey(PublicKey key) {
            publicKey = key;
            return this;
        }

        /** subjectAltNames. */
        public Builder subjectAltNames(List<Identification> names) {
            subjectAltNames = List.copyOf(names);
            return this;
        }

        /** basicConstraints; {@code length} -1 if there is no limit. */
        public Builder basicConstraints(boolean isCa, int length) {
            ca = isCa;
            pathLength = length;
            return this;
        }

        /** keyUsage bits, bit 0 the lowest. */
        public Builder keyUsage(int bits) {
            keyUsage = bits;
            return this;
        }

        /** extendedKeyUsage. */
        public Builder extendedKeyUsage(List<String> oids) {
            extendedKeyUsage = List.copyOf(oids);
            return this;
        }

        /** subjectKeyIdentifier. */
        public Builder subjectKeyId(Chunk id) {
            subjectKeyId = id;
            return this;
        }

        /** keyIdentifier of authorityKeyIdentifier. */
        public Builder authorityKeyId(Chunk id) {
            authorityKeyId = id;
            return this;
        }

        /** Revocation information. */
        public Builder revocationUris(List<String> crls, List<String> ocsp) {
            crlUris = List.copyOf(crls);
            ocspUris = List.copyOf(ocsp);
            return this;
        }

        /** Critical extensions that the decoder did not understand. */
        public Builder unknownCriticalExtensions(List<String> oids) {
            unknownCritical = List.copyOf(oids);
            return this;
        }

        /** Throws {@link NullPointerException} if signature, names, validity or key are missing. */
        public Certificate build() {
            Objects.requireNonNull(tbs, "tbs");
            Objects.requireNonNull(signature, "signature");
            Objects.requireNonNull(subject, "subject");
            Objects.requireNonNull(issuer, "issuer");
            Objects.requireNonNull(notBefore, "notBefore");
            Objects.requireNonNull(notAfter, "notAfter");
            Objects.requireNonNull(publicKey, "publicKey");
            return new Certificate(copy());
        }

        /** So that a builder used again cannot change what it built. */
        private Builder copy() {
            try {
                return (Builder) clone();
            } catch (CloneNotSupportedException impossible) {
                throw new AssertionError(impossible);
            }
        }
    }
}
