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
}
