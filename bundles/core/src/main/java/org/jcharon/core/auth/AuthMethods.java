// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.KeyType;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;
import org.jcharon.api.wire.WireWriter;

/** Authentication methods of AUTH payloads (RFC 7296 section 3.8, RFC 4754, RFC 7427) and the signature schemes behind them. Pure. */
public final class AuthMethods {

    /** RSA Digital Signature: PKCS #1 v1.5 with SHA-1. */
    public static final int RSA = 1;
    /** Shared Key Message Integrity Code. */
    public static final int SHARED_KEY = 2;
    /** ECDSA with SHA-256 on P-256. */
    public static final int ECDSA_256 = 9;
    /** ECDSA with SHA-384 on P-384. */
    public static final int ECDSA_384 = 10;
    /** ECDSA with SHA-512 on P-521. */
    public static final int ECDSA_521 = 11;
    /** Digital Signature. */
    public static final int DIGITAL_SIGNATURE = 14;

    /**
     * A way to sign.
     *
     * @param method number in the AUTH payload
     * @param scheme how the signature is made
     */
    public record Choice(int method, SignatureScheme scheme) {

        /** The AUTH payload's data for a signature. */
        public Chunk authData(Chunk signature) {
            if (method != DIGITAL_SIGNATURE) {
                return signature;
            }
            Chunk algorithm = scheme.algorithmIdentifier();
            return new WireWriter(1 + algorithm.length() + signature.length())
                    .u8(algorithm.length())
                    .chunk(algorithm)
                    .chunk(signature)
                    .toChunk();
        }
    }

    private AuthMethods() {}

    /**
     * How to sign with a key.
     *
     * @param configured schemes that the connection allows, in order; empty: by the kind of key
     * @param peerHashes what the peer announced; ignored unless {@code digitalSignature}
     * @param digitalSignature whether the peer knows RFC 7427
     */
    public static Optional<Choice> choose(
            PublicKey key, List<SignatureScheme> configured, Set<HashAlgorithm> peerHashes, boolean digitalSignature) {
        if (!digitalSignature) {
            return older(key);
        }
        List<SignatureScheme> wanted = new ArrayList<>(configured);
        if (wanted.isEmpty()) {
            wanted.addAll(byStrength(key));
        }
        return wanted.stream()
                .filter(scheme -> scheme.keyType() == key.type())
                .filter(scheme -> peerHashes.contains(scheme.hash()))
                .filter(scheme -> !scheme.algorithmIdentifier().isEmpty())
                .findFirst()
                .map(scheme -> new Choice(DIGITAL_SIGNATURE, scheme));
    }

    private static List<SignatureScheme> byStrength(PublicKey key) {
        return switch (key.type()) {
            case RSA ->
                key.bits() > 7680
                        ? List.of(SignatureScheme.RSA_PKCS1_SHA2_512, SignatureScheme.RSA_PKCS1_SHA2_256)
                        : key.bits() > 3072
                                ? List.of(SignatureScheme.RSA_PKCS1_SHA2_384, SignatureScheme.RSA_PKCS1_SHA2_256)
                                : List.of(
                                        SignatureScheme.RSA_PKCS1_SHA2_256,
                                        SignatureScheme.RSA_PKCS1_SHA2_384,
                                        SignatureScheme.RSA_PKCS1_SHA2_512);
            case ECDSA ->
                key.bits() > 384
                        ? List.of(SignatureScheme.ECDSA_SHA2_512)
                        : key.bits() > 256
                                ? List.of(SignatureScheme.ECDSA_SHA2_384, SignatureScheme.ECDSA_SHA2_512)
                                : List.of(
                                        SignatureScheme.ECDSA_SHA2_256,
                                        SignatureScheme.ECDSA_SHA2_384,
                                        SignatureScheme.ECDSA_SHA2_512);
            case ED25519 -> List.of(SignatureScheme.ED25519);
            case ED448 -> List.of(SignatureScheme.ED448);
            case UNKNOWN -> List.of();
        };
    }

    private static Optional<Choice> older(PublicKey key) {
        if (key.type() == KeyType.RSA) {
            return Optional.of(new Choice(RSA, SignatureScheme.RSA_PKCS1_SHA1));
        }
        if (key.type() != KeyType.ECDSA) {
            return Optional.empty();
        }
        return switch (key.bits()) {
            case 256 -> Optional.of(new Choice(ECDSA_256, SignatureScheme.ECDSA_256));
            case 384 -> Optional.of(new Choice(ECDSA_384, SignatureScheme.ECDSA_384));
            case 521 -> Optional.of(new Choice(ECDSA_521, SignatureScheme.ECDSA_521));
            default -> Optional.empty();
        };
    }

    /** A received signature: its scheme and octets. */
    public record ReceivedSignature(SignatureScheme scheme, Chunk signature) {}

    /**
     * Takes an AUTH payload's data apart.
     *
     * @param peerIsOld whether the peer announced no hash algorithms: only then method 1 with its SHA-1 is accepted
     * @throws WireException if method or AlgorithmIdentifier is unknown, not exact, or uses a hash that we did not announce
     */
    public static ReceivedSignature parse(int method, Chunk data, boolean peerIsOld) throws WireException {
        switch (method) {
            case RSA:
                if (!peerIsOld) {
                    throw new WireException("RSA signature with SHA-1 of a peer that knows better ones", 0);
                }
                return new ReceivedSignature(SignatureScheme.RSA_PKCS1_SHA1, data);
            case ECDSA_256:
                return new ReceivedSignature(SignatureScheme.ECDSA_256, data);
            case ECDSA_384:
                return new ReceivedSignature(SignatureScheme.ECDSA_384, data);
            case ECDSA_521:
                return new ReceivedSignature(SignatureScheme.ECDSA_521, data);
            case DIGITAL_SIGNATURE:
                WireReader in = new WireReader(data);
                Chunk algorithm = in.chunk(in.u8("length of the AlgorithmIdentifier"), "AlgorithmIdentifier");
                SignatureScheme scheme = SignatureScheme.ofAlgorithmIdentifier(algorithm)
                        .orElseThrow(
                                () -> in.error("AlgorithmIdentifier " + algorithm.toHex() + " is none that we know"));
                if (scheme.hash() == HashAlgorithm.SHA1) {
                    throw in.error("signature with SHA-1, which we did not announce");
                }
                return new ReceivedSignature(scheme, in.rest());
            default:
                throw new WireException("authentication method " + method + " is none that we know", 0);
        }
    }
}
