// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.jcharon.itests.interop.Pair.Settings;
import org.jcharon.itests.interop.Pair.Starter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** An address out of a pool of the responder, in both roles. */
@Interop
class VirtualIpTest {

    private static final String POOL = "pools {\n  some {\n    addrs = 10.3.0.0/24\n  }\n}\n";
    private static final String FIRST = "10.3.0.1";

    @ParameterizedTest(name = "{0} asks")
    @EnumSource
    void givesTheClientAnAddressThatItCanBeReachedAt(Starter client) {
        Namespaces net = Namespaces.plain();
        Site asks = client == Starter.JCHARON ? net.left() : net.right();
        Site gives = client == Starter.JCHARON ? net.right() : net.left();
        Path asking = Conf.of(
                asks, gives, Connection.psk().line("vips = 0.0.0.0").selectors("dynamic", gives.inner() + "/32"));
        Path giving = Conf.of(
                gives, asks, POOL, Connection.psk().line("pools = some").selectors(gives.inner() + "/32", "dynamic"));
        boolean we = client == Starter.JCHARON;
        try (Pair pair = Pair.start(net, we ? asking : giving, we ? giving : asking, Settings.NONE)) {
            pair.up(client, "itest", "net");
            String sas = pair.ours().listSas();
            assertTrue(
                    sas.contains((we ? "\"localVirtualIps\"" : "\"remoteVirtualIps\"") + ":[\"" + FIRST + "\"]"), sas);
            Tunnel.ping(asks, FIRST, gives.inner());
            Tunnel.ping(gives, gives.inner(), FIRST);
            pair.down(client, "itest");
            assertEquals("", asks.run("ip", "-o", "addr", "show", "to", FIRST).output());
        }
    }
}
