// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.credential;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.credential.Authority;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CertificateValidator;
import org.jcharon.api.credential.CredentialDecoder;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.CredentialSet;
import org.jcharon.api.credential.DecodedCredential;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.PrivateKey;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.HashAlgorithm;
import org.jcharon.api.crypto.HashFunction;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.plugin.Whiteboard;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;

/**
 * Credentials of all plugins. Any thread; nothing is kept between calls, so that what a plugin takes away is gone with the next
 * authentication.
 *
 * <p>Backends are credential sets and read their files through this manager: services are therefore bound by reference and fetched when
 * first used.
 */
@Component(service = {CredentialManager.class, CredentialManagerService.class})
public final class CredentialManagerService implements CredentialManager {

    private final CryptoRegistry crypto;
    private final BundleContext context;
    private final Whiteboard<CredentialSet> sets = new Whiteboard<>("credential set");
    private final Whiteboard<CertificateValidator> validators = new Whiteboard<>("certificate validator");
    private final Decoding decoding = new Decoding();
    private final TrustVerifier verifier;
    private final Strength least;
    private final CertificateCache cache = new CertificateCache();

    /** In a framework: plugins are bound by reference and fetched when first used. */
    @Activate
    public CredentialManagerService(@Reference(name = "crypto") CryptoRegistry crypto, BundleContext context) {
        this(crypto, context, Strength.DEFAULT);
    }

    /** Without a framework. */
    public CredentialManagerService(CryptoRegistry crypto) {
        this(crypto, null, Strength.DEFAULT);
    }

    CredentialManagerService(CryptoRegistry crypto, BundleContext context, Strength least) {
        this.crypto = crypto;
        this.context = context;
        this.least = least;
        this.verifier = new TrustVerifier(crypto, validators, least);
    }

    @Reference(
            name = "set",
            service = CredentialSet.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "unbindSet")
    void bindSet(ServiceReference<CredentialSet> reference) {
        sets.add(context, reference);
    }

    void unbindSet(ServiceReference<CredentialSet> reference) {
        sets.remove(reference);
    }

    @Reference(
            name = "decoder",
            service = CredentialDecoder.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "unbindDecoder")
    void bindDecoder(ServiceReference<CredentialDecoder> reference) {
        decoding.decoders().add(context, reference);
    }

    void unbindDecoder(ServiceReference<CredentialDecoder> reference) {
        decoding.decoders().remove(reference);
    }

    @Reference(
            name = "validator",
            service = CertificateValidator.class,
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            unbind = "unbindValidator")
    void bindValidator(ServiceReference<CertificateValidator> reference) {
        validators.add(context, reference);
    }

    void unbindValidator(ServiceReference<CertificateValidator> reference) {
        validators.remove(reference);
    }

    /** A credential set arrived. */
    public void addSet(CredentialSet set, Map<String, Object> properties) {
        sets.add(set, properties);
    }

    /** A credential set leaves. */
    public void removeSet(CredentialSet set) {
        sets.remove(set);
    }

    /** A decoder arrived. */
    public void addDecoder(CredentialDecoder decoder, Map<String, Object> properties) {
        decoding.decoders().add(decoder, properties);
    }

    /** A decoder leaves. */
    public void removeDecoder(CredentialDecoder decoder) {
        decoding.decoders().remove(decoder);
    }

    /** A validator arrived. */
    public void addValidator(CertificateValidator validator, Map<String, Object> properties) {
        validators.add(validator, properties);
    }

    /** A validator leaves. */
    public void removeValidator(CertificateValidator validator) {
        validators.remove(validator);
    }

    @Override
    public List<DecodedCredential> decode(CredentialDecoder.Kind kind, byte[] octets, Secret password)
            throws DecodingException {
        return decoding.decode(kind, octets, password);
    }

    @Override
    public CompletionStage<Optional<SharedKey>> sharedKey(
            SharedKey.Type type, Identification local, Identification remote) {
        return sharedKeys(type, local, remote).thenApply(keys -> keys.stream().findFirst());
    }

    /**
     * All shared keys that fit, best first: by the sum of how well their owners fit both identities, then by the remote one alone.
     * Their secrets are borrowed.
     *
     * @param local {@code %any} if not known, and so with {@code remote}
     */
    public CompletionStage<List<SharedKey>> sharedKeys(
            SharedKey.Type type, Identification local, Identification remote) {
        return sets.<SharedKey>collect(set -> set.sharedKeys(type))
                .thenApply(keys -> keys.stream()
                        .filter(key -> key.type() == type)
                        .filter(key -> key.quality(local) + key.quality(remote) > 0)
                        .sorted(Comparator.comparingInt((SharedKey key) -> -key.quality(local) - key.quality(remote))
                                .thenComparingInt(key -> -key.quality(remote)))
                        .toList());
    }

    /** All shared keys of a type; their secrets are borrowed. */
    public CompletionStage<List<SharedKey>> sharedKeys(SharedKey.Type type) {
        return sets.<SharedKey>collect(set -> set.sharedKeys(type))
                .thenApply(
                        keys -> keys.stream().filter(key -> key.type() == type).toList());
    }

    @Override
    public CompletionStage<List<Certificate>> trustAnchors() {
        return sets.<Certificate>collect(CredentialSet::trustAnchors).thenApply(CredentialManagerService::distinct);
    }

    @Override
    public CompletionStage<List<Certificate>> certificates(Identification subject) {
        return sets.<Certificate>collect(set -> set.certificates(subject))
                .thenApply(found -> distinct(found).stream()
                        .filter(certificate -> subject.isAny() || certificate.carries(subject))
                        .toList());
    }

    @Override
    public CompletionStage<List<PublicKey>> privateKeyOwners() {
        return sets.<PrivateKey>collect(CredentialSet::privateKeys)
                .thenApply(keys ->
                        keys.stream().map(PrivateKey::publicKey).distinct().toList());
    }

    @Override
    public List<Authority> authorities() {
        return sets.map(CredentialSet::authorities).stream()
                .flatMap(List::stream)
                .toList();
    }

    @Override
    public List<Certificate> cachedCertificates() {
        return cache.certificates();
    }

    @Override
    public void flushCache() {
        cache.clear();
    }

    /**
     * What a CERTREQ payload can name (RFC 7296 section 3.7): trust anchors by SHA-1 of their SubjectPublicKeyInfo, in the order of the
     * credential sets; of the demanded ones only if there are any. Empty too if no plugin has SHA-1.
     */
    public CompletionStage<Map<Chunk, Certificate>> caKeyHashes(List<Certificate> demanded) {
        CompletionStage<List<Certificate>> anchors =
                demanded.isEmpty() ? trustAnchors() : CompletableFuture.completedFuture(demanded);
        return anchors.thenApply(certificates -> {
            Map<Chunk, Certificate> byHash = new LinkedHashMap<>();
            certificates.forEach(
                    certificate -> keyHash(certificate).ifPresent(hash -> byHash.putIfAbsent(hash, certificate)));
            return byHash;
        });
    }

    /**
     * What we authenticate with: the first configured certificate, else the first with the identity {@code id}, for which there is a
     * private key; those whose chain leads to a CA that the peer accepts are preferred, but the others not ruled out.
     *
     * @param acceptedCaKeyHashes contents of the peer's CERTREQ; empty: anything goes
     */
    public CompletionStage<Optional<PrivateKeyMatch>> privateKey(
            AuthConfig local, Identification id, List<Chunk> acceptedCaKeyHashes) {
        CompletionStage<List<PrivateKey>> keys = sets.collect(CredentialSet::privateKeys);
        CompletionStage<List<Certificate>> known = certificates(Identification.ANY)
                .thenCombine(trustAnchors(), (a, b) -> {
                    List<Certificate> both = new ArrayList<>(a);
                    both.addAll(b);
                    return distinct(both);
                });
        return keys.thenCombine(known, (available, certificates) -> {
            List<Certificate> candidates = local.certificates().isEmpty()
                    ? certificates.stream()
                            .filter(c -> id.isAny() ? !c.isCa() : c.carries(id))
                            .toList()
                    : local.certificates();
            return choose(candidates, available, certificates, Set.copyOf(acceptedCaKeyHashes));
        });
    }

    /** The private key of the first raw public key that a local round names and that there is one for. */
    public CompletionStage<Optional<PrivateKey>> rawKey(AuthConfig local) {
        return sets.<PrivateKey>collect(CredentialSet::privateKeys)
                .thenApply(keys -> local.publicKeys().stream()
                        .flatMap(spki -> keys.stream()
                                .filter(key -> key.publicKey().spki().equals(spki)))
                        .findFirst());
    }

    /** The raw public keys that a remote round names, as far as they are strong enough. */
    public TrustResult.RawKeys rawKeys(AuthConfig remote) {
        List<PublicKey> usable = new ArrayList<>();
        List<String> failures = new ArrayList<>();
        try {
            Strength strength = least.narrowedBy(remote.trustConstraints());
            for (Chunk spki : remote.publicKeys()) {
                PublicKey key = crypto.readPublicKey(spki);
                strength.objectionToKey(key, "'" + remote.id() + "'")
                        .ifPresentOrElse(failures::add, () -> usable.add(key));
            }
        } catch (IllegalArgumentException | KeyMismatchException e) {
            failures.add("raw public key of '" + remote.id() + "': " + e.getMessage());
        }
        return new TrustResult.RawKeys(usable, failures);
    }

    /**
     * Which certificates of a peer can be trusted for an identity that it claims. What was refused is logged with the reason.
     *
     * @param received contents of its CERT payloads, in their order
     */
    public CompletionStage<TrustResult> verifyPeer(
            Identification id, AuthConfig remote, List<Certificate> received, Instant now) {
        return certificates(Identification.ANY)
                .thenCombine(
                        trustAnchors(),
                        (stored, anchors) -> verifier.verify(id, remote, received, stored, anchors, now))
                .thenCompose(result -> result)
                .thenApply(result -> {
                    result.usable().forEach(key -> cache.add(key.chain()));
                    return result;
                });
    }

    private Optional<PrivateKeyMatch> choose(
            List<Certificate> candidates, List<PrivateKey> keys, List<Certificate> known, Set<Chunk> acceptedCas) {
        Map<Chunk, PrivateKey> byPublicKey = new HashMap<>();
        for (PrivateKey key : keys) {
            byPublicKey.putIfAbsent(key.publicKey().spki(), key);
        }
        PrivateKeyMatch first = null;
        for (Certificate candidate : candidates) {
            PrivateKey key = byPublicKey.get(candidate.publicKey().spki());
            if (key == null) {
                continue;
            }
            List<Certificate> chain = issuers(candidate, known);
            PrivateKeyMatch match = new PrivateKeyMatch(
                    key,
                    candidate,
                    chain.stream().filter(ca -> !ca.isSelfIssued()).toList());
            if (acceptedCas.isEmpty() || chain.stream().anyMatch(ca -> isAmong(ca, acceptedCas))) {
                return Optional.of(match);
            }
            first = first == null ? match : first;
        }
        return Optional.ofNullable(first);
    }

    private boolean isAmong(Certificate ca, Set<Chunk> keyHashes) {
        return keyHash(ca).filter(keyHashes::contains).isPresent();
    }

    /** Our own way up, nearest first, as far as we know it; the peer checks it. */
    private List<Certificate> issuers(Certificate certificate, List<Certificate> known) {
        List<Certificate> chain = new ArrayList<>();
        Certificate last = certificate;
        while (!last.isSelfIssued() && chain.size() < PathBuilder.MAX_CHAIN) {
            Certificate subject = last;
            Optional<Certificate> issuer = known.stream()
                    .filter(ca -> ca.isCa() && !chain.contains(ca) && PathBuilder.mayHaveIssued(ca, subject))
                    .filter(ca -> verifies(subject, ca))
                    .findFirst();
            if (issuer.isEmpty()) {
                break;
            }
            last = issuer.get();
            chain.add(last);
        }
        return chain;
    }

    private boolean verifies(Certificate subject, Certificate issuer) {
        return subject.signatureScheme()
                .map(scheme -> crypto.verify(
                        scheme,
                        issuer.publicKey(),
                        subject.tbs().toArray(),
                        subject.signature().toArray()))
                .orElse(false);
    }

    private Optional<Chunk> keyHash(Certificate certificate) {
        Optional<HashFunction> sha1 = crypto.hash(HashAlgorithm.SHA1);
        return sha1.map(hash -> {
            byte[] spki = certificate.publicKey().spki().toArray();
            hash.update(spki, 0, spki.length);
            return Chunk.wrap(hash.digest());
        });
    }

    private static List<Certificate> distinct(List<Certificate> certificates) {
        return List.copyOf(new LinkedHashSet<>(certificates));
    }
}
