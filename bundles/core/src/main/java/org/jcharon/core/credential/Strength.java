// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.credential;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.KeyType;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.SignatureScheme;

/**
 * What keys and signatures a trust chain may have. Immutable.
 *
 * @param keys kinds of keys that are accepted, with the least number of bits
 * @param hashes hashes that are accepted in signatures
 */
record Strength(Map<KeyType, Integer> keys, Set<HashAlgorithm> hashes) {

    /** Without configuration: RSA from 2048 bits, curves from 256, no SHA-1 (NIST SP 800-131A, RFC 8247 section 4). */
    static final Strength DEFAULT = new Strength(
            Map.of(KeyType.RSA, 2048, KeyType.ECDSA, 256, KeyType.ED25519, 0, KeyType.ED448, 0),
            EnumSet.of(HashAlgorithm.SHA2_256, HashAlgorithm.SHA2_384, HashAlgorithm.SHA2_512, HashAlgorithm.IDENTITY));

    Strength {
        keys = Map.copyOf(keys);
        hashes = Set.copyOf(hashes);
    }

    /**
     * These limits narrowed by configured ones: {@code rsa-3072}, {@code ecdsa-384}, {@code ed25519}, {@code sha384}, also joined as
     * {@code rsa-3072-sha256-sha384}. If kinds of keys are named no other ones are accepted, and so with hashes.
     *
     * @throws IllegalArgumentException names what is not understood, for which nothing can be trusted
     */
    Strength narrowedBy(List<String> constraints) {
        Map<KeyType, Integer> named = new EnumMap<>(KeyType.class);
        Set<HashAlgorithm> allowed = EnumSet.noneOf(HashAlgorithm.class);
        KeyType last = null;
        for (String constraint : constraints) {
            for (String token : constraint.toLowerCase(Locale.ROOT).split("[-_:]")) {
                if (last != null && token.matches("\\d{3,5}")) {
                    named.merge(last, Integer.parseInt(token), Math::max);
                    continue;
                }
                last = keyType(token);
                Optional<HashAlgorithm> hash = hash(token);
                if (last != null) {
                    named.merge(last, keys.getOrDefault(last, 0), Math::max);
                } else if (hash.isPresent()) {
                    allowed.add(hash.get());
                } else {
                    throw new IllegalArgumentException("trust constraint '" + constraint + "' is not understood");
                }
            }
        }
        if (named.containsKey(KeyType.ED25519) || named.containsKey(KeyType.ED448)) {
            allowed.add(HashAlgorithm.IDENTITY); // their signatures have no other
        }
        boolean anyHash =
                allowed.isEmpty() || allowed.equals(EnumSet.of(HashAlgorithm.IDENTITY)) && !namesIdentity(constraints);
        if (!anyHash) {
            allowed.retainAll(hashes);
        }
        return new Strength(named.isEmpty() ? keys : named, anyHash ? hashes : allowed);
    }

    private static boolean namesIdentity(List<String> constraints) {
        return constraints.stream()
                .anyMatch(constraint -> constraint.toLowerCase(Locale.ROOT).contains("identity"));
    }

    private static KeyType keyType(String token) {
        return switch (token) {
            case "rsa" -> KeyType.RSA;
            case "ecdsa" -> KeyType.ECDSA;
            case "ed25519" -> KeyType.ED25519;
            case "ed448" -> KeyType.ED448;
            default -> null;
        };
    }

    private static Optional<HashAlgorithm> hash(String token) {
        return Optional.ofNullable(
                switch (token) {
                    case "sha1" -> HashAlgorithm.SHA1;
                    case "sha256" -> HashAlgorithm.SHA2_256;
                    case "sha384" -> HashAlgorithm.SHA2_384;
                    case "sha512" -> HashAlgorithm.SHA2_512;
                    case "identity" -> HashAlgorithm.IDENTITY;
                    default -> null;
                });
    }

    /** Why a certificate's key is too weak, if it is. */
    Optional<String> objectionToKey(Certificate certificate) {
        return objectionToKey(certificate.publicKey(), certificate.toString());
    }

    /** Why a key is too weak, if it is; {@code owner} for the text. */
    Optional<String> objectionToKey(PublicKey key, String owner) {
        Integer least = keys.get(key.type());
        if (least == null) {
            return Optional.of(key.type() + " key of " + owner + " is not acceptable");
        }
        return key.bits() >= least
                ? Optional.empty()
                : Optional.of(
                        key.type() + " key of " + owner + " has " + key.bits() + " bits, " + least + " are demanded");
    }

    /** Why a certificate's signature is too weak, if it is. */
    Optional<String> objectionToSignature(Certificate certificate) {
        Optional<SignatureScheme> scheme = certificate.signatureScheme();
        if (scheme.isEmpty()) {
            return Optional.of("signature of " + certificate + " is of a kind that is not supported");
        }
        return hashes.contains(scheme.get().hash())
                ? Optional.empty()
                : Optional.of("signature of " + certificate + " uses " + scheme.get() + ", which is not acceptable");
    }
}
