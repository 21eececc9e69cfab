// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;

/** Draws what {@code ike:watch} shows; remembers the numbers of the last time, for rates. For one thread. */
final class WatchScreen {

    private static final int EVENTS = 8;
    private static final int FIXED = 5;

    /**
     * What is shown at one moment.
     *
     * @param sas at most as many as {@code mostSas} asked for
     * @param total number of all IKE_SAs
     * @param statistics of the daemon
     * @param counters of IKE, empty if nothing counts
     * @param events the newest last
     */
    record Sight(
            Instant time,
            Instant startedAt,
            List<IkeSaInfo> sas,
            long total,
            Map<String, Long> statistics,
            Map<String, Long> counters,
            List<String> events) {}

    private Instant before;
    private final Map<String, Long> numbers = new HashMap<>();

    /** Lines to show, not more than {@code height} and none wider than {@code width}. */
    List<String> draw(Sight sight, int width, int height) {
        double seconds =
                before == null ? 0 : Duration.between(before, sight.time()).toMillis() / 1000.0;
        List<String> lines = new ArrayList<>();
        lines.add("jcharon, up " + duration(Duration.between(sight.startedAt(), sight.time())) + ", "
                + sight.time().toString().substring(11, 19) + " UTC");
        lines.add(String.format(
                Locale.ROOT,
                "IKE_SAs %d, half open %d, kernel SAs %d",
                sight.total(),
                sight.statistics().getOrDefault("ikesas.half-open", 0L),
                sight.statistics().getOrDefault("kernel.sas", 0L)));
        lines.add("per second: " + rates(sight, seconds));
        lines.add("");
        int forEvents = Math.min(EVENTS, Math.max(0, (height - FIXED) / 3));
        List<String> table = table(sight, seconds);
        int room = Math.max(
                1,
                height
                        - FIXED
                        - (sight.events().isEmpty()
                                ? 0
                                : Math.min(forEvents, sight.events().size()) + 1));
        if (table.size() > room) {
            int shown = Math.max(0, room - 1);
            lines.addAll(table.subList(0, shown));
            lines.add("… " + (table.size() - shown) + " lines more; ike:list-sas shows all");
        } else {
            lines.addAll(table);
        }
        if (!sight.events().isEmpty() && forEvents > 0) {
            lines.add("");
            lines.addAll(sight.events()
                    .subList(
                            Math.max(0, sight.events().size() - forEvents),
                            sight.events().size()));
        }
        before = sight.time();
        return lines.stream()
                .limit(Math.max(1, height))
                .map(line -> cut(line, width))
                .toList();
    }

    private String rates(Sight sight, double seconds) {
        long in = 0;
        long out = 0;
        for (Map.Entry<String, Long> counter : sight.counters().entrySet()) {
            in += counter.getKey().contains("-in-") ? counter.getValue() : 0;
            out += counter.getKey().contains("-out-") ? counter.getValue() : 0;
        }
        long drops = sight.statistics().entrySet().stream()
                .filter(entry -> entry.getKey().startsWith("drops."))
                .mapToLong(Map.Entry::getValue)
                .sum();
        String text = "messages in " + rate("in", in, seconds) + ", out " + rate("out", out, seconds);
        return (sight.counters().isEmpty() ? "" : text + ", ") + "dropped packets " + rate("drops", drops, seconds);
    }

    private List<String> table(Sight sight, double seconds) {
        if (sight.sas().isEmpty()) {
            return List.of("no IKE_SAs");
        }
        Table table = new Table("SA", "STATE", "PEER", "IN/s", "OUT/s", "FOR");
        for (IkeSaInfo ike : sight.sas()) {
            table.row(
                    SaText.name(ike.name()) + "[" + ike.uniqueId() + "]",
                    ike.state(),
                    Addresses.text(ike.remote().address()) + " '" + ike.remoteId() + "'",
                    "",
                    "",
                    ike.establishedAt()
                            .map(at -> duration(Duration.between(at, sight.time())))
                            .orElse(""));
            for (ChildSaInfo child : ike.children()) {
                String key = "child-" + child.uniqueId();
                table.row(
                        "  " + SaText.name(child.name()) + "{" + child.uniqueId() + "}",
                        child.state(),
                        child.remoteSelectors().isEmpty()
                                ? ""
                                : child.remoteSelectors().get(0),
                        octets(key + "-in", child.usageIn().octets(), seconds),
                        octets(key + "-out", child.usageOut().octets(), seconds),
                        duration(Duration.between(child.installedAt(), sight.time())));
            }
        }
        return table.lines();
    }

    private double perSecond(String key, long now, double seconds) {
        Long then = numbers.put(key, now);
        return then == null || seconds <= 0 || now < then ? 0 : (now - then) / seconds;
    }

    private String rate(String key, long now, double seconds) {
        return String.format(Locale.ROOT, "%.1f", perSecond(key, now, seconds));
    }

    private String octets(String key, long now, double seconds) {
        double value = perSecond(key, now, seconds);
        for (String unit : List.of("B", "KB", "MB")) {
            if (value < 1000) {
                return String.format(Locale.ROOT, unit.equals("B") ? "%.0f %s" : "%.1f %s", value, unit);
            }
            value /= 1000;
        }
        return String.format(Locale.ROOT, "%.1f GB", value);
    }

    /** Forgets numbers of SAs that are gone, now and then. */
    void forget(int most) {
        if (numbers.size() > most) {
            numbers.clear();
        }
    }

    private static String duration(Duration time) {
        long seconds = Math.max(0, time.toSeconds());
        if (seconds < 60) {
            return seconds + "s";
        }
        if (seconds < 3600) {
            return seconds / 60 + "m" + seconds % 60 + "s";
        }
        return seconds < 86_400
                ? seconds / 3600 + "h" + seconds / 60 % 60 + "m"
                : seconds / 86_400 + "d" + seconds / 3600 % 24 + "h";
    }

    private static String cut(String line, int width) {
        if (line.codePointCount(0, line.length()) <= width) {
            return line;
        }
        return line.substring(0, line.offsetByCodePoints(0, Math.max(0, width - 1))) + "…";
    }
}
