// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jcharon.api.crypto.Aead;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.HashFactory;
import org.jcharon.api.crypto.HashFunction;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.KeyType;
import org.jcharon.api.crypto.Prf;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.crypto.SignatureProvider;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.crypto.TransformFactory;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.cryptobc.BcCiphers;
import org.jcharon.cryptobc.BcKeyExchanges;
import org.jcharon.cryptobc.BcSignatures;
import org.jcharon.cryptojca.JcaCiphers;
import org.jcharon.cryptojca.JcaCurveSignatures;
import org.jcharon.cryptojca.JcaHashes;
import org.jcharon.cryptojca.JcaKeyExchanges;
import org.jcharon.cryptojca.JcaRsaSignatures;
import org.jcharon.lib.testkit.CryptoVectors;
import org.jcharon.lib.testkit.FakeScheduler;
import org.jcharon.lib.testkit.FakeTime;
import org.jcharon.lib.testkit.ImmediateProcessor;
import org.jcharon.lib.testkit.ScriptedRandom;
import org.jcharon.lib.testkit.Vectors;
import org.junit.jupiter.api.Test;

class CryptoRegistryServiceTest {

    private static final TransformId SHA2_PRF = TransformId.prf(5);

    private final CryptoRegistryService registry = new CryptoRegistryService(new ScriptedRandom(1));

    @Test
    void offersNothingWithoutProviders() throws KeyMismatchException {
        assertEquals(List.of(), registry.transforms(TransformType.ENCR));
        assertTrue(registry.prf(SHA2_PRF).isEmpty());
        assertTrue(registry.hash(HashAlgorithm.SHA1).isEmpty());
        assertFalse(registry.supports(SignatureScheme.ED25519));
        assertFalse(registry.supports(TransformId.encr(12, 128)));
        Chunk spki = Chunk.ofHex("3000");
        PublicKey unknown = registry.readPublicKey(spki);
        assertEquals(KeyType.UNKNOWN, unknown.type());
        assertFalse(registry.verify(SignatureScheme.ED25519, unknown, new byte[0], new byte[64]));
        try (Secret key = Secret.own(new byte[3])) {
            assertThrows(KeyMismatchException.class, () -> registry.publicKeyOf(key));
            assertThrows(KeyMismatchException.class, () -> registry.sign(SignatureScheme.ED25519, key, new byte[0]));
        }
    }

    @Test
    void alwaysHasWhatNeedsNoProvider() {
        assertTrue(registry.supports(TransformId.esn(false)));
        assertTrue(registry.supports(TransformId.esn(true)));
        assertTrue(registry.supports(TransformId.ke(0)));
        assertTrue(registry.supports(TransformId.integ(0)));
        assertTrue(registry.supports(new TransformId(TransformType.additionalKe(3), 0)));
        assertFalse(registry.supports(TransformId.prf(0)));
    }

    @Test
    void offersAllThatTheJdkHas() {
        addJdk();
        for (TransformFactory factory : List.of(new JcaCiphers(), new JcaKeyExchanges())) {
            for (TransformId id : factory.transforms()) {
                assertTrue(registry.supports(id), id::toString);
            }
        }
        for (HashAlgorithm algorithm : new JcaHashes().hashes()) {
            assertTrue(registry.hash(algorithm).isPresent(), algorithm::toString);
        }
        for (SignatureScheme scheme : SignatureScheme.values()) {
            assertTrue(registry.supports(scheme), scheme::toString);
        }
    }

    @Test
    void offersAllThatBouncyCastleHas() {
        registry.addTransforms(new BcCiphers(), Map.of());
        registry.addTransforms(new BcKeyExchanges(), Map.of());
        registry.addSignatures(new BcSignatures(), Map.of());
        for (TransformFactory factory : List.of(new BcCiphers(), new BcKeyExchanges())) {
            for (TransformId id : factory.transforms()) {
                assertTrue(registry.supports(id), id::toString);
            }
        }
        for (SignatureScheme scheme : new BcSignatures().schemes()) {
            assertTrue(registry.supports(scheme), scheme::toString);
        }
    }

    @Test
    void testsInTheBackgroundOneByOneOnceTheBootIsOver() {
        FakeScheduler scheduler = new FakeScheduler(new FakeTime(), new ImmediateProcessor());
        CountingPrf early = new CountingPrf("HmacSHA256");
        CountingPrf late = new CountingPrf("HmacSHA256");
        registry.addTransforms(early, Map.of());
        registry.bindScheduler(scheduler);
        registry.addTransforms(late, Map.of());
        scheduler.advance(Duration.ofSeconds(9));
        assertEquals(0, early.made.get() + late.made.get());
        scheduler.advance(Duration.ofSeconds(2));
        assertTrue(early.made.get() > 0 && late.made.get() > 0);
        registry.unbindScheduler(scheduler);
        registry.addTransforms(new CountingPrf("HmacSHA256"), Map.of());
        assertEquals(0, scheduler.size());
    }

    @Test
    void listsTransformsInOrderOfPreference() {
        addJdk();
        List<TransformId> exchanges = registry.transforms(TransformType.KE);
        assertEquals(TransformId.ke(31), exchanges.get(0));
        assertEquals(TransformId.ke(2), exchanges.get(exchanges.size() - 1));
        List<TransformId> ciphers = registry.transforms(TransformType.ENCR);
        assertEquals(TransformId.encr(20, 128), ciphers.get(0));
        assertEquals(TransformId.encr(11, 0), ciphers.get(ciphers.size() - 1));
        assertEquals(
                List.of(5, 6, 7, 2),
                registry.transforms(TransformType.PRF).stream()
                        .map(TransformId::id)
                        .toList());
    }

    @Test
    void makesAdditionalKeyExchangesAsOrdinaryOnes() throws KeyMismatchException {
        addJdk();
        TransformId second = new TransformId(TransformType.additionalKe(2), 31);
        assertTrue(registry.supports(second));
        assertTrue(registry.transforms(TransformType.additionalKe(2)).contains(second));
        try (KeyExchange us = registry.keyExchange(second, true).orElseThrow();
                KeyExchange them = registry.keyExchange(second, false).orElseThrow();
                Secret one = us.agree(them.publicValue());
                Secret other = them.agree(us.publicValue())) {
            assertTrue(one.matches(other));
        }
    }

    @Test
    void answersEmptyForAnotherKindOfTransform() {
        addJdk();
        assertTrue(registry.cipher(TransformId.encr(20, 128)).isEmpty());
        assertTrue(registry.aead(TransformId.encr(12, 128)).isEmpty());
        assertTrue(registry.prf(TransformId.encr(12, 128)).isEmpty());
        assertTrue(registry.mac(TransformId.encr(99, 128)).isEmpty());
    }

    @Test
    void prefersTheHigherRanking() {
        CountingPrf low = new CountingPrf("HmacSHA256");
        CountingPrf high = new CountingPrf("HmacSHA256");
        registry.addTransforms(low, Map.of("service.ranking", 1, "service.id", 1L));
        registry.addTransforms(high, Map.of("service.ranking", 2, "service.id", 2L));
        registry.prf(SHA2_PRF).orElseThrow().close();
        assertEquals(0, low.made.get());
        assertTrue(high.made.get() > 1); // tested, then made
        registry.removeTransforms(high);
        registry.prf(SHA2_PRF).orElseThrow().close();
        assertTrue(low.made.get() > 1);
    }

    @Test
    void testsAnAlgorithmOnce() {
        CountingPrf factory = new CountingPrf("HmacSHA256");
        registry.addTransforms(factory, Map.of());
        registry.prf(SHA2_PRF).orElseThrow().close();
        int before = factory.made.get();
        registry.prf(SHA2_PRF).orElseThrow().close();
        assertTrue(registry.supports(SHA2_PRF));
        assertEquals(before + 1, factory.made.get());
    }

    @Test
    void doesNotOfferWhatGivesAWrongAnswer() {
        registry.addTransforms(new CountingPrf("HmacSHA512"), Map.of("service.ranking", 9));
        assertTrue(registry.prf(SHA2_PRF).isEmpty());
        assertFalse(registry.supports(SHA2_PRF));
        registry.addTransforms(new JcaCiphers(), Map.of());
        assertTrue(registry.prf(SHA2_PRF).isPresent()); // the next provider has it
    }

    @Test
    void doesNotOfferWhatThrowsOrHasNoKnownAnswer() {
        registry.addTransforms(
                new TransformFactory() {
                    @Override
                    public Set<TransformId> transforms() {
                        return Set.of(SHA2_PRF, TransformId.prf(9));
                    }

                    @Override
                    public Prf prf(TransformId prf) {
                        throw new NoClassDefFoundError("gone");
                    }
                },
                Map.of());
        assertEquals(List.of(), registry.transforms(TransformType.PRF));
    }

    @Test
    void doesNotOfferAHashThatIsWrong() {
        registry.addHashes(
                new HashFactory() {
                    @Override
                    public Set<HashAlgorithm> hashes() {
                        return Set.of(HashAlgorithm.SHA2_256);
                    }

                    @Override
                    public HashFunction hash(HashAlgorithm algorithm) {
                        return new HashFunction() {
                            @Override
                            public void update(byte[] octets, int offset, int length) {}

                            @Override
                            public byte[] digest() {
                                return new byte[32];
                            }
                        };
                    }
                },
                Map.of());
        assertTrue(registry.hash(HashAlgorithm.SHA2_256).isEmpty());
    }

    @Test
    void doesNotOfferAKeyExchangeOnAnotherCurve() {
        registry.addTransforms(
                new TransformFactory() {
                    @Override
                    public Set<TransformId> transforms() {
                        return Set.of(TransformId.ke(28), TransformId.ke(31));
                    }

                    @Override
                    public KeyExchange keyExchange(TransformId ke, boolean initiator, RandomSource random) {
                        return new BcKeyExchanges().keyExchange(TransformId.ke(20), initiator, random);
                    }
                },
                Map.of());
        assertEquals(List.of(), registry.transforms(TransformType.KE));
    }

    @Test
    void doesNotOfferSignaturesThatAreAllGood() {
        registry.addSignatures(
                new SignatureProvider() {
                    private final SignatureProvider honest = new BcSignatures();

                    @Override
                    public Set<SignatureScheme> schemes() {
                        return Set.of(SignatureScheme.ED25519);
                    }

                    @Override
                    public Optional<PublicKey> readPublicKey(Chunk spki) throws KeyMismatchException {
                        return honest.readPublicKey(spki);
                    }

                    @Override
                    public Optional<PublicKey> publicKeyOf(Secret pkcs8) throws KeyMismatchException {
                        return honest.publicKeyOf(pkcs8);
                    }

                    @Override
                    public byte[] sign(SignatureScheme scheme, Secret pkcs8, byte[] data) throws KeyMismatchException {
                        return honest.sign(scheme, pkcs8, data);
                    }

                    @Override
                    public boolean verify(SignatureScheme scheme, PublicKey key, byte[] data, byte[] signature) {
                        return true;
                    }
                },
                Map.of());
        assertFalse(registry.supports(SignatureScheme.ED25519));
    }

    @Test
    void givesEachAlgorithmToItsFastestProvider() {
        CryptoRegistryService all = TestCrypto.registry();
        try (KeyExchange curve = all.keyExchange(TransformId.ke(31), true).orElseThrow();
                KeyExchange modp = all.keyExchange(TransformId.ke(14), true).orElseThrow();
                Aead gcm = all.aead(TransformId.encr(20, 128)).orElseThrow();
                Aead ccm = all.aead(TransformId.encr(16, 128)).orElseThrow()) {
            assertEquals("org.jcharon.cryptobc", curve.getClass().getPackageName());
            assertEquals("org.jcharon.cryptojca", modp.getClass().getPackageName());
            assertEquals("org.jcharon.cryptojca", gcm.getClass().getPackageName());
            assertEquals("org.jcharon.cryptobc", ccm.getClass().getPackageName());
        }
    }

    @Test
    void signsAndVerifiesWithWhicheverProviderKnowsTheKey() throws KeyMismatchException {
        addJdk();
        for (Vectors c : Vectors.cases(CryptoVectors.class, "signatures.json")) {
            SignatureScheme scheme = SignatureScheme.valueOf(c.text("scheme"));
            PublicKey key = registry.readPublicKey(c.octets("spki"));
            assertEquals(scheme.keyType(), key.type());
            try (Secret pkcs8 = Secret.own(c.bytes("pkcs8"))) {
                assertEquals(key, registry.publicKeyOf(pkcs8));
                byte[] made = registry.sign(scheme, pkcs8, c.bytes("data"));
                assertTrue(registry.verify(scheme, key, c.bytes("data"), made));
            }
        }
    }

    @Test
    void forgetsAProviderThatLeaves() {
        JcaHashes hashes = new JcaHashes();
        JcaRsaSignatures rsa = new JcaRsaSignatures();
        registry.addHashes(hashes, Map.of());
        registry.addSignatures(rsa, Map.of());
        assertTrue(registry.hash(HashAlgorithm.SHA2_256).isPresent());
        assertTrue(registry.supports(SignatureScheme.RSA_PSS_SHA2_256));
        registry.removeHashes(hashes);
        registry.removeSignatures(rsa);
        assertTrue(registry.hash(HashAlgorithm.SHA2_256).isEmpty());
        assertFalse(registry.supports(SignatureScheme.RSA_PSS_SHA2_256));
    }

    @Test
    void drawsRandomOctetsOfItsOwn() {
        CryptoRegistryService system = new CryptoRegistryService();
        List<Chunk> drawn = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            drawn.add(Chunk.wrap(system.random().octets(16)));
        }
        assertEquals(8, Set.copyOf(drawn).size());
        assertEquals(Optional.empty(), system.prf(SHA2_PRF));
    }

    private void addJdk() {
        registry.addTransforms(new JcaCiphers(), Map.of("service.ranking", 100));
        registry.addTransforms(new JcaKeyExchanges(), Map.of("service.ranking", 20));
        registry.addHashes(new JcaHashes(), Map.of());
        registry.addSignatures(new JcaRsaSignatures(), Map.of());
        registry.addSignatures(new JcaCurveSignatures(), Map.of());
    }

    /** Says that it has PRF_HMAC_SHA2_256, and counts what it makes. */
    private static final class CountingPrf implements TransformFactory {

        private final AtomicInteger made = new AtomicInteger();
        private final int number;

        CountingPrf(String algorithm) {
            number = algorithm.equals("HmacSHA256") ? 5 : 7;
        }

        @Override
        public Set<TransformId> transforms() {
            return Set.of(SHA2_PRF);
        }

        @Override
        public Prf prf(TransformId prf) {
            made.incrementAndGet();
            return new JcaCiphers().prf(TransformId.prf(number));
        }
    }
}
