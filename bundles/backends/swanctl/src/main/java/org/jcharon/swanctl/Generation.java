// SPDX-License-Identifier: Apache-2.0
package org.jcharon.swanctl;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Authority;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.credential.SoftwarePrivateKey;
import org.jcharon.lib.connections.PoolConfig;
import org.jcharon.lib.connections.Translation;

/** All that one loading read: switched as a whole, wiped as a whole. */
final class Generation implements AutoCloseable {

    static final Generation EMPTY =
            new Generation(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of());

    private final List<PeerConfig> peers;
    private final List<Certificate> certificates;
    private final List<Certificate> anchors;
    private final List<SoftwarePrivateKey> privateKeys;
    private final List<SharedKey> sharedKeys;
    private final List<PoolConfig> pools;
    private final List<Authority> authorities;

    private Generation(
            List<PeerConfig> peers,
            List<Certificate> certificates,
            List<Certificate> anchors,
            List<SoftwarePrivateKey> privateKeys,
            List<SharedKey> sharedKeys,
            List<PoolConfig> pools,
            List<Authority> authorities) {
        this.peers = List.copyOf(peers);
        this.certificates = List.copyOf(certificates);
        this.anchors = List.copyOf(anchors);
        this.privateKeys = List.copyOf(privateKeys);
        this.sharedKeys = List.copyOf(sharedKeys);
        this.pools = List.copyOf(pools);
        this.authorities = List.copyOf(authorities);
    }

    /** Takes over the secrets. */
    static Generation of(
            Translation translation,
            List<Certificate> entities,
            List<Certificate> authorities,
            List<SoftwarePrivateKey> privateKeys) {
        Set<Certificate> anchors = new LinkedHashSet<>(authorities);
        translation.authorities().forEach(authority -> anchors.add(authority.caCertificate()));
        Set<Certificate> all = new LinkedHashSet<>(entities);
        for (PeerConfig peer : translation.peers()) {
            peer.local().forEach(auth -> all.addAll(auth.certificates()));
            peer.remote().forEach(auth -> all.addAll(auth.certificates()));
            // as in strongSwan: what one connection names as CA is an anchor, its other limits come from the connection
            peer.remote().forEach(auth -> anchors.addAll(auth.caCertificates()));
        }
        all.addAll(anchors);
        return new Generation(
                translation.peers(),
                new ArrayList<>(all),
                new ArrayList<>(anchors),
                privateKeys,
                translation.sharedKeys(),
                translation.pools(),
                translation.authorities());
    }

    List<PeerConfig> peers() {
        return peers;
    }

    List<Certificate> certificates() {
        return certificates;
    }

    List<Certificate> anchors() {
        return anchors;
    }

    List<SoftwarePrivateKey> privateKeys() {
        return privateKeys;
    }

    List<SharedKey> sharedKeys() {
        return sharedKeys;
    }

    List<PoolConfig> pools() {
        return pools;
    }

    List<Authority> authorities() {
        return authorities;
    }

    @Override
    public void close() {
        privateKeys.forEach(SoftwarePrivateKey::close);
        sharedKeys.forEach(key -> key.secret().close());
    }

    @Override
    public String toString() {
        return peers.size() + " connections, " + certificates.size() + " certificates, " + privateKeys.size()
                + " private keys, " + sharedKeys.size() + " shared keys, " + pools.size() + " pools";
    }
}
