// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.store;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jcharon.api.attribute.ConfigurationAttribute;
import org.jcharon.api.attribute.PoolInfo;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.credential.CredentialManager;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.settings.ConfException;
import org.jcharon.lib.connections.Pool;
import org.jcharon.lib.connections.PoolConfig;
import org.jcharon.lib.connections.Translation;
import org.jcharon.vici.message.Section;
import org.jcharon.vici.server.CommandFailed;

/** Pools of virtual IPs that clients loaded. Any thread. */
public final class PoolStore {

    private static final Log LOG = Log.of("cfg");

    /**
     * A pool as it is listed.
     *
     * @param base the network's address, which is not assigned, where one is configured
     */
    public record Shown(InetAddress base, PoolInfo pool) {}

    private record Entry(PoolConfig config, InetAddress base, Pool pool) {}

    private final CredentialManager credentials;
    private final Map<String, Entry> pools = new LinkedHashMap<>(); // guarded by this

    /** Nothing loaded. */
    public PoolStore(CredentialManager credentials) {
        this.credentials = credentials;
    }

    /** Loads a pool; one of the same name and addresses keeps its leases, another is replaced unless addresses are in use. */
    public void load(String name, Section section) throws CommandFailed {
        if (section.value("addrs").isEmpty()) {
            throw new CommandFailed("missing addrs for pool '" + name + "'");
        }
        PoolConfig config;
        try {
            config = Translation.pool(new ConfTree(credentials).of(section), name);
        } catch (ConfException e) {
            if (e.what().startsWith("pools." + name + ".addrs: ")) {
                throw new CommandFailed(
                        "invalid addrs value: " + section.text("addrs").orElse(""), e);
            }
            CommandFailed failed = Refusal.of(e);
            String unknown = "unknown option: ";
            if (failed.getMessage().startsWith(unknown)) {
                String rest = failed.getMessage().substring(unknown.length());
                throw new CommandFailed("invalid attribute: " + rest.replaceFirst(", config discarded", ""), e);
            }
            throw failed;
        }
        put(config, base(config, section.text("addrs").orElse("")));
    }

    private synchronized void put(PoolConfig config, InetAddress base) throws CommandFailed {
        Entry before = pools.get(config.name());
        if (before != null && before.pool().isOf(config)) {
            pools.put(config.name(), new Entry(config, base, before.pool()));
            LOG.control("updated vici pool {}: {}, {} entries", config.name(), Addresses.text(base), config.size());
            return;
        }
        if (before != null && before.pool().info().online() > 0) {
            throw new CommandFailed("vici pool " + config.name() + " has online leases, unable to replace");
        }
        pools.put(config.name(), new Entry(config, base, new Pool(config)));
        LOG.control(
                "{} vici pool {}: {}, {} entries",
                before == null ? "added" : "replaced",
                config.name(),
                Addresses.text(base),
                config.size());
    }

    /** The first and the last address of a network of more than two are not assigned. */
    private static InetAddress base(PoolConfig config, String addrs) {
        int slash = addrs.indexOf('/');
        int bits = config.first().getAddress().length * Byte.SIZE;
        return slash >= 0 && bits - Integer.parseInt(addrs.substring(slash + 1).strip()) > 1
                ? Addresses.plus(config.first(), -1)
                : config.first();
    }

    /** Takes a pool away that has no address in use. */
    public synchronized void unload(String name) throws CommandFailed {
        Entry entry = pools.get(name);
        if (entry == null) {
            throw new CommandFailed(name + " not found");
        }
        if (entry.pool().info().online() > 0) {
            throw new CommandFailed(name + " has online leases, unable to unload");
        }
        pools.remove(name);
        LOG.control("removed vici pool {}", name);
    }

    /** All pools as they are now. */
    public List<PoolInfo> pools() {
        return shown().stream().map(Shown::pool).toList();
    }

    /** The same with their bases. */
    public synchronized List<Shown> shown() {
        return pools.values().stream()
                .map(entry -> new Shown(entry.base(), entry.pool().info()))
                .toList();
    }

    /** See {@link org.jcharon.api.attribute.AttributeProvider#acquire}. */
    public Optional<InetAddress> acquire(List<String> names, Identification peer, InetAddress requested) {
        for (Entry entry : known(names)) {
            if (entry.pool().isFamilyOf(requested)) {
                Optional<InetAddress> address = entry.pool().acquire(peer, requested);
                if (address.isPresent()) {
                    return address;
                }
            }
        }
        return Optional.empty();
    }

    /** See {@link org.jcharon.api.attribute.AttributeProvider#release}. */
    public void release(List<String> names, Identification peer, InetAddress address) {
        known(names).forEach(entry -> entry.pool().release(peer, address));
    }

    /** Attributes of pools. */
    public List<ConfigurationAttribute> attributes(List<String> names) {
        List<ConfigurationAttribute> all = new ArrayList<>();
        known(names).forEach(entry -> all.addAll(entry.config().attributes()));
        return all;
    }

    private synchronized List<Entry> known(List<String> names) {
        return names.stream().map(pools::get).filter(Objects::nonNull).toList();
    }
}
