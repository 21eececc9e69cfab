// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernelnetlink;

import static org.jcharon.kernelnetlink.World.at;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelNet.NextHop;
import org.jcharon.api.kernel.KernelNet.Route;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class NetlinkKernelNetTest {

    @Test
    void knowsAddressesAndInterfaces() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            NetlinkKernelNet net = world.open();
            assertEquals(Set.of(at("10.1.0.1"), at("fec0:1::1"), at("10.2.0.1")), Set.copyOf(net.localAddresses()));
            assertTrue(net.isLocal(at("127.0.0.1")));
            assertTrue(net.isLocal(at("10.2.0.1")));
            assertFalse(net.isLocal(at("10.2.0.2")));
            assertEquals(Optional.of("eth1"), net.interfaceOf(at("10.2.0.1")));
            assertEquals(Optional.empty(), net.interfaceOf(at("10.9.9.9")));
        });
    }

    @Test
    void leavesOutInterfacesThatAreIgnoredOrDown() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            world.settings.put("charon.interfaces_ignore", "eth1, peer1");
            assertEquals(
                    Set.of(at("10.1.0.1"), at("fec0:1::1")),
                    Set.copyOf(world.open().localAddresses()));
            world.settings.clear();
            world.settings.put("charon.interfaces_use", "eth1");
            world.ip("link set eth0 down");
            assertEquals(List.of(at("10.2.0.1")), world.open().localAddresses());
        });
    }

    @Test
    void tellsAddressesOfExcludedInterfaces() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            world.settings.put("charon.interfaces_ignore", "eth1");
            NetlinkKernelNet net = world.open();
            assertFalse(net.isUsable(at("10.2.0.1")));
            assertTrue(net.isUsable(at("10.1.0.1")));
            assertTrue(net.isUsable(at("10.9.9.9")), "nobody has it as yet");
            world.settle();
            world.ip("addr add 10.2.0.1/32 dev eth0");
            assertTrue(world.nextRoam());
            assertTrue(net.isUsable(at("10.2.0.1")), "another interface has it too");
        });
    }

    @Test
    void takesChangedInterfacesOver() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            NetlinkKernelNet net = world.open();
            world.settle();
            world.settings.put("charon.interfaces_use", "eth1");
            net.settingsChanged();
            assertEquals(List.of(at("10.2.0.1")), net.localAddresses());
            assertFalse(net.isUsable(at("10.1.0.1")));
            assertTrue(world.nextRoam());
            net.settingsChanged();
            assertTrue(world.timers.isEmpty(), "nothing changed");
            world.settings.clear();
            net.settingsChanged();
            assertTrue(net.isUsable(at("10.1.0.1")));
            assertTrue(net.localAddresses().contains(at("10.1.0.1")));
        });
    }

    @Test
    void takesChangedRulesAndMetricsOverWhileRoutesStay() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            NetlinkKernelNet net = world.open();
            net.addRoute(new Route(at("10.8.0.0"), 16, null, null, "eth1"));
            world.settings.put("charon.routing_table_prio", "150");
            world.settings.put("charon.plugins.kernel-netlink.fwmark", "!0x5/0xff");
            world.settings.put("charon.plugins.kernel-netlink.mtu", "1400");
            net.settingsChanged();
            String rules = world.ip("rule show");
            assertTrue(rules.contains("150:\tnot from all fwmark 0x5/0xff lookup 220"), rules);
            assertFalse(rules.contains("220:\t"), rules);
            assertTrue(world.ip("-6 rule show").contains("150:\tnot from all"));
            String shown = world.ip("route show table 220");
            assertTrue(shown.contains("10.8.0.0/16 dev eth1") && shown.contains("mtu 1400"), shown);
            world.settings.remove("charon.plugins.kernel-netlink.fwmark");
            net.settingsChanged();
            rules = world.ip("rule show");
            assertTrue(rules.contains("150:\tfrom all lookup 220") && !rules.contains("not from"), rules);
            world.close(net);
            assertFalse(world.ip("rule show").contains("220"));
        });
    }

    @Test
    void keepsWhatIsWrongOrNeedsARestart() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            NetlinkKernelNet net = world.open();
            net.addRoute(new Route(at("10.8.0.0"), 16, null, null, "eth1"));
            world.settings.put("charon.routing_table", "77");
            world.settings.put("charon.interfaces_ignore", "eth0");
            net.settingsChanged();
            assertFalse(net.isUsable(at("10.1.0.1")), "what can be taken over is");
            assertTrue(world.ip("rule show").contains("lookup 220"));
            assertTrue(world.ip("route show table 220").contains("10.8.0.0/16"));
            world.settings.clear();
            world.settings.put("charon.plugins.kernel-netlink.fwmark", "many");
            net.settingsChanged();
            assertFalse(net.isUsable(at("10.1.0.1")), "all of it or nothing");
            world.close(net);
            net.settingsChanged();
            assertFalse(world.ip("rule show").contains("220"), "nothing comes back");
        });
    }

    @Test
    void findsSourceAndNextHop() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            NetlinkKernelNet net = world.open();
            assertEquals(Optional.of(at("10.1.0.1")), net.sourceAddress(at("10.1.0.7"), null));
            assertEquals(Optional.of(at("10.2.0.1")), net.sourceAddress(at("10.2.0.7"), at("0.0.0.0")));
            assertEquals(Optional.of(at("10.1.0.1")), net.sourceAddress(at("192.0.2.1"), null));
            assertEquals(Optional.of(at("fec0:1::1")), net.sourceAddress(at("fec0:1::7"), null));
            assertEquals(Optional.empty(), net.sourceAddress(at("2001:db8::1"), null));
            assertEquals(Optional.of(new NextHop(at("10.1.0.254"), "eth0")), net.nextHop(at("192.0.2.1"), null));
            assertEquals(Optional.of(new NextHop(null, "eth1")), net.nextHop(at("10.2.0.7"), null));
        });
    }

    @Test
    void keepsThePreferredSourceWhereARouteExistsForIt() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            world.ip("addr add 10.1.0.2/24 dev eth0");
            world.ip("route add 192.0.2.0/24 via 10.2.0.254 metric 50");
            NetlinkKernelNet net = world.open();
            assertEquals(Optional.of(at("10.1.0.2")), net.sourceAddress(at("10.1.0.7"), at("10.1.0.2")));
            // the more specific route is by eth1, the default route by eth0 would do as well
            assertEquals(Optional.of(at("10.1.0.1")), net.sourceAddress(at("192.0.2.1"), at("10.1.0.1")));
            assertEquals(Optional.of(at("10.2.0.1")), net.sourceAddress(at("192.0.2.1"), null));
            assertEquals(
                    Optional.of(new NextHop(at("10.1.0.254"), "eth0")), net.nextHop(at("192.0.2.1"), at("10.1.0.1")));
            assertEquals(Optional.of(at("10.1.0.1")), net.sourceAddress(at("203.0.113.1"), at("10.77.0.1")));
        });
    }

    @Test
    void looksPastOurOwnRoutesAndVirtualIps() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            NetlinkKernelNet net = world.open();
            net.addVirtualIp(at("10.99.0.5"), 32, "eth1");
            net.addRoute(new Route(at("0.0.0.0"), 0, null, at("10.99.0.5"), "eth1"));
            assertEquals(Optional.of(at("10.1.0.1")), net.sourceAddress(at("192.0.2.1"), null));
            assertEquals(Optional.of(new NextHop(at("10.1.0.254"), "eth0")), net.nextHop(at("192.0.2.1"), null));
            assertFalse(net.localAddresses().contains(at("10.99.0.5")));
            assertTrue(net.isLocal(at("10.99.0.5")));
            assertTrue(world.ip("route get 192.0.2.1").contains("src 10.99.0.5"));
        });
    }

    @Test
    void choosesAmongTheWaysOfAMultipathRoute() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            world.ip("route add 198.51.100.0/24 nexthop via 10.1.0.253 nexthop via 10.2.0.253");
            NetlinkKernelNet net = world.open();
            net.addRoute(new Route(at("198.51.100.0"), 24, null, null, "eth1"));
            assertEquals(
                    Optional.of(new NextHop(at("10.2.0.253"), "eth1")),
                    net.nextHop(at("198.51.100.9"), at("10.2.0.1")));
            assertEquals(
                    Optional.of(new NextHop(at("10.1.0.253"), "eth0")),
                    net.nextHop(at("198.51.100.9"), at("10.1.0.1")));
        });
    }

    @Test
    void addsTheRuleAndRemovesItWithItsRoutes() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            NetlinkKernelNet net = world.open();
            assertTrue(world.ip("rule show").contains("220:\tfrom all lookup 220"));
            assertTrue(world.ip("-6 rule show").contains("220:\tfrom all lookup 220"));
            net.addRoute(new Route(at("10.8.0.1"), 16, at("10.1.0.254"), at("10.1.0.1"), "eth0"));
            net.addRoute(new Route(at("fec0:8::"), 32, null, at("fec0:1::1"), "eth0"));
            String shown = world.ip("route show table 220");
            assertTrue(shown.contains("10.8.0.0/16 via 10.1.0.254 dev eth0 proto static src 10.1.0.1"), shown);
            assertTrue(world.ip("-6 route show table 220").contains("fec0:8::/32 dev eth0"));
            world.close(net);
            assertEquals("", world.ip("route show table 220"));
            assertEquals("", world.ip("-6 route show table 220"));
            assertFalse(world.ip("rule show").contains("220"));
            assertFalse(world.ip("-6 rule show").contains("220"));
        });
    }

    @Test
    void usesTheConfiguredTablePriorityAndMark() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            world.settings.put("charon.routing_table", "1000");
            world.settings.put("charon.routing_table_prio", "77");
            world.settings.put("charon.plugins.kernel-netlink.fwmark", "!0x42/0xff");
            world.settings.put("charon.plugins.kernel-netlink.mtu", "1300");
            NetlinkKernelNet net = world.open();
            assertTrue(world.ip("rule show").contains("77:\tnot from all fwmark 0x42/0xff lookup 1000"));
            net.addRoute(new Route(at("10.8.0.0"), 16, null, null, "eth0"));
            assertTrue(world.ip("route show table 1000").contains("10.8.0.0/16 dev eth0 proto static mtu 1300"));
            world.close(net);
            assertFalse(world.ip("rule show").contains("1000"));
        });
    }

    @Test
    void splitsTheDefaultRouteInTheMainTable() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            world.settings.put("charon.routing_table", "0");
            NetlinkKernelNet net = world.open();
            assertEquals(3, world.ip("rule show").lines().count());
            Route route = new Route(at("0.0.0.0"), 0, null, null, "eth1");
            net.addRoute(route);
            String shown = world.ip("route show");
            assertTrue(shown.contains("0.0.0.0/1 dev eth1") && shown.contains("128.0.0.0/1 dev eth1"), shown);
            assertTrue(shown.contains("default via 10.1.0.254"), shown);
            net.deleteRoute(route);
            assertFalse(world.ip("route show").contains("/1 "));
        });
    }

    @Test
    void leadsPacketsPastAWiderRouteOfOurs() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            NetlinkKernelNet first = world.open();
            Route wide = new Route(at("10.8.0.0"), 16, null, null, "eth1");
            Route past = Route.bypass(at("10.8.7.0"), 24);
            first.addRoute(wide);
            first.addRoute(past);
            String table = world.ip("route show table 220");
            assertTrue(table.contains("throw 10.8.7.0/24"), table);
            assertTrue(world.ip("route get 10.8.0.1").contains("dev eth1"));
            assertTrue(world.ip("route get 10.8.7.1").contains("via 10.1.0.254"));
            world.close(first);
            NetlinkKernelNet second = world.open();
            assertTrue(world.ip("route show table 220").contains("throw 10.8.7.0/24"));
            second.deleteRoute(past);
            assertTrue(world.ip("route get 10.8.7.1").contains("dev eth1"));
            second.deleteRoute(wide);
            assertEquals("", world.ip("route show table 220"));
            world.close(second);
            world.settings.put("charon.routing_table", "0");
            NetlinkKernelNet inMain = world.open();
            KernelException none = assertThrows(KernelException.class, () -> inMain.addRoute(past));
            assertTrue(none.getMessage().contains("table of our own"), none.getMessage());
        });
    }

    @Test
    void countsTheUsersOfARouteAndLetsTheNewestRivalWin() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            NetlinkKernelNet net = world.open();
            Route first = new Route(at("10.8.0.0"), 16, null, null, "eth0");
            Route second = new Route(at("10.8.0.0"), 16, null, null, "eth1");
            net.addRoute(first);
            net.addRoute(first);
            net.addRoute(second);
            assertTrue(world.ip("route show table 220").contains("dev eth1"));
            net.deleteRoute(second);
            assertTrue(world.ip("route show table 220").contains("dev eth0"));
            net.deleteRoute(first);
            assertTrue(world.ip("route show table 220").contains("dev eth0"));
            net.deleteRoute(first);
            assertEquals("", world.ip("route show table 220"));
            assertThrows(KernelException.class, () -> net.deleteRoute(first));
            KernelException unknown = assertThrows(
                    KernelException.class, () -> net.addRoute(new Route(at("10.8.0.0"), 16, null, null, "nowhere")));
            assertTrue(unknown.getMessage().contains("no interface nowhere"), unknown.getMessage());
        });
    }

    @Test
    void addsAndRemovesVirtualIps() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            NetlinkKernelNet net = world.open();
            net.addVirtualIp(at("10.99.0.5"), 32, "eth0");
            net.addVirtualIp(at("10.99.0.5"), 32, "eth0");
            net.addVirtualIp(at("fec0:99::5"), 128, "eth0");
            String shown = world.ip("addr show dev eth0");
            assertTrue(shown.contains("inet 10.99.0.5/32"), shown);
            assertTrue(shown.contains("inet6 fec0:99::5/128") && shown.contains("deprecated"), shown);
            net.deleteVirtualIp(at("10.99.0.5"), 32);
            assertTrue(world.ip("addr show dev eth0").contains("10.99.0.5"));
            net.deleteVirtualIp(at("10.99.0.5"), 32);
            net.deleteVirtualIp(at("fec0:99::5"), 128);
            shown = world.ip("addr show dev eth0");
            assertFalse(shown.contains("inet 10.99.") || shown.contains("inet6 fec0:99"), shown);
            assertThrows(KernelException.class, () -> net.deleteVirtualIp(at("10.99.0.5"), 32));
            assertThrows(KernelException.class, () -> net.addVirtualIp(at("10.99.0.5"), 32, "nowhere"));
        });
    }

    @Test
    void leavesAnAddressAloneThatWasThereBefore() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            NetlinkKernelNet net = world.open();
            net.addVirtualIp(at("10.1.0.1"), 24, "eth0");
            net.deleteVirtualIp(at("10.1.0.1"), 24);
            assertTrue(world.ip("addr show dev eth0").contains("10.1.0.1/24"));
            assertTrue(net.localAddresses().contains(at("10.1.0.1")));
        });
    }

    @Test
    void tellsOfAddressesThatComeAndGo() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            NetlinkKernelNet net = world.open();
            world.settle();
            world.ip("addr add 10.1.0.9/24 dev eth0");
            assertTrue(world.nextRoam());
            assertTrue(net.localAddresses().contains(at("10.1.0.9")));
            world.ip("addr del 10.1.0.9/24 dev eth0");
            assertTrue(world.nextRoam());
            assertFalse(net.localAddresses().contains(at("10.1.0.9")));
        });
    }

    @Test
    void tellsOfRoutesButNotOfOurOwn() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            NetlinkKernelNet net = world.open();
            world.settle();
            net.addVirtualIp(at("10.99.0.5"), 32, "eth0");
            net.addVirtualIp(at("fec0:99::5"), 128, "eth0");
            net.addRoute(new Route(at("10.8.0.0"), 16, null, at("10.99.0.5"), "eth0"));
            net.deleteVirtualIp(at("fec0:99::5"), 128);
            world.settle();
            world.ip("route add 192.0.2.0/24 via 10.1.0.254");
            assertFalse(world.nextRoam());
            assertTrue(world.roams.isEmpty());
        });
    }

    @Test
    void ourOwnVirtualIpsAndRoutesAreNoNews() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            NetlinkKernelNet net = world.open();
            world.settle();
            net.addVirtualIp(at("10.99.0.5"), 32, "eth0");
            net.addVirtualIp(at("fec0:99::5"), 128, "eth0");
            net.addRoute(new Route(at("10.8.0.0"), 16, null, at("10.99.0.5"), "eth0"));
            net.deleteRoute(new Route(at("10.8.0.0"), 16, null, at("10.99.0.5"), "eth0"));
            net.deleteVirtualIp(at("10.99.0.5"), 32);
            net.deleteVirtualIp(at("fec0:99::5"), 128);
            assertNull(world.timers.poll(500, TimeUnit.MILLISECONDS));
        });
    }

    @Test
    void putsRoutesBackWhenTheirInterfaceReturns() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            NetlinkKernelNet net = world.open();
            net.addRoute(new Route(at("10.8.0.0"), 16, null, null, "eth1"));
            world.settle();
            world.ip("link set eth1 down");
            world.nextRoam();
            assertEquals("", world.ip("route show table 220"));
            assertFalse(net.localAddresses().contains(at("10.2.0.1")));
            world.ip("link set eth1 up");
            world.nextRoam();
            world.settle();
            assertTrue(world.ip("route show table 220").contains("10.8.0.0/16 dev eth1"));
        });
    }

    @Test
    void handsRoutesAndVirtualIpsToTheNextVersion() throws Exception {
        World.run(world -> {
            world.twoInterfaces();
            NetlinkKernelNet first = world.open();
            Route route = new Route(at("10.8.0.0"), 16, at("10.1.0.254"), at("10.99.0.5"), "eth0");
            first.addVirtualIp(at("10.99.0.5"), 32, "eth0");
            first.addRoute(route);
            first.addRoute(route);
            world.close(first);
            assertFalse(world.ip("addr show dev eth0").contains("10.99.0.5"));
            NetlinkKernelNet second = world.open();
            assertTrue(world.ip("addr show dev eth0").contains("10.99.0.5"));
            assertTrue(world.ip("route show table 220").contains("10.8.0.0/16 via 10.1.0.254"));
            second.deleteRoute(route);
            second.deleteRoute(route);
            second.deleteVirtualIp(at("10.99.0.5"), 32);
            assertEquals("", world.ip("route show table 220"));
        });
    }
}
