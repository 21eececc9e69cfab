// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.attribute.PoolInfo;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.vici.message.Section;
import org.jcharon.vici.server.CommandFailed;
import org.jcharon.vici.server.Commands.Command;
import org.jcharon.vici.server.Replies;
import org.jcharon.vici.store.ConnectionStore;
import org.jcharon.vici.store.PoolStore;

/** Commands about connections and pools. Any thread. */
final class ConfigCommands {

    private final ConnectionStore connections;
    private final PoolStore pools;
    private final Offloaded offloaded;

    ConfigCommands(ConnectionStore connections, PoolStore pools, Offloaded offloaded) {
        this.connections = connections;
        this.pools = pools;
        this.offloaded = offloaded;
    }

    Map<String, Command> all() {
        return Map.of(
                "load-conn", (request, client) -> loadConn(request),
                "unload-conn", (request, client) -> unloadConn(request),
                "get-conns",
                        (request, client) -> Answers.names(
                                "conns",
                                connections.peers().stream()
                                        .map(PeerConfig::name)
                                        .toList()),
                "load-pool", (request, client) -> loadPool(request),
                "unload-pool", (request, client) -> unloadPool(request),
                "get-pools", (request, client) -> getPools(request));
    }

    private CompletionStage<Section> loadConn(Section request) throws CommandFailed {
        return offloaded.ifFiles(request, () -> {
            connections.load(request);
            return Replies.done();
        });
    }

    private CompletionStage<Section> unloadConn(Section request) throws CommandFailed {
        String name = new Arguments(request).required("name", "unload: missing connection name");
        if (!connections.unload(name)) {
            throw new CommandFailed("unload: connection '" + name + "' not found");
        }
        return Answers.of(Replies.done());
    }

    private CompletionStage<Section> loadPool(Section request) throws CommandFailed {
        for (Map.Entry<String, Section> pool : request.sections().entrySet()) {
            pools.load(pool.getKey(), pool.getValue());
        }
        return Answers.of(Replies.done());
    }

    private CompletionStage<Section> unloadPool(Section request) throws CommandFailed {
        pools.unload(new Arguments(request).required("name", "missing pool name to unload"));
        return Answers.of(Replies.done());
    }

    private CompletionStage<Section> getPools(Section request) {
        String name = request.text("name").orElse(null);
        boolean leases = request.flag("leases");
        Section.Builder out = Section.builder();
        for (PoolStore.Shown shown : pools.shown()) {
            if (name == null || name.equals(shown.pool().name())) {
                out.put(shown.pool().name(), pool(shown, leases));
            }
        }
        return Answers.of(out.build());
    }

    private static Section pool(PoolStore.Shown shown, boolean leases) {
        PoolInfo pool = shown.pool();
        Section.Builder out = Section.builder()
                .put("base", Addresses.text(shown.base()))
                .put("size", pool.size())
                .put("online", pool.online())
                .put("offline", pool.offline());
        if (leases) {
            out.put("leases", leases(pool.leases()));
        }
        return out.build();
    }

    private static Section leases(List<PoolInfo.PoolLease> leases) {
        Section.Builder out = Section.builder();
        int number = 0;
        for (PoolInfo.PoolLease lease : leases) {
            out.put(
                    Integer.toString(number++),
                    Section.builder()
                            .put("address", Addresses.text(lease.address()))
                            .put("identity", lease.identity().toString())
                            .put("status", lease.online() ? "online" : "offline")
                            .build());
        }
        return out.build();
    }
}
