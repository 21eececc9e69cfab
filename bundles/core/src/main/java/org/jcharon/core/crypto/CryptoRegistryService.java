// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.crypto;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jcharon.api.bus.Log;
import org.jcharon.api.crypto.Aead;
import org.jcharon.api.crypto.Cipher;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.HashFactory;
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
import org.jcharon.api.crypto.TransformFactory;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * The algorithms of all crypto plugins. One is offered after its known answers passed: when somebody asks for it, or before, in a
 * job of low priority. Works without a framework: a test adds providers itself.
 */
@Component(service = CryptoRegistry.class)
public final class CryptoRegistryService implements CryptoRegistry {

    private static final Log LOG = Log.of("lib");

    private final RandomSource random;
    private final Providers<TransformFactory, TransformId> transforms;
    private final Providers<HashFactory, HashAlgorithm> hashes;
    private final Providers<SignatureProvider, SignatureScheme> signatures;
    private final BackgroundTests background = new BackgroundTests();

    /** With the system's random source. */
    @Activate
    public CryptoRegistryService() {
        this(new SystemRandom());
    }

    /** With a random source that a test can replay. */
    public CryptoRegistryService(RandomSource random) {
        this.random = random;
        KnownAnswers answers = new KnownAnswers();
        transforms = new Providers<>(TransformFactory::transforms, answers::check);
        hashes = new Providers<>(HashFactory::hashes, answers::check);
        signatures = new Providers<>(SignatureProvider::schemes, answers::check);
    }

    /** Adds a factory with its service properties; {@code service.ranking} decides between several. */
    @Reference(name = "transforms", cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void addTransforms(TransformFactory factory, Map<String, ?> properties) {
        testLater(transforms, transforms.add(factory, properties));
    }

    /** Takes a factory away; what it made stays usable. */
    public void removeTransforms(TransformFactory factory) {
        transforms.remove(factory);
        background.drop(factory);
    }

    /** Adds a factory with its service properties. */
    @Reference(name = "hashes", cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void addHashes(HashFactory factory, Map<String, ?> properties) {
        testLater(hashes, hashes.add(factory, properties));
    }

    /** Takes a factory away. */
    public void removeHashes(HashFactory factory) {
        hashes.remove(factory);
        background.drop(factory);
    }

    /** Adds a provider with its service properties. */
    @Reference(name = "signatures", cardinality = ReferenceCardinality.MULTIPLE, policy = ReferencePolicy.DYNAMIC)
    public void addSignatures(SignatureProvider provider, Map<String, ?> properties) {
        testLater(signatures, signatures.add(provider, properties));
    }

    /** Takes a provider away. */
    public void removeSignatures(SignatureProvider provider) {
        signatures.remove(provider);
        background.drop(provider);
    }

    /** Lets known answers be tested in the background from now on. */
    @Reference(name = "scheduler", cardinality = ReferenceCardinality.OPTIONAL, policy = ReferencePolicy.DYNAMIC)
    public void bindScheduler(Scheduler scheduler) {
        background.start(scheduler);
    }

    /** Back to tests on demand. */
    public void unbindScheduler(Scheduler scheduler) {
        background.stop(scheduler);
    }

    @Override
    public List<TransformId> transforms(TransformType type) {
        TransformType kind = type.isAdditionalKe() ? TransformType.KE : type;
        Set<TransformId> found = new LinkedHashSet<>();
        for (Providers.Entry<TransformFactory, TransformId> entry : transforms.all()) {
            for (TransformId id : entry.algorithms()) {
                if (id.type().equals(kind) && !found.contains(id) && transforms.passes(entry, id)) {
                    found.add(id);
                }
            }
        }
        return found.stream()
                .sorted(Preferences.order())
                .map(id -> as(type, id))
                .toList();
    }

    @Override
    public boolean supports(TransformId transform) {
        TransformType type = transform.type();
        if (type.equals(TransformType.ESN)) {
            return transform.id() <= 1;
        }
        boolean none = transform.id() == 0 && !type.equals(TransformType.ENCR) && !type.equals(TransformType.PRF);
        return none || transforms.having(mainType(transform)).findFirst().isPresent();
    }

    @Override
    public Optional<Cipher> cipher(TransformId encr) {
        return encr.isAead() ? Optional.empty() : make(encr, TransformType.ENCR, factory -> factory.cipher(encr));
    }

    @Override
    public Optional<Aead> aead(TransformId encr) {
        return encr.isAead() ? make(encr, TransformType.ENCR, factory -> factory.aead(encr)) : Optional.empty();
    }

    @Override
    public Optional<Prf> prf(TransformId prf) {
        return make(prf, TransformType.PRF, factory -> factory.prf(prf));
    }

    @Override
    public Optional<Mac> mac(TransformId integ) {
        return make(integ, TransformType.INTEG, factory -> factory.mac(integ));
    }

    @Override
    public Optional<KeyExchange> keyExchange(TransformId ke, boolean initiator) {
        TransformId main = mainType(ke);
        return make(main, TransformType.KE, factory -> factory.keyExchange(main, initiator, random));
    }

    @Override
    public Optional<HashFunction> hash(HashAlgorithm algorithm) {
        return first(hashes.having(algorithm), factory -> factory.hash(algorithm));
    }

    @Override
    public boolean supports(SignatureScheme scheme) {
        return signatures.having(scheme).findFirst().isPresent();
    }

    @Override
    public PublicKey readPublicKey(Chunk spki) throws KeyMismatchException {
        return ask(provider -> provider.readPublicKey(spki)).orElseGet(() -> new PublicKey(KeyType.UNKNOWN, 0, spki));
    }

    @Override
    public PublicKey publicKeyOf(Secret pkcs8) throws KeyMismatchException {
        return ask(provider -> provider.publicKeyOf(pkcs8))
                .orElseThrow(() -> new KeyMismatchException("private key of a kind that no provider knows"));
    }

    @Override
    public byte[] sign(SignatureScheme scheme, Secret pkcs8, byte[] data) throws KeyMismatchException {
        KeyMismatchException refusal = null;
        for (SignatureProvider provider : signatures.having(scheme).toList()) {
            try {
                return provider.sign(scheme, pkcs8, data);
            } catch (KeyMismatchException e) {
                refusal = refusal == null ? e : refusal; // the next one may know the curve
            } catch (LinkageError e) {
                gone(provider, e);
            }
        }
        throw refusal == null ? new KeyMismatchException("no provider has " + scheme) : refusal;
    }

    @Override
    public boolean verify(SignatureScheme scheme, PublicKey key, byte[] data, byte[] signature) {
        return first(signatures.having(scheme), provider -> provider.verify(scheme, key, data, signature))
                .orElse(false);
    }

    @Override
    public List<Algorithm> algorithms() {
        return AlgorithmList.of(transforms, hashes);
    }

    @Override
    public RandomSource random() {
        return random;
    }

    private <T> Optional<T> make(TransformId id, TransformType type, Function<TransformFactory, T> maker) {
        return id.type().equals(type) ? first(transforms.having(id), maker) : Optional.empty();
    }

    /** The first provider's answer; a provider whose bundle was just taken away is passed over. */
    private static <P, T> Optional<T> first(Stream<P> providers, Function<P, T> call) {
        for (P provider : (Iterable<P>) providers::iterator) {
            try {
                return Optional.of(call.apply(provider));
            } catch (LinkageError e) {
                gone(provider, e);
            }
        }
        return Optional.empty();
    }

    /** The first provider that knows a kind of key; what one calls malformed another may know (curves differ). */
    private Optional<PublicKey> ask(Reading reading) throws KeyMismatchException {
        KeyMismatchException refusal = null;
        for (Providers.Entry<SignatureProvider, SignatureScheme> entry : signatures.all()) {
            try {
                Optional<PublicKey> key = reading.by(entry.provider());
                if (key.isPresent()) {
                    return key;
                }
            } catch (KeyMismatchException e) {
                refusal = refusal == null ? e : refusal;
            } catch (LinkageError e) {
                gone(entry.provider(), e);
            }
        }
        if (refusal != null) {
            throw refusal;
        }
        return Optional.empty();
    }

    private static void gone(Object provider, LinkageError e) {
        LOG.more("{} is gone: {}", provider.getClass().getName(), e.getMessage());
    }

    private <P, A> void testLater(Providers<P, A> kind, Providers.Entry<P, A> entry) {
        for (A algorithm : entry.algorithms()) {
            background.add(entry.provider(), () -> kind.passes(entry, algorithm));
        }
    }

    private static TransformId mainType(TransformId transform) {
        return transform.type().isAdditionalKe() ? TransformId.ke(transform.id()) : transform;
    }

    private static TransformId as(TransformType type, TransformId id) {
        return new TransformId(type, id.id(), id.keyBits());
    }

    private interface Reading {
        Optional<PublicKey> by(SignatureProvider provider) throws KeyMismatchException;
    }
}
