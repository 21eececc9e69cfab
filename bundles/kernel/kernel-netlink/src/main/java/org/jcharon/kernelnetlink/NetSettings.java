// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernelnetlink;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jcharon.api.settings.Settings;

/**
 * What is configured, with strongSwan's keys and defaults.
 *
 * @param table of our routes, 0 for the main table
 * @param priority of the rule for that table
 * @param use names of interfaces, empty for all
 * @param ignore names of interfaces, counts only if {@code use} is empty
 * @param ignoreTables routing tables that lookups skip
 * @param mtu of our routes in octets, 0 none
 * @param mss of our routes in octets, 0 none
 * @param mark of the rule, null none
 */
record NetSettings(
        int table,
        int priority,
        Set<String> use,
        Set<String> ignore,
        Set<Integer> ignoreTables,
        boolean routeEvents,
        boolean roamEvents,
        int mtu,
        int mss,
        Mark mark) {

    /**
     * A mark with mask.
     *
     * @param inverted the rule holds for packets without it
     */
    record Mark(int value, int mask, boolean inverted) {}

    private static final String SECTION = "charon.plugins.kernel-netlink.";
    private static final int DEFAULT_TABLE = 220;

    static NetSettings from(Settings settings) {
        return new NetSettings(
                (int) settings.number("charon.routing_table", DEFAULT_TABLE),
                (int) settings.number("charon.routing_table_prio", DEFAULT_TABLE),
                names(settings.get("charon.interfaces_use")),
                names(settings.get("charon.interfaces_ignore")),
                names(settings.get("charon.ignore_routing_tables")).stream()
                        .map(NetSettings::table)
                        .flatMap(Optional::stream)
                        .collect(Collectors.toUnmodifiableSet()),
                settings.flag("charon.process_route", true),
                settings.flag(SECTION + "roam_events", true),
                (int) settings.number(SECTION + "mtu", 0),
                (int) settings.number(SECTION + "mss", 0),
                settings.get(SECTION + "fwmark").map(NetSettings::mark).orElse(null));
    }

    /** These settings, but for what can only be taken over by a component that begins anew, which is as it was. */
    NetSettings running(NetSettings before) {
        return new NetSettings(
                before.table, priority, use, ignore, ignoreTables, before.routeEvents, roamEvents, mtu, mss, mark);
    }

    /** Keys whose new value {@link #running} leaves out. */
    List<String> postponed(NetSettings before) {
        List<String> keys = new ArrayList<>();
        if (table != before.table) {
            keys.add("charon.routing_table");
        }
        if (routeEvents != before.routeEvents) {
            keys.add("charon.process_route");
        }
        return keys;
    }

    boolean hasInterfacesOf(NetSettings other) {
        return use.equals(other.use) && ignore.equals(other.ignore);
    }

    boolean hasRuleOf(NetSettings other) {
        return priority == other.priority && Objects.equals(mark, other.mark);
    }

    boolean hasMetricsOf(NetSettings other) {
        return mtu == other.mtu && mss == other.mss;
    }

    boolean isUsable(String interfaceName) {
        return use.isEmpty() ? !ignore.contains(interfaceName) : use.contains(interfaceName);
    }

    private static Set<String> names(Optional<String> list) {
        return list.stream()
                .flatMap(text -> Stream.of(text.split("[ ,]+")))
                .filter(name -> !name.isEmpty())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Optional<Integer> table(String text) {
        return switch (text) {
            case "main" -> Optional.of(Rt.RT_TABLE_MAIN);
            case "local" -> Optional.of(Rt.RT_TABLE_LOCAL);
            default -> {
                try {
                    yield Optional.of(Integer.decode(text));
                } catch (NumberFormatException e) {
                    yield Optional.empty();
                }
            }
        };
    }

    /** {@code [!]value[/mask]}; throws {@link IllegalStateException} with the key for anything else. */
    private static Mark mark(String text) {
        boolean inverted = text.startsWith("!");
        String[] parts = (inverted ? text.substring(1) : text).split("/", 2);
        try {
            int value = Long.decode(parts[0].strip()).intValue();
            int mask = parts.length == 2 ? Long.decode(parts[1].strip()).intValue() : -1;
            return new Mark(value, mask, inverted);
        } catch (NumberFormatException e) {
            throw new IllegalStateException(SECTION + "fwmark is '" + text + "': expected [!]mark[/mask]", e);
        }
    }
}
