// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.credential;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.crypto.Aead;
import org.jcharon.api.crypto.Cipher;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.HashFunction;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.KeyType;
import org.jcharon.api.crypto.Mac;
import org.jcharon.api.crypto.Prf;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.crypto.SignatureProvider;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.cryptojca.JcaCurveSignatures;
import org.jcharon.cryptojca.JcaHashes;
import org.jcharon.cryptojca.JcaRsaSignatures;

/** The JDK's signatures and hashes without the checks of a registry; no transforms. */
final class TestCrypto implements CryptoRegistry {

    private final List<SignatureProvider> providers = List.of(new JcaRsaSignatures(), new JcaCurveSignatures());
    private int verified;

    /** Signatures verified so far. */
    int verified() {
        return verified;
    }

    private SignatureProvider provider(SignatureScheme scheme) {
        return providers.stream()
                .filter(provider -> provider.schemes().contains(scheme))
                .findFirst()
                .orElseThrow();
    }

    @Override
    public Optional<HashFunction> hash(HashAlgorithm algorithm) {
        return Optional.of(new JcaHashes().hash(algorithm));
    }

    @Override
    public boolean supports(SignatureScheme scheme) {
        return true;
    }

    @Override
    public PublicKey readPublicKey(Chunk spki) throws KeyMismatchException {
        for (SignatureProvider provider : providers) {
            Optional<PublicKey> key = provider.readPublicKey(spki);
            if (key.isPresent()) {
                return key.get();
            }
        }
        return new PublicKey(KeyType.UNKNOWN, 0, spki);
    }

    @Override
    public PublicKey publicKeyOf(Secret pkcs8) throws KeyMismatchException {
        for (SignatureProvider provider : providers) {
            Optional<PublicKey> key = provider.publicKeyOf(pkcs8);
            if (key.isPresent()) {
                return key.get();
            }
        }
        throw new KeyMismatchException("unknown key");
    }

    @Override
    public byte[] sign(SignatureScheme scheme, Secret pkcs8, byte[] data) throws KeyMismatchException {
        return provider(scheme).sign(scheme, pkcs8, data);
    }

    @Override
    public boolean verify(SignatureScheme scheme, PublicKey key, byte[] data, byte[] signature) {
        verified++;
        return provider(scheme).verify(scheme, key, data, signature);
    }

    @Override
    public List<TransformId> transforms(TransformType type) {
        return List.of();
    }

    @Override
    public boolean supports(TransformId transform) {
        return false;
    }

    @Override
    public Optional<Cipher> cipher(TransformId encr) {
        return Optional.empty();
    }

    @Override
    public Optional<Aead> aead(TransformId encr) {
        return Optional.empty();
    }

    @Override
    public Optional<Prf> prf(TransformId prf) {
        return Optional.empty();
    }

    @Override
    public Optional<Mac> mac(TransformId integ) {
        return Optional.empty();
    }

    @Override
    public Optional<KeyExchange> keyExchange(TransformId ke, boolean initiator) {
        return Optional.empty();
    }

    @Override
    public List<Algorithm> algorithms() {
        return List.of();
    }

    @Override
    public RandomSource random() {
        throw new UnsupportedOperationException("random");
    }
}
