// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.store;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.settings.ConfException;
import org.jcharon.api.settings.ConfSection;
import org.jcharon.api.wire.Chunk;
import org.jcharon.lib.connections.Translation;
import org.jcharon.vici.message.Element;
import org.jcharon.vici.message.Section;
import org.jcharon.vici.server.CommandFailed;

/** Connections that clients loaded. Any thread. */
public final class ConnectionStore {

    private static final Log LOG = Log.of("cfg");
    private static final String BACKEND = "vici";

    private final CredentialManager credentials;
    private final BackendManager backends;
    private final Map<String, PeerConfig> loaded = new LinkedHashMap<>(); // guarded by this
    private volatile Snapshot current = new Snapshot(List.of(), List.of(), List.of()); // publishes a change to all

    private record Snapshot(List<PeerConfig> peers, List<Certificate> certificates, List<Certificate> anchors) {}

    /** Nothing loaded; each change is announced to {@code backends}. */
    public ConnectionStore(CredentialManager credentials, BackendManager backends) {
        this.credentials = credentials;
        this.backends = backends;
    }

    /** Loads each section of a message, or none if one is wrong. A connection that did not change is left alone. */
    public void load(Section message) throws CommandFailed {
        List<PeerConfig> fresh = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        for (Map.Entry<String, Element> entry : message.elements().entrySet()) {
            if (!(entry.getValue() instanceof Section section)) {
                throw new CommandFailed("unknown option: " + entry.getKey() + ", config discarded");
            }
            try {
                ConfTree tree = new ConfTree(credentials);
                ConfSection conf = tree.of(section);
                fresh.add(Translation.connection(conf, entry.getKey(), tree, warnings));
            } catch (ConfException e) {
                throw Refusal.of(e);
            }
        }
        warnings.forEach(warning -> LOG.control("warning: {}", warning));
        put(fresh);
    }

    private synchronized void put(List<PeerConfig> fresh) {
        boolean changed = false;
        for (PeerConfig peer : fresh) {
            PeerConfig before = loaded.put(peer.name(), peer);
            if (peer.equals(before)) {
                continue;
            }
            changed = true;
            if (before == null) {
                LOG.control("added vici connection: {}", peer.name());
            } else if (withoutChildren(before).equals(withoutChildren(peer))) {
                LOG.control("updated vici connection: {}", peer.name());
            } else {
                LOG.control("replaced vici connection: {}", peer.name());
            }
        }
        if (changed) {
            publish();
        }
    }

    private static PeerConfig withoutChildren(PeerConfig peer) {
        return peer.toBuilder().children(List.of()).build();
    }

    /** Takes a connection away; false if there is none of that name. */
    public synchronized boolean unload(String name) {
        if (loaded.remove(name) == null) {
            return false;
        }
        LOG.control("removed vici connection: {}", name);
        publish();
        return true;
    }

    /** Within the lock, so that core hears of changes in their order. */
    private void publish() {
        Set<Certificate> certificates = new LinkedHashSet<>();
        Set<Certificate> anchors = new LinkedHashSet<>();
        for (PeerConfig peer : loaded.values()) {
            peer.local().forEach(auth -> certificates.addAll(auth.certificates()));
            peer.remote().forEach(auth -> certificates.addAll(auth.certificates()));
            peer.remote().forEach(auth -> anchors.addAll(auth.caCertificates()));
        }
        current = new Snapshot(List.copyOf(loaded.values()), List.copyOf(certificates), List.copyOf(anchors));
        backends.changed(BACKEND, current.peers());
    }

    /** All of them, in the order in which they were loaded. */
    public List<PeerConfig> peers() {
        return current.peers();
    }

    /** End entity certificates that they name. */
    public List<Certificate> certificates() {
        return current.certificates();
    }

    /** Raw public keys that they name, each as SubjectPublicKeyInfo, with their owner; {@code %any} if it has no name. */
    public Map<Chunk, Identification> publicKeys() {
        Map<Chunk, Identification> all = new LinkedHashMap<>();
        for (PeerConfig peer : current.peers()) {
            for (List<AuthConfig> rounds : List.of(peer.local(), peer.remote())) {
                rounds.forEach(auth -> auth.publicKeys().forEach(key -> all.putIfAbsent(key, auth.id())));
            }
        }
        return all;
    }

    /** CA certificates that they name. */
    public List<Certificate> anchors() {
        return current.anchors();
    }
}
