// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.crypto.Aead;
import org.jcharon.api.crypto.Cipher;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.HashFunction;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.Mac;
import org.jcharon.api.crypto.Prf;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.crypto.TransformFactory;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.cryptojca.JcaCiphers;
import org.jcharon.lib.testkit.SeededRandom;

/** The JDK's ciphers as core's registry would offer them. */
final class TestCrypto implements CryptoRegistry {

    private final TransformFactory factory = new JcaCiphers();
    private final RandomSource random = new SeededRandom(7);

    @Override
    public List<TransformId> transforms(TransformType type) {
        return factory.transforms().stream()
                .filter(transform -> transform.type().equals(type))
                .sorted((a, b) ->
                        a.id() == b.id() ? Integer.compare(a.keyBits(), b.keyBits()) : Integer.compare(a.id(), b.id()))
                .toList();
    }

    @Override
    public boolean supports(TransformId transform) {
        return factory.transforms().contains(transform);
    }

    @Override
    public Optional<Cipher> cipher(TransformId encr) {
        return supports(encr) ? Optional.of(factory.cipher(encr)) : Optional.empty();
    }

    @Override
    public Optional<Aead> aead(TransformId encr) {
        return supports(encr) ? Optional.of(factory.aead(encr)) : Optional.empty();
    }

    @Override
    public Optional<Prf> prf(TransformId prf) {
        return Optional.empty();
    }

    @Override
    public Optional<Mac> mac(TransformId integ) {
        return supports(integ) ? Optional.of(factory.mac(integ)) : Optional.empty();
    }

    @Override
    public Optional<KeyExchange> keyExchange(TransformId ke, boolean initiator) {
        return Optional.empty();
    }

    @Override
    public Optional<HashFunction> hash(HashAlgorithm algorithm) {
        return Optional.empty();
    }

    @Override
    public boolean supports(SignatureScheme scheme) {
        return false;
    }

    @Override
    public PublicKey readPublicKey(Chunk spki) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PublicKey publicKeyOf(Secret pkcs8) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] sign(SignatureScheme scheme, Secret pkcs8, byte[] data) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean verify(SignatureScheme scheme, PublicKey key, byte[] data, byte[] signature) {
        return false;
    }

    @Override
    public List<Algorithm> algorithms() {
        return List.of();
    }

    @Override
    public RandomSource random() {
        return random;
    }
}
