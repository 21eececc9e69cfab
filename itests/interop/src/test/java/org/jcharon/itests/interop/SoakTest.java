// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Two jcharons with 50 IKE_SAs of 4 CHILD_SAs each, all of them rekeyed by both sides every few seconds. One minute, or
 * {@code -Djcharon.soak.seconds}.
 */
@Interop(programs = "ping")
class SoakTest {

    private static final int IKE_SAS = 50;
    private static final int CHILDREN = 4;
    /** How many of the tunnels carry packets. */
    private static final int CARRYING = 3;

    private static final long SECONDS = Long.getLong("jcharon.soak.seconds", 60);
    private static final Duration UP = Duration.ofSeconds(90);
    private static final double PING_INTERVAL = 0.1;

    private static final Pattern CHILD =
            Pattern.compile("\"name\":\"(t\\d+-\\d)\",\"uniqueId\":(\\d+),\"reqid\":\\d+,\"state\":\"(\\w+)\"");
    private static final Pattern IKE_SA =
            Pattern.compile("\"name\":\"(t\\d+)\",\"uniqueId\":(\\d+),\"version\":2,\"state\":\"(\\w+)\"");
    /** What must be as before once all SAs are gone. */
    private static final List<String> COUNTED =
            List.of("ikesas.total", "reqids", "scheduled", "kernel.sas", "kernel.policies");

    @Test
    void losesNothingAndKeepsNothing() {
        try (Namespaces net = Namespaces.plain()) {
            addresses(net);
            // the right one first: it waits, the left one starts
            try (Jcharon right = Jcharon.start(net.right(), configuration(net.right(), net.left(), false))) {
                Map<String, Long> before = counts(right);
                try (Jcharon left = Jcharon.start(net.left(), configuration(net.left(), net.right(), true))) {
                    soak(net, left, right);
                    close(left);
                    asBefore(left, before);
                    asBefore(right, before);
                }
            }
        }
    }

    /** A timer of the start may have been counted before, and be over now. */
    private static void asBefore(Jcharon daemon, Map<String, Long> before) {
        Await.until(
                UP,
                () -> counts(daemon) + " instead of " + before,
                () -> counts(daemon).entrySet().stream()
                        .allMatch(count -> count.getValue() <= before.get(count.getKey())));
    }

    private static void addresses(Namespaces net) {
        for (int i = 0; i < CARRYING; i++) {
            Command.ok("ip", "-n", net.left().namespace(), "addr", "add", inner(11, i, 0) + "/32", "dev", "lo");
            Command.ok("ip", "-n", net.right().namespace(), "addr", "add", inner(12, i, 0) + "/32", "dev", "lo");
        }
    }

    private static String inner(int side, int ike, int child) {
        return "10." + side + "." + (100 + ike) + "." + (1 + child);
    }

    private static java.nio.file.Path configuration(Site me, Site other, boolean starts) {
        Connection[] all = new Connection[IKE_SAS];
        int mine = me.name().equals("left") ? 11 : 12;
        int theirs = 23 - mine;
        for (int i = 0; i < IKE_SAS; i++) {
            Connection connection = Connection.psk()
                    .name("t" + i)
                    .localId(me.name() + i + ".soak")
                    .remoteId(other.name() + i + ".soak")
                    .selectors(inner(mine, i, 0) + "/32", inner(theirs, i, 0) + "/32")
                    .line("rekey_time = 12s")
                    .line("rand_time = 6s")
                    .line("over_time = 60s")
                    .line("mobike = no")
                    .childLine("rekey_time = 10s")
                    .childLine("rand_time = 5s")
                    .childLine("life_time = 90s");
            connection.child = "t" + i + "-0";
            for (int j = 1; j < CHILDREN; j++) {
                connection.another("t" + i + "-" + j, inner(mine, i, j) + "/32", inner(theirs, i, j) + "/32");
            }
            if (starts) {
                connection.childLine("start_action = start");
            }
            all[i] = connection;
        }
        return Conf.of(me, other, all);
    }

    private static void soak(Namespaces net, Jcharon left, Jcharon right) {
        allUp(left);
        allUp(right);
        int leftMark = left.mark();
        List<CompletableFuture<Command.Result>> pings = new ArrayList<>();
        for (int i = 0; i < CARRYING; i++) {
            int tunnel = i;
            pings.add(
                    CompletableFuture.supplyAsync(() -> ping(net.left(), inner(11, tunnel, 0), inner(12, tunnel, 0))));
            pings.add(
                    CompletableFuture.supplyAsync(() -> ping(net.right(), inner(12, tunnel, 0), inner(11, tunnel, 0))));
        }
        Seen seenLeft = new Seen();
        Seen seenRight = new Seen();
        while (pings.stream().anyMatch(ping -> !ping.isDone())) {
            seenLeft.look(left.listSas());
            seenRight.look(right.listSas());
        }
        pings.forEach(ping -> assertTrue(ping.join().output().contains(" 0% packet loss"), ping.join()::output));
        for (Seen seen : List.of(seenLeft, seenRight)) {
            assertEquals(List.of(), seen.lost, "lost");
            Await.until(UP, () -> "not alone: " + seen.never, () -> {
                seen.look((seen == seenLeft ? left : right).listSas());
                return seen.never.isEmpty();
            });
            assertTrue(seen.numbers.size() > IKE_SAS * CHILDREN * 2, () -> "rekeyed: " + seen.numbers.size());
        }
        assertTrue(left.count(leftMark, "IKE_SA t\\d+\\[\\d+] rekeyed between") > IKE_SAS);
        assertEquals(0, left.count(0, "closing expired CHILD_SA") + right.count(0, "closing expired CHILD_SA"));
    }

    private static Command.Result ping(Site from, String source, String destination) {
        return Command.run(
                Duration.ofSeconds(SECONDS + 60),
                from.exec(List.of(
                        "ping",
                        "-n",
                        "-q",
                        "-i",
                        Double.toString(PING_INTERVAL),
                        "-c",
                        Long.toString(Math.round(SECONDS / PING_INTERVAL)),
                        "-W",
                        "5",
                        "-I",
                        source,
                        destination)));
    }

    /** The first are being rekeyed while the last come up, so that no single list need ever show all of them. */
    private static void allUp(Jcharon daemon) {
        Seen seen = new Seen();
        Await.until(UP, () -> "never up: " + seen.never, () -> {
            seen.look(daemon.listSas());
            return seen.never.isEmpty();
        });
    }

    /** What the lists of one daemon have shown. */
    private static final class Seen {
        private final List<String> lost = new ArrayList<>();
        private List<String> missing = List.of();
        private final TreeSet<String> never = new TreeSet<>();
        private final TreeSet<Long> numbers = new TreeSet<>();

        Seen() {
            for (int i = 0; i < IKE_SAS; i++) {
                never.add("t" + i);
                for (int j = 0; j < CHILDREN; j++) {
                    never.add("t" + i + "-" + j);
                }
            }
        }

        /**
         * Each has to be there once, but for the moments in which one takes the place of another. A list is taken from one IKE_SA after the
         * other, so that it may have passed the place of the new one before that was there, and come to the old one after it had gone:
         * what the next list lacks too is lost.
         */
        void look(String list) {
            final List<String> before = missing;
            missing = new ArrayList<>();
            Map<String, Integer> inUse = new TreeMap<>();
            for (Pattern kind : List.of(IKE_SA, CHILD)) {
                Matcher sa = kind.matcher(list);
                while (sa.find()) {
                    boolean used = sa.group(3).matches("ESTABLISHED|INSTALLED|REKEYING");
                    inUse.merge(sa.group(1), used ? 1 : 0, Integer::sum);
                    if (kind == CHILD) {
                        numbers.add(Long.parseLong(sa.group(2)));
                    }
                }
            }
            for (int i = 0; i < IKE_SAS; i++) {
                note(inUse, "t" + i);
                for (int j = 0; j < CHILDREN; j++) {
                    note(inUse, "t" + i + "-" + j);
                }
            }
            missing.stream().filter(before::contains).forEach(lost::add);
        }

        private void note(Map<String, Integer> inUse, String name) {
            int number = inUse.getOrDefault(name, 0);
            if (number == 0) {
                missing.add(name);
            } else if (number == 1) {
                never.remove(name);
            }
        }
    }

    private static void close(Jcharon daemon) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < IKE_SAS; i++) {
            all.append("ike:down --timeout 20 --ike t").append(i).append("; ");
        }
        Command.Result result = daemon.shell(all.toString());
        assertTrue(result.ok(), result::output);
    }

    private static Map<String, Long> counts(Jcharon daemon) {
        Map<String, Long> counts = new TreeMap<>();
        daemon.shell("ike:stats")
                .output()
                .lines()
                .forEach(line -> COUNTED.stream()
                        .filter(name -> line.startsWith(name + " "))
                        .forEach(name -> counts.put(
                                name,
                                Long.parseLong(line.substring(name.length()).trim()))));
        return counts;
    }
}
