// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.felix.service.command.Function;
import org.jcharon.api.attribute.AttributeManager;
import org.jcharon.api.attribute.PoolInfo;
import org.jcharon.api.config.Addresses;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** {@code ike:list-pools} shows pools of virtual IPs. */
@Component(
        service = Function.class,
        immediate = true,
        property = {"osgi.command.scope=ike", "osgi.command.function=list-pools"})
public final class ListPools extends Command {

    static final Usage USAGE = Usage.of("list-pools", "shows pools of virtual IPs, and who has their addresses")
            .optional("NAME", Words.TEXT)
            .flag("--leases", "each address that is or was assigned")
            .json()
            .example("ike:list-pools --leases", "with the peers")
            .build();

    private final AttributeManager attributes;

    /** Made by the container. */
    @Activate
    public ListPools(@Reference(name = "attributes") AttributeManager attributes) {
        super(USAGE);
        this.attributes = attributes;
    }

    @Override
    void run(Console console, Arguments given) {
        boolean leases = given.has("--leases");
        List<PoolInfo> pools = attributes.pools().stream()
                .filter(pool -> given.operand() == null || given.operand().equals(pool.name()))
                .toList();
        console.show(() -> pools.stream().map(pool -> json(pool, leases)).toList(), () -> text(pools, leases));
    }

    private static String text(List<PoolInfo> pools, boolean leases) {
        Table table = new Table("POOL", "BASE", "ONLINE", "OFFLINE", "SIZE");
        pools.forEach(pool ->
                table.row(pool.name(), Addresses.text(pool.base()), pool.online(), pool.offline(), pool.size()));
        StringBuilder out = new StringBuilder(table.text("no pools"));
        if (leases) {
            Table each = new Table("POOL", "ADDRESS", "STATE", "IDENTITY");
            pools.forEach(pool -> pool.leases()
                    .forEach(lease -> each.row(
                            pool.name(),
                            Addresses.text(lease.address()),
                            lease.online() ? "online" : "offline",
                            lease.identity())));
            out.append('\n').append(each.text("no leases"));
        }
        return out.toString();
    }

    private static Map<String, Object> json(PoolInfo pool, boolean leases) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", pool.name());
        map.put("base", Addresses.text(pool.base()));
        map.put("size", pool.size());
        map.put("online", pool.online());
        map.put("offline", pool.offline());
        if (leases) {
            map.put("leases", pool.leases().stream().map(ListPools::json).toList());
        }
        return map;
    }

    private static Map<String, Object> json(PoolInfo.PoolLease lease) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("address", Addresses.text(lease.address()));
        map.put("identity", lease.identity().toString());
        map.put("online", lease.online());
        return map;
    }
}
