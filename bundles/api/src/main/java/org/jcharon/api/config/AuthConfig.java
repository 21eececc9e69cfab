// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.config;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.wire.Chunk;

/**
 * One authentication round of one side: what we show of ourselves (local) or demand of the peer (remote). Immutable; equal by its values.
 */
public final class AuthConfig {

    private final Builder b;

    private AuthConfig(Builder builder) {
        this.b = builder;
    }

    /** A builder with strongSwan's defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these values. */
    public Builder toBuilder() {
        return b.copy();
    }

    /** Kind of authentication. */
    public AuthMethod method() {
        return b.method;
    }

    /** Identity of that side; {@code %any} locally means: from the certificate, else the address. */
    public Identification id() {
        return b.id;
    }

    /** Local: candidates for our end entity certificate. Remote: the only accepted ones, if any. */
    public List<Certificate> certificates() {
        return b.certificates;
    }

    /**
     * Raw public keys, SubjectPublicKeyInfo in DER. Local: candidates for our key, without a certificate. Remote: keys that are trusted
     * for the identity; if there are some, and no certificates beside them, nothing else is accepted.
     */
    public List<Chunk> publicKeys() {
        return b.publicKeys;
    }

    /** Remote: CA certificates, one of which must be in the trust chain, if any. */
    public List<Certificate> caCertificates() {
        return b.caCertificates;
    }

    /** Signature schemes that AUTH may use, in order of preference; empty: by the kind of key. */
    public List<SignatureScheme> signatureSchemes() {
        return b.signatureSchemes;
    }

    /** Limits on keys and hashes in the trust chain, such as {@code rsa-2048}, {@code sha256}; empty: none. */
    public List<String> trustConstraints() {
        return b.trustConstraints;
    }

    /** EAP method, such as {@code md5}; empty if not EAP or any. */
    public String eapMethod() {
        return b.eapMethod;
    }

    /** EAP identity; empty: the IKE identity. Remote {@code %any}: any that the peer gives when it is asked. */
    public Optional<Identification> eapId() {
        return Optional.ofNullable(b.eapId);
    }

    /** Identity of the AAA server. */
    public Identification aaaId() {
        return b.aaaId;
    }

    /** Remote: group memberships, one of which is demanded. */
    public List<String> groups() {
        return b.groups;
    }

    /** Remote: certificate policies (dotted OIDs), all demanded. */
    public List<String> certPolicies() {
        return b.certPolicies;
    }

    /** Remote: {@code relaxed}, {@code ifuri} or {@code strict}. */
    public String revocation() {
        return b.revocation;
    }

    /** Order of the rounds. */
    public int round() {
        return b.round;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof AuthConfig that && b.values().equals(that.b.values());
    }

    @Override
    public int hashCode() {
        return b.values().hashCode();
    }

    /** Collects the values; not thread-safe. */
    public static final class Builder {

        private AuthMethod method = AuthMethod.PUBKEY;
        private Identification id = Identification.ANY;
        private List<Certificate> certificates = List.of();
        private List<Chunk> publicKeys = List.of();
        private List<Certificate> caCertificates = List.of();
        private List<SignatureScheme> signatureSchemes = List.of();
        private List<String> trustConstraints = List.of();
        private String eapMethod = "";
        private Identification eapId;
        private Identification aaaId = Identification.ANY;
        private List<String> groups = List.of();
        private List<String> certPolicies = List.of();
        private String revocation = "relaxed";
        private int round = 0;

        private Builder() {}

        /** Kind of authentication. */
        public Builder method(AuthMethod value) {
            this.method = Objects.requireNonNull(value);
            return this;
        }

        /** Identity of that side; {@code %any} locally means: from the certificate, else the address. */
        public Builder id(Identification value) {
            this.id = Objects.requireNonNull(value);
            return this;
        }

        /** Local: candidates for our end entity certificate. Remote: the only accepted ones, if any. */
        public Builder certificates(List<Certificate> value) {
            this.certificates = List.copyOf(value);
            return this;
        }

        /** Raw public keys, SubjectPublicKeyInfo in DER. */
        public Builder publicKeys(List<Chunk> value) {
            this.publicKeys = List.copyOf(value);
            return this;
        }

        /** Remote: CA certificates, one of which must be in the trust chain, if any. */
        public Builder caCertificates(List<Certificate> value) {
            this.caCertificates = List.copyOf(value);
            return this;
        }

        /** Signature schemes that AUTH may use, in order of preference; empty: by the kind of key. */
        public Builder signatureSchemes(List<SignatureScheme> value) {
            this.signatureSchemes = List.copyOf(value);
            return this;
        }

        /** Limits on keys and hashes in the trust chain, such as {@code rsa-2048}, {@code sha256}; empty: none. */
        public Builder trustConstraints(List<String> value) {
            this.trustConstraints = List.copyOf(value);
            return this;
        }

        /** EAP method, such as {@code md5}; empty if not EAP or any. */
        public Builder eapMethod(String value) {
            this.eapMethod = Objects.requireNonNull(value);
            return this;
        }

        /** EAP identity; {@code %any}: the IKE identity (local), ask for it (remote, when set). */
        public Builder eapId(Identification value) {
            this.eapId = Objects.requireNonNull(value);
            return this;
        }

        /** Identity of the AAA server. */
        public Builder aaaId(Identification value) {
            this.aaaId = Objects.requireNonNull(value);
            return this;
        }

        /** Remote: group memberships, one of which is demanded. */
        public Builder groups(List<String> value) {
            this.groups = List.copyOf(value);
            return this;
        }

        /** Remote: certificate policies (dotted OIDs), all demanded. */
        public Builder certPolicies(List<String> value) {
            this.certPolicies = List.copyOf(value);
            return this;
        }

        /** Remote: {@code relaxed}, {@code ifuri} or {@code strict}. */
        public Builder revocation(String value) {
            this.revocation = Objects.requireNonNull(value);
            return this;
        }

        /** Order of the rounds. */
        public Builder round(int value) {
            this.round = value;
            return this;
        }

        private List<Object> values() {
            return Arrays.asList(
                    method,
                    id,
                    certificates,
                    publicKeys,
                    caCertificates,
                    signatureSchemes,
                    trustConstraints,
                    eapMethod,
                    eapId,
                    aaaId,
                    groups,
                    certPolicies,
                    revocation,
                    round);
        }

        /** Throws {@link NullPointerException} if a value without default is missing. */
        public AuthConfig build() {
            return new AuthConfig(copy());
        }

        private Builder copy() {
            Builder copy = new Builder();
            copy.method = method;
            copy.id = id;
            copy.certificates = certificates;
            copy.publicKeys = publicKeys;
            copy.caCertificates = caCertificates;
            copy.signatureSchemes = signatureSchemes;
            copy.trustConstraints = trustConstraints;
            copy.eapMethod = eapMethod;
            copy.eapId = eapId;
            copy.aaaId = aaaId;
            copy.groups = groups;
            copy.certPolicies = certPolicies;
            copy.revocation = revocation;
            copy.round = round;
            return copy;
        }
    }
}
