// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.store;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jcharon.api.bus.Log;
import org.jcharon.api.credential.Authority;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CredentialDecoder;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.DecodedCredential;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.credential.PrivateKey;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.credential.SoftwarePrivateKey;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.KeyType;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.settings.ConfException;
import org.jcharon.api.settings.ConfSection;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.lib.connections.Translation;
import org.jcharon.vici.message.Section;
import org.jcharon.vici.server.CommandFailed;

/** Certificates, keys and authorities that clients loaded. Secrets are wiped some time after they were taken away. Any thread. */
public final class CredentialStore implements AutoCloseable {

    private static final Log LOG = Log.of("cfg");
    /** Who borrowed a key before it was taken away has finished its one operation by then. */
    private static final Duration WIPE_AFTER = Duration.ofSeconds(30);

    private final CredentialManager credentials;
    private final CryptoRegistry crypto;
    private final Scheduler scheduler;
    private final KeyIds ids;
    private final Set<Certificate> certificates = new LinkedHashSet<>(); // guarded by this, as the rest
    private final Map<Chunk, String> publicKeys = new LinkedHashMap<>();
    private final Map<String, SoftwarePrivateKey> keys = new LinkedHashMap<>();
    /** By their ids; those without one by an object of their own. */
    private final Map<Object, SharedKey> shared = new LinkedHashMap<>();

    private final Map<String, List<Authority>> authorities = new LinkedHashMap<>();
    private final Set<AutoCloseable> retired = new LinkedHashSet<>();
    private boolean closed;

    /** Nothing loaded. */
    public CredentialStore(CredentialManager credentials, CryptoRegistry crypto, Scheduler scheduler) {
        this.credentials = credentials;
        this.crypto = crypto;
        this.scheduler = scheduler;
        this.ids = new KeyIds(crypto);
    }

    /**
     * Loads X.509 certificates in PEM or DER.
     *
     * @param ca whether they have to be those of authorities
     */
    public void loadCertificate(byte[] octets, boolean ca) throws CommandFailed {
        List<Certificate> found;
        try {
            found = ConfTree.certificates(credentials, octets);
        } catch (DecodingException e) {
            throw new CommandFailed("parsing X509 certificate failed: " + e.getMessage(), e);
        }
        if (ca && !found.stream().allMatch(Certificate::isCa)) {
            throw new CommandFailed("certificate without CA flag, rejected");
        }
        synchronized (this) {
            for (Certificate certificate : found) {
                if (certificates.add(certificate)) {
                    LOG.control("loaded certificate '{}'", certificate.subject());
                }
            }
        }
    }

    /** Loads raw public keys in PEM or DER. They have no owner: connections name theirs themselves. */
    public void loadPublicKey(byte[] octets) throws CommandFailed {
        Map<Chunk, String> found = new LinkedHashMap<>();
        try {
            for (Chunk spki : ConfTree.publicKeys(credentials, octets)) {
                found.put(spki, ids.of(crypto.readPublicKey(spki)));
            }
        } catch (DecodingException | KeyMismatchException e) {
            throw new CommandFailed("parsing PUBKEY certificate failed: " + e.getMessage(), e);
        }
        synchronized (this) {
            found.forEach((spki, id) -> {
                if (publicKeys.putIfAbsent(spki, id) == null) {
                    LOG.control("loaded raw public key {}", id);
                }
            });
        }
    }

    /** Raw public keys, each as SubjectPublicKeyInfo, with their ids. */
    public synchronized Map<Chunk, String> publicKeys() {
        return new LinkedHashMap<>(publicKeys);
    }

    /**
     * Loads a private key in PEM or DER without encryption.
     *
     * @param wanted null: of any type
     * @return its id
     */
    public String loadKey(byte[] octets, KeyType wanted) throws CommandFailed {
        String type = wanted == null ? "any" : wanted.name();
        SoftwarePrivateKey key = null;
        try {
            List<Secret> found = new ArrayList<>();
            for (DecodedCredential one : credentials.decode(CredentialDecoder.Kind.PRIVATE_KEY, octets, null)) {
                if (one.privateKey() != null) {
                    found.add(one.privateKey());
                }
            }
            found.stream().skip(1).forEach(Secret::close);
            if (!found.isEmpty()) {
                key = own(found.get(0));
            }
            if (key == null) {
                throw new CommandFailed("parsing " + type + " private key failed: no private key in it");
            }
            if (wanted != null && key.publicKey().type() != wanted) {
                throw new CommandFailed("parsing " + type + " private key failed: it is a key of type "
                        + key.publicKey().type());
            }
            String id = ids.of(key.publicKey());
            LOG.control("loaded {} private key", key.publicKey().type());
            keep(id, key);
            key = null;
            return id;
        } catch (DecodingException | KeyMismatchException e) {
            throw new CommandFailed("parsing " + type + " private key failed: " + e.getMessage(), e);
        } finally {
            if (key != null) {
                key.close();
            }
        }
    }

    private SoftwarePrivateKey own(Secret pkcs8) throws KeyMismatchException {
        try {
            return new SoftwarePrivateKey(pkcs8, crypto);
        } catch (KeyMismatchException | RuntimeException e) {
            pkcs8.close();
            throw e;
        }
    }

    private synchronized void keep(String id, SoftwarePrivateKey key) {
        if (closed || keys.putIfAbsent(id, key) != null) {
            key.close();
        }
    }

    /** Takes a private key away; false if there is none of that id. */
    public synchronized boolean unloadKey(String id) {
        SoftwarePrivateKey key = keys.remove(id);
        if (key != null) {
            retire(key);
        }
        return key != null;
    }

    /** Ids of the private keys. */
    public synchronized List<String> keyIds() {
        return List.copyOf(keys.keySet());
    }

    /** Takes over a shared key; {@code id} null: it has none and stays until all are cleared. */
    public synchronized void loadShared(String id, SharedKey key) {
        if (closed) { // a command that was under way when the plugin left
            key.secret().close();
            return;
        }
        SharedKey before = shared.put(id == null ? new Object() : id, key);
        if (before != null) {
            retire(before.secret());
        }
        LOG.control(
                "loaded {} shared key{} for: {}",
                key.type(),
                id == null ? "" : " with id '" + id + "'",
                key.owners().isEmpty()
                        ? "%any"
                        : key.owners().stream().map(owner -> "'" + owner + "'").collect(Collectors.joining(", ")));
    }

    /** Takes a shared key away; false if there is none of that id. */
    public synchronized boolean unloadShared(String id) {
        SharedKey key = shared.remove(id);
        if (key != null) {
            retire(key.secret());
        }
        return key != null;
    }

    /** Ids of the shared keys that have one. */
    public synchronized List<String> sharedIds() {
        return shared.keySet().stream()
                .filter(String.class::isInstance)
                .map(String.class::cast)
                .toList();
    }

    /** Loads an authority, in the place of one of the same name. */
    public void loadAuthority(String name, Section section) throws CommandFailed {
        if (section.elements().keySet().stream().noneMatch(Set.of("cacert", "file", "handle")::contains)) {
            throw new CommandFailed("CA certificate missing: " + name);
        }
        List<Authority> fresh;
        List<String> warnings = new ArrayList<>();
        try {
            ConfTree tree = new ConfTree(credentials);
            ConfSection conf = tree.of(section);
            fresh = Translation.authority(conf, name, tree, warnings);
        } catch (ConfException e) {
            String certificate = "cacerts: ";
            if (e.what().startsWith(certificate)) {
                String why = e.what().substring(certificate.length());
                throw new CommandFailed("CA certificate missing: " + name + " (" + why + ")", e);
            }
            throw Refusal.of(e);
        }
        if (!fresh.stream().allMatch(authority -> authority.caCertificate().isCa())) {
            throw new CommandFailed("certificate without CA flag, rejected");
        }
        warnings.forEach(warning -> LOG.control("warning: {}", warning));
        synchronized (this) {
            authorities.put(name, List.copyOf(fresh));
        }
        LOG.control("loaded certification authority '{}'", name);
    }

    /** Takes an authority away; false if there is none of that name. */
    public synchronized boolean unloadAuthority(String name) {
        return authorities.remove(name) != null;
    }

    /** Names of the authorities. */
    public synchronized List<String> authorityNames() {
        return List.copyOf(authorities.keySet());
    }

    /** Authorities. */
    public synchronized List<Authority> authorities() {
        return authorities.values().stream().flatMap(Collection::stream).toList();
    }

    /** Certificates, those of authorities included. */
    public synchronized List<Certificate> certificates() {
        Set<Certificate> all = new LinkedHashSet<>(certificates);
        authorities.values().forEach(each -> each.forEach(one -> all.add(one.caCertificate())));
        return List.copyOf(all);
    }

    /** Those of them that issue others: what is loaded here is trusted. */
    public List<Certificate> anchors() {
        return certificates().stream().filter(Certificate::isCa).toList();
    }

    /** Private keys. */
    public synchronized List<PrivateKey> privateKeys() {
        return List.copyOf(keys.values());
    }

    /** Shared keys of a type. */
    public synchronized List<SharedKey> sharedKeys(SharedKey.Type type) {
        return shared.values().stream().filter(key -> key.type() == type).toList();
    }

    /** Takes away all but the authorities. */
    public synchronized void clear() {
        certificates.clear();
        publicKeys.clear();
        keys.values().forEach(this::retire);
        keys.clear();
        shared.values().forEach(key -> retire(key.secret()));
        shared.clear();
    }

    private synchronized void retire(AutoCloseable secret) {
        retired.add(secret);
        scheduler.schedule(Job.of("wipe unloaded secrets", Priority.LOW, () -> wipe(secret)), WIPE_AFTER);
    }

    private synchronized void wipe(AutoCloseable secret) {
        if (retired.remove(secret)) {
            close(secret);
        }
    }

    private static void close(AutoCloseable secret) {
        try {
            secret.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Wipes all secrets. */
    @Override
    public synchronized void close() {
        closed = true;
        clear();
        authorities.clear();
        retired.forEach(CredentialStore::close);
        retired.clear();
    }
}
