// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.attribute;

import java.net.InetAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.attribute.AttributeManager;
import org.jcharon.api.attribute.ConfigurationAttribute;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.credential.Identification;

/**
 * Virtual IPs that IKE_SAs have leased for their peers. While a peer authenticates anew, its old IKE_SA and its new one have the same
 * address: it goes back with the last of them. Any thread.
 */
public final class Leases {

    private static final Log LOG = Log.of("cfg");

    private record Key(List<String> pools, Identification peer, InetAddress address) {}

    private record Held(InetAddress host, int users) {}

    private final AttributeManager providers;
    private final Map<Key, Held> held = new HashMap<>(); // guarded by this

    /** Nothing is leased. */
    public Leases(AttributeManager providers) {
        this.providers = providers;
    }

    /**
     * Leases an address for a peer at {@code host}: the one requested if it has that one already, from the same host and the same pools,
     * else what {@link AttributeManager#acquire} gives.
     */
    public CompletionStage<Optional<InetAddress>> acquire(
            List<String> pools, Identification peer, InetAddress host, InetAddress requested) {
        if (joins(new Key(List.copyOf(pools), peer, requested), host)) {
            LOG.control("reassigning online lease {} to '{}'", Addresses.text(requested), peer);
            return CompletableFuture.completedStage(Optional.of(requested));
        }
        return providers.acquire(pools, peer, requested).thenApply(granted -> {
            granted.ifPresent(address -> took(new Key(List.copyOf(pools), peer, address), host));
            return granted;
        });
    }

    private synchronized boolean joins(Key key, InetAddress host) {
        Held before = held.get(key);
        boolean same = before != null && before.host().equals(host);
        if (same) {
            held.put(key, new Held(host, before.users() + 1));
        }
        return same;
    }

    private synchronized void took(Key key, InetAddress host) {
        Held before = held.get(key);
        held.put(key, new Held(host, before == null ? 1 : before.users() + 1));
    }

    /** One IKE_SA less has an address that {@link #acquire} gave. */
    public void release(List<String> pools, Identification peer, InetAddress address) {
        if (isLast(new Key(List.copyOf(pools), peer, address))) {
            providers.release(pools, peer, address);
        }
    }

    private synchronized boolean isLast(Key key) {
        Held left = held.computeIfPresent(
                key, (same, before) -> before.users() == 1 ? null : new Held(before.host(), before.users() - 1));
        return left == null;
    }

    /** See {@link AttributeManager#attributes}. */
    public CompletionStage<List<ConfigurationAttribute>> attributes(List<String> pools, Identification peer) {
        return providers.attributes(pools, peer);
    }
}
