// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jcharon.itests.interop.Pair.Settings;
import org.jcharon.itests.interop.Pair.Starter;
import org.junit.jupiter.api.Test;

/**
 * Detection of NATs by the hashes of addresses and ports, and tunnels through one. This strongSwan always fakes its own
 * source, so what tells is its destination, which is what it sees of us, and what it says of our source.
 */
@Interop
class NatTest {

    private static final String LOCAL = "local host is behind NAT";
    private static final String REMOTE = "remote host is behind NAT";

    private static Connection connection() {
        return Connection.psk().encap(false);
    }

    @Test
    void seesNoNatWhereThereIsNone() {
        try (Pair pair = Pair.of(connection())) {
            for (Starter starter : Starter.values()) {
                int mark = pair.peer().mark();
                pair.up(starter, "itest", "net");
                assertEquals(0, pair.ours().count(0, LOCAL));
                assertEquals(0, pair.peer().count(mark, REMOTE), "our source hash");
                assertEquals(0, pair.peer().count(mark, LOCAL), "our destination hash");
                Tunnel.ping(pair.ours().site(), pair.peer().site());
                pair.down(starter, "itest");
            }
        }
    }

    @Test
    void carriesPacketsFromBehindANat() {
        Namespaces net = Namespaces.withNat();
        try (Pair pair = Pair.on(net, Settings.NONE, connection())) {
            pair.up(Starter.JCHARON, "itest", "net");
            assertEquals(1, pair.ours().count(0, LOCAL));
            assertEquals(1, pair.peer().count(0, REMOTE));
            assertTrue(pair.ours().listSas().contains("\"encapsulated\":true"));
            Tunnel.ping(net.left(), net.right());
            assertTrue(pair.peer().rekeyChild("net").ok());
            pair.peer().awaitLog(0, "CHILD_SA closed");
            Tunnel.ping(net.left(), net.right());
            pair.down(Starter.STRONGSWAN, "itest");
        }
    }

    @Test
    void carriesPacketsToAPeerBehindANat() {
        Namespaces net = Namespaces.withNat();
        try (Pair pair = Pair.start(
                net,
                net.right(),
                net.left(),
                Conf.of(net.right(), net.left(), connection()),
                Conf.of(net.left(), net.right(), connection()),
                Settings.NONE)) {
            pair.up(Starter.STRONGSWAN, "itest", "net");
            assertEquals(1, pair.ours().count(0, REMOTE));
            assertEquals(0, pair.ours().count(0, LOCAL));
            assertEquals(1, pair.peer().count(0, LOCAL));
            Tunnel.ping(net.left(), net.right());
            assertTrue(pair.ours().rekeyChild("net").ok());
            Tunnel.ping(net.left(), net.right());
            pair.down(Starter.JCHARON, "itest");
        }
    }

    @Test
    void detectsANatBetweenTwoOfOurs() {
        Namespaces net = Namespaces.withNat();
        try (Twins twins = Twins.on(net, connection())) {
            Tunnel.up(twins.left(), twins.right(), "itest", "net");
            assertEquals(1, twins.left().count(0, LOCAL));
            assertEquals(0, twins.left().count(0, REMOTE));
            assertEquals(1, twins.right().count(0, REMOTE));
            assertEquals(0, twins.right().count(0, LOCAL));
            assertTrue(twins.left().listSas().contains("\"encapsulated\":true"));
            Tunnel.ping(net.left(), net.right());
            Tunnel.down(twins.right(), twins.left(), "itest");
        }
    }
}
