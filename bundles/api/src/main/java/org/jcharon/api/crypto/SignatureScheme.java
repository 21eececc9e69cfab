// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

import java.util.Optional;
import org.jcharon.api.wire.Chunk;

/**
 * Signature schemes of certificates and of AUTH payloads.
 *
 * <p>{@link #algorithmIdentifier()} is the exact DER that RFC 7427 (appendix A) and RFC 8420 prescribe. ECDSA signatures are DER
 * sequences (RFC 3279) except for the fixed forms of RFC 4754.
 */
public enum SignatureScheme {
    /** PKCS #1 v1.5 with SHA-1: method 1 with old peers and old certificates only; in no default. */
    RSA_PKCS1_SHA1(KeyType.RSA, HashAlgorithm.SHA1, "RSA_EMSA_PKCS1_SHA1", "300d06092a864886f70d0101050500"),
    /** PKCS #1 v1.5. */
    RSA_PKCS1_SHA2_256(
            KeyType.RSA, HashAlgorithm.SHA2_256, "RSA_EMSA_PKCS1_SHA2_256", "300d06092a864886f70d01010b0500"),
    /** PKCS #1 v1.5. */
    RSA_PKCS1_SHA2_384(
            KeyType.RSA, HashAlgorithm.SHA2_384, "RSA_EMSA_PKCS1_SHA2_384", "300d06092a864886f70d01010c0500"),
    /** PKCS #1 v1.5. */
    RSA_PKCS1_SHA2_512(
            KeyType.RSA, HashAlgorithm.SHA2_512, "RSA_EMSA_PKCS1_SHA2_512", "300d06092a864886f70d01010d0500"),
    /** PSS with MGF1 of the same hash and a salt of its length. */
    RSA_PSS_SHA2_256(
            KeyType.RSA,
            HashAlgorithm.SHA2_256,
            "RSA_EMSA_PSS_SHA2_256",
            "304106092a864886f70d01010a3034a00f300d06096086480165030402010500a11c301a06092a864886f70d010108300d0609608648016503"
                    + "04020105"
                    + "00a203020120"),
    /** PSS with MGF1 of the same hash and a salt of its length. */
    RSA_PSS_SHA2_384(
            KeyType.RSA,
            HashAlgorithm.SHA2_384,
            "RSA_EMSA_PSS_SHA2_384",
            "304106092a864886f70d01010a3034a00f300d06096086480165030402020500a11c301a06092a864886f70d010108300d0609608648016503"
                    + "04020205"
                    + "00a203020130"),
    /** PSS with MGF1 of the same hash and a salt of its length. */
    RSA_PSS_SHA2_512(
            KeyType.RSA,
            HashAlgorithm.SHA2_512,
            "RSA_EMSA_PSS_SHA2_512",
            "304106092a864886f70d01010a3034a00f300d06096086480165030402030500a11c301a06092a864886f70d010108300d0609608648016503"
                    + "04020305"
                    + "00a203020140"),
    /** DER signature, any curve. */
    ECDSA_SHA2_256(KeyType.ECDSA, HashAlgorithm.SHA2_256, "ECDSA_WITH_SHA256_DER", "300a06082a8648ce3d040302"),
    /** DER signature, any curve. */
    ECDSA_SHA2_384(KeyType.ECDSA, HashAlgorithm.SHA2_384, "ECDSA_WITH_SHA384_DER", "300a06082a8648ce3d040303"),
    /** DER signature, any curve. */
    ECDSA_SHA2_512(KeyType.ECDSA, HashAlgorithm.SHA2_512, "ECDSA_WITH_SHA512_DER", "300a06082a8648ce3d040304"),
    /** r and s of 32 octets each on P-256 with SHA2-256 (RFC 4754, method 9). */
    ECDSA_256(KeyType.ECDSA, HashAlgorithm.SHA2_256, "ECDSA-256", ""),
    /** r and s of 48 octets each on P-384 with SHA2-384 (RFC 4754, method 10). */
    ECDSA_384(KeyType.ECDSA, HashAlgorithm.SHA2_384, "ECDSA-384", ""),
    /** r and s of 66 octets each on P-521 with SHA2-512 (RFC 4754, method 11). */
    ECDSA_521(KeyType.ECDSA, HashAlgorithm.SHA2_512, "ECDSA-521", ""),
    /** Pure Ed25519 (RFC 8420). */
    ED25519(KeyType.ED25519, HashAlgorithm.IDENTITY, "ED25519", "300506032b6570"),
    /** Pure Ed448 (RFC 8420). */
    ED448(KeyType.ED448, HashAlgorithm.IDENTITY, "ED448", "300506032b6571");

    private final KeyType keyType;
    private final HashAlgorithm hash;
    private final String label;
    private final Chunk algorithmIdentifier;

    SignatureScheme(KeyType keyType, HashAlgorithm hash, String label, String algorithmIdentifier) {
        this.keyType = keyType;
        this.hash = hash;
        this.label = label;
        this.algorithmIdentifier = Chunk.ofHex(algorithmIdentifier);
    }

    /** Kind of key that it needs. */
    public KeyType keyType() {
        return keyType;
    }

    /** Hash that it applies. */
    public HashAlgorithm hash() {
        return hash;
    }

    /** DER of the AlgorithmIdentifier; empty for the forms of RFC 4754, which have none. */
    public Chunk algorithmIdentifier() {
        return algorithmIdentifier;
    }

    /** The scheme whose AlgorithmIdentifier is exactly {@code der}; PSS also in RFC 7427's form, which spells the trailer field out. */
    public static Optional<SignatureScheme> ofAlgorithmIdentifier(Chunk der) {
        for (SignatureScheme scheme : values()) {
            if (!der.isEmpty()
                    && (scheme.algorithmIdentifier.equals(der)
                            || scheme.withTrailerField().equals(der))) {
                return Optional.of(scheme);
            }
        }
        return Optional.empty();
    }

    private Chunk withTrailerField() {
        if (!label.contains("_PSS_")) {
            return algorithmIdentifier;
        }
        byte[] der = algorithmIdentifier.toArray();
        der[1] = (byte) (der[1] + 5); // outer length: the field adds a3 03 02 01 01
        der[14] = (byte) (der[14] + 5); // length of the parameters
        return Chunk.concat(Chunk.wrap(der), Chunk.ofHex("a303020101"));
    }

    /** strongSwan's name in logs. */
    @Override
    public String toString() {
        return label;
    }
}
