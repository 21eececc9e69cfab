// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.osgi.annotation.versioning.ProviderType;

/**
 * All algorithms that are offered now: those of the registered factories whose known-answer vectors passed. Provided by core; any
 * thread. Ask it per use and keep no transform longer than an operation or an SA: a provider may leave.
 */
@ProviderType
public interface CryptoRegistry {

    /** The transforms of a type that can be made now, most preferred first. */
    List<TransformId> transforms(TransformType type);

    /** Whether a transform can be made now; ESN and "none" transforms always can. */
    boolean supports(TransformId transform);

    /** A cipher without integrity, or empty if no provider has it. */
    Optional<Cipher> cipher(TransformId encr);

    /** A cipher with integrity, or empty if no provider has it. */
    Optional<Aead> aead(TransformId encr);

    /** A pseudorandom function, or empty if no provider has it. */
    Optional<Prf> prf(TransformId prf);

    /** An integrity transform, or empty if no provider has it. */
    Optional<Mac> mac(TransformId integ);

    /** A fresh side of a key exchange, or empty if no provider has it. */
    Optional<KeyExchange> keyExchange(TransformId ke, boolean initiator);

    /** A hash function, or empty if no provider has it. */
    Optional<HashFunction> hash(HashAlgorithm algorithm);

    /** Whether signatures of a scheme can be made and verified now. */
    boolean supports(SignatureScheme scheme);

    /** Reads a SubjectPublicKeyInfo; {@link KeyType#UNKNOWN} if no provider knows the kind of key. Throws if malformed. */
    PublicKey readPublicKey(Chunk spki) throws KeyMismatchException;

    /** The public half of an unencrypted PKCS #8 key; throws if malformed or of an unknown kind. */
    PublicKey publicKeyOf(Secret pkcs8) throws KeyMismatchException;

    /** Signs {@code data}; throws if the key does not fit or no provider has the scheme. */
    byte[] sign(SignatureScheme scheme, Secret pkcs8, byte[] data) throws KeyMismatchException;

    /** Whether a signature is good; false too if no provider has the scheme. */
    boolean verify(SignatureScheme scheme, PublicKey key, byte[] data, byte[] signature);

    /**
     * One algorithm that can be used now.
     *
     * @param kind strongSwan's word: encryption, integrity, aead, hasher, prf, kdf, ke, rng, nonce-gen
     * @param name strongSwan's name, without a key size, such as {@code AES_CBC}
     * @param plugin name of the plugin whose algorithm is used
     */
    record Algorithm(String kind, String name, String plugin) {}

    /**
     * Everything that can be used now, kind by kind, preferred ones first. What was not tested yet is tested now: this may compute for
     * seconds and is not for a job thread.
     */
    List<Algorithm> algorithms();

    /** The random source of the daemon. */
    RandomSource random();
}
