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

    private record Entry(PoolConfig config, Pool pool) {}

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
            CommandFailed failed = Refusal.of(e);
            String unknown = "unknown option: ";
            if (failed.getMessage().startsWith(unknown)) {
                String rest = failed.getMessage().substring(unknown.length());
                throw new CommandFailed("invalid attribute: " + rest.replaceFirst(", config discarded", ""), e);
            }
            throw failed;
        }
        put(config);
    }

    private synchronized void put(PoolConfig config) throws CommandFailed {
        Entry before = pools.get(config.name());
        if (before != null && before.pool().isOf(config)) {
            pools.put(config.name(), new Entry(config, before.pool()));
            LOG.control("updated vici pool {}: {}, {} entries", config.name(), base(config), config.size());
            return;
        }
        if (before != null && before.pool().info().online() > 0) {
            throw new CommandFailed("vici pool " + config.name() + " has online leases, unable to replace");
        }
        pools.put(config.name(), new Entry(config, new Pool(config)));
        LOG.control(
                "{} vici pool {}: {}, {} entries",
                before == null ? "added" : "replaced",
                config.name(),
                base(config),
                config.size());
    }

    private static String base(PoolConfig config) {
        return config.first().getHostAddress();
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
        List<Pool> all;
        synchronized (this) {
            all = pools.values().stream().map(Entry::pool).toList();
        }
        return all.stream().map(Pool::info).toList();
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
