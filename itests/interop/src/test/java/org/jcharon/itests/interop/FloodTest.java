// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.jcharon.itests.interop.Pair.Settings;
import org.jcharon.itests.interop.Pair.Starter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A running daemon under datagrams that nobody should send. */
@Interop
@Tag("fuzz")
class FloodTest {

    private static final String EACH = "10000";
    private static final String HALF_OPEN = "1000";
    /** A daemon that has just begun, with a thousand IKE_SAs more. */
    private static final long GROWTH_HALF_OPEN = 120L << 20;

    private static final long GROWTH = 60L << 20;

    private static void flood(Site from, String seed) {
        try (Program flood = Program.start(from, Flood.class, from.address(), from.peer(), EACH, seed)) {
            assertEquals("done", flood.end(Duration.ofMinutes(2)).strip());
        }
    }

    @Test
    void survivesAFloodWithoutGrowingOrForgetting() {
        // the half-open ones of a flood are gone before the second, which is compared with the first
        try (Pair pair = Pair.of(Settings.ours("charon.half_open_timeout=3"), Connection.psk())) {
            Site peer = pair.peer().site();
            pair.up(Starter.STRONGSWAN, "itest", "net");
            flood(peer, "1");
            Await.until("half-open IKE_SAs end", Daemon.SOON, () -> pair.ours().statistic("ikesas.half-open") == 0);
            long first = pair.ours().resident();
            flood(peer, "2");
            Await.until("half-open IKE_SAs end", Daemon.SOON, () -> pair.ours().statistic("ikesas.half-open") == 0);
            long second = pair.ours().resident();
            assertTrue(second - first < GROWTH, "resident " + first + ", then " + second);
            assertEquals(1, pair.ours().ikeSas());
            Tunnel.ping(pair.ours().site(), peer);
            pair.down(Starter.STRONGSWAN, "itest");
            pair.up(Starter.STRONGSWAN, "itest", "net");
            pair.down(Starter.JCHARON, "itest");
            pair.up(Starter.JCHARON, "itest", "net");
        }
    }

    /**
     * A thousand that are waited for and ten thousand IKE_SA_INITs a second of nobody: memory stays bounded, an IKE_SA that is up is
     * rekeyed, and a peer that means it comes up.
     */
    @Test
    void servesPeersBesideAThousandHalfOpenOnesAndTenThousandRequestsASecond() {
        Settings settings = Settings.ours("charon.half_open_timeout=60");
        Namespaces net = Namespaces.plain();
        try (Pair pair = Pair.start(
                net,
                Conf.of(net.left(), net.right(), Connection.psk().line("remote_addrs = %any")),
                Conf.of(net.right(), net.left(), Connection.psk()),
                settings)) {
            Site peer = pair.peer().site();
            Command.ok("ip", "-n", peer.namespace(), "route", "add", "local", "10.77.0.0/16", "dev", "lo");
            Command.ok(
                    "ip", "-n", pair.ours().site().namespace(), "route", "add", "10.77.0.0/16", "via", peer.address());
            pair.up(Starter.STRONGSWAN, "itest", "net");
            final long before = pair.ours().resident();
            try (Program stuck = Program.start(peer, InitFlood.class, "stuck", peer.peer(), HALF_OPEN)) {
                assertEquals(
                        "stuck " + HALF_OPEN, stuck.end(Duration.ofMinutes(1)).strip());
            }
            assertEquals(Long.parseLong(HALF_OPEN), pair.ours().statistic("ikesas.half-open"));
            try (Program spoofed = Program.start(peer, InitFlood.class, "spoofed", peer.peer(), "80000", "10000")) {
                assertOk(pair.peer().rekeyChild("net"));
                // swanctl does not wait for what it asks for
                int mark = pair.peer().mark();
                assertOk(pair.peer().rekeyIke("itest"));
                pair.peer().awaitLog(mark, "IKE_SA deleted");
                assertOk(pair.peer().downIke("itest"));
                Await.until(
                        "the CHILD_SA is gone", Daemon.SOON, () -> pair.ours().installedChildren() == 0);
                pair.up(Starter.STRONGSWAN, "itest", "net");
                assertTrue(spoofed.end(Duration.ofMinutes(1)).startsWith("sent at "));
            }
            long grown = pair.ours().resident() - before;
            assertTrue(grown < GROWTH_HALF_OPEN, "grew by " + (grown >> 20) + " MiB");
            assertTrue(pair.ours().statistic("ikesas.half-open") <= Long.parseLong(HALF_OPEN));
            Tunnel.ping(pair.ours().site(), peer);
        }
    }

    private static void assertOk(Command.Result result) {
        assertTrue(result.ok(), result::output);
    }
}
