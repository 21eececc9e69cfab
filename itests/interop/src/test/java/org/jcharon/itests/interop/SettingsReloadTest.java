// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jcharon.itests.interop.Pair.Starter;
import org.junit.jupiter.api.Test;

/** strongswan.conf changes and is read again while a tunnel is up. */
@Interop
class SettingsReloadTest {

    /** Without liveness checks and MOBIKE, so that the peer sends nothing but what it is asked for. */
    private static Connection quiet() {
        return Connection.psk().line("mobike = no");
    }

    @Test
    void theTunnelStaysUpWhileSettingsOfItsPluginsChange() {
        try (Pair pair = Pair.of(quiet())) {
            Site left = pair.ours().site();
            Site right = pair.peer().site();
            pair.up(Starter.JCHARON, "itest", "net");
            Tunnel.ping(left, right);
            pair.ours().reload("""
                    charon {
                      routing_table_prio = 150
                      port = 7700
                      max_packet = 5000
                      plugins {
                        kernel-netlink {
                          mtu = 1300
                        }
                        kernel-libipsec {
                          device = other0
                        }
                        socket-default {
                          set_source = no
                          fwmark = 7
                          use_ipv6 = no
                        }
                      }
                    }
                    """);
            Tunnel.ping(left, right);
            String log = pair.ours().log();
            for (String key : List.of(
                    "\\[charon.port, charon.plugins.socket-default.use_ipv6\\]",
                    "\\[charon.plugins.kernel-libipsec.device\\]")) {
                assertEquals(1, pair.ours().count(0, "not taken over before .*" + key), log);
            }
            String rules = left.run("ip", "rule", "show").output();
            assertTrue(rules.contains("150:\tfrom all lookup 220") && !rules.contains("220:\t"), rules);
            String routes = left.run("ip", "route", "show", "table", "220").output();
            assertTrue(routes.contains("mtu 1300"), routes);
            int mark = pair.ours().mark();
            Command.Result rekeyed = pair.peer().rekeyChild("net");
            assertTrue(rekeyed.ok(), rekeyed::output);
            pair.ours().awaitLog(mark, "CHILD_SA net\\{\\d+\\} established with SPIs");
            Tunnel.ping(left, right);
            assertEquals(1, pair.ours().ikeSas());
        }
    }

    @Test
    void anInterfaceThatIsExcludedIsDeafUntilItIsNot() {
        try (Pair pair = Pair.of(quiet())) {
            Site left = pair.ours().site();
            Site right = pair.peer().site();
            pair.up(Starter.STRONGSWAN, "itest", "net");
            assertEquals(0, pair.ours().statistic("drops.excluded-interface"));
            pair.ours().reload("charon {\n interfaces_ignore = veth0\n}\n");
            Command.Result lost = right.run("ping", "-n", "-c", "2", "-W", "1", "-I", right.inner(), left.inner());
            assertFalse(lost.ok(), lost::output);
            assertEquals(2, pair.ours().statistic("drops.excluded-interface"));
            assertEquals(1, pair.ours().ikeSas());
            pair.ours().reload("");
            Tunnel.ping(left, right);
        }
    }
}
