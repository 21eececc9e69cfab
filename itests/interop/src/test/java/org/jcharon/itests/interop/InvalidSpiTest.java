// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jcharon.itests.interop.Pair.Settings;
import org.jcharon.itests.interop.Pair.Starter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** ESP comes from the peer with an SPI that has no SA here: INVALID_SPI, which strongSwan answers and otherwise ignores. */
@Interop
class InvalidSpiTest {

    private static final String RENAMED =
            "table ip itest { chain output { type filter hook output priority 0; udp sport " + EspNoise.PORT
                    + " udp sport set 4500; }; }";
    private static final String TOLD = "generating INFORMATIONAL request \\d+ \\[ N\\(INVAL_SPI\\) \\]";

    @ParameterizedTest(name = "{0} began")
    @EnumSource
    void tellsStrongSwanWhichIsNotDisturbed(Starter starter) {
        Namespaces net = Namespaces.plain();
        try (Pair pair = Pair.on(net, Settings.NONE, Connection.psk())) {
            pair.up(starter, "itest", "net");
            Site peer = pair.peer().site();
            Command.Result renamed = peer.run("nft", RENAMED);
            assertTrue(renamed.ok(), renamed::output);
            int mark = pair.ours().mark();
            int peersMark = pair.peer().mark();
            try (Program noise = Program.start(peer, EspNoise.class, peer.address(), peer.peer())) {
                assertEquals("", noise.output());
                pair.ours().awaitLog(mark, TOLD);
                pair.ours().awaitLog(mark, "parsed INFORMATIONAL response \\d+ \\[ \\]");
                pair.peer().awaitLog(peersMark, "parsed INFORMATIONAL request \\d+ \\[ N\\(INVAL_SPI\\) \\]");
                Tunnel.ping(net.left(), net.right());
            }
            assertTrue(pair.ours().count(mark, TOLD) <= 2, "it is told seldom");
            assertEquals(1, pair.ours().ikeSas());
            assertEquals(1, pair.peer().installedChildren());
            assertEquals(0, pair.peer().count(peersMark, "CHILD_SA closed|deleting|establishing"));
            assertTrue(pair.ours().rekeyChild("net").ok());
            assertTrue(pair.ours().rekeyIke("itest").ok());
            Tunnel.ping(net.left(), net.right());
            pair.down(Starter.JCHARON, "itest");
        }
    }
}
