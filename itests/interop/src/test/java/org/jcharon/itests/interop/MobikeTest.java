// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jcharon.itests.interop.Pair.Settings;
import org.jcharon.itests.interop.Pair.Starter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Addresses and NAT mappings that change under a tunnel. */
@Interop
class MobikeTest {

    private static final Pattern OURS = Pattern.compile("\"remoteHost\":\"([^\"]+)\",\"remotePort\":(\\d+)");
    private static final Pattern THEIRS = Pattern.compile("remote +'.*' @ ([^\\[]+)\\[(\\d+)]");

    /** Where a daemon sees its peer: address and port. */
    private static String[] remote(Daemon daemon) {
        String listing = daemon instanceof Jcharon ours ? ours.listSas() : ((StrongSwan) daemon).listSas();
        Matcher found = (daemon instanceof Jcharon ? OURS : THEIRS).matcher(listing);
        return found.find() ? new String[] {found.group(1), found.group(2)} : new String[] {"", "0"};
    }

    private static void awaitRemote(Daemon daemon, String address, int thousands) {
        Await.until(
                Daemon.SOON,
                () -> daemon + " sees its peer at " + String.join(":", remote(daemon)) + ", not at " + address,
                () -> remote(daemon)[0].equals(address) && Integer.parseInt(remote(daemon)[1]) / 1000 == thousands);
    }

    @ParameterizedTest
    @CsvSource({"JCHARON,JCHARON", "JCHARON,STRONGSWAN", "STRONGSWAN,JCHARON", "STRONGSWAN,STRONGSWAN"})
    void keepsTheTunnelWhenASideMoves(Starter starter, Starter moving) {
        Namespaces net = Namespaces.plain();
        Settings settings =
                new Settings(new String[] {"charon.retransmit_timeout=1"}, new String[] {"retransmit_timeout = 1"});
        try (Pair pair = Pair.on(net, settings, Connection.psk())) {
            pair.up(starter, "itest", "net");
            Daemon mover = pair.starter(moving);
            Daemon other = moving == Starter.JCHARON ? pair.peer() : pair.ours();
            net.secondLink(mover.site(), other.site(), "203.0.113.1", "203.0.113.2");
            net.loseFirstAddress(mover.site());
            awaitRemote(other, "203.0.113.1", 4);
            Tunnel.awaitPackets(mover.site(), other.site());
            Tunnel.ping(net.left(), net.right());
            assertEquals(1, pair.ours().ikeSas());
            assertTrue(pair.ours().rekeyChild("net").ok());
            assertTrue(pair.ours().rekeyIke("itest").ok());
            Tunnel.ping(net.left(), net.right());
            pair.down(Starter.STRONGSWAN, "itest");
        }
    }

    @ParameterizedTest
    @CsvSource({"true,yes", "true,no", "false,yes", "false,no"})
    void followsTheMappingOfANat(boolean oursInside, String mobike) {
        Namespaces net = Namespaces.withNat();
        Connection outsides = Connection.psk().line("mobike = " + mobike);
        Connection insides = Connection.psk().line("mobike = " + mobike).line("dpd_delay = 1s");
        Site ourSite = oursInside ? net.left() : net.right();
        Site peerSite = oursInside ? net.right() : net.left();
        try (Pair pair = Pair.start(
                net,
                ourSite,
                peerSite,
                Conf.of(ourSite, peerSite, oursInside ? insides : outsides),
                Conf.of(peerSite, ourSite, oursInside ? outsides : insides),
                Settings.NONE)) {
            pair.up(oursInside ? Starter.JCHARON : Starter.STRONGSWAN, "itest", "net");
            Daemon inside = oursInside ? pair.ours() : pair.peer();
            Daemon outside = oursInside ? pair.peer() : pair.ours();
            awaitRemote(outside, "192.0.2.1", 20);
            // with MOBIKE the inside learns its mapping from the answer to a DPD, not from that to a list of addresses
            String dpd = mobike.equals("yes") ? " \\d+ \\[ N\\(NATD_S_IP\\)" : "";
            inside.awaitLog(inside.mark(), "parsed INFORMATIONAL response" + dpd);
            net.mapping("192.0.2.1", 30_000);
            awaitRemote(outside, "192.0.2.1", 30);
            net.mapping("192.0.2.3", 40_000);
            awaitRemote(outside, "192.0.2.3", 40);
            Tunnel.awaitPackets(outside.site(), inside.site());
            Tunnel.ping(net.left(), net.right());
            assertTrue(pair.ours().rekeyChild("net").ok());
            assertTrue(pair.ours().rekeyIke("itest").ok());
            Tunnel.ping(net.left(), net.right());
            pair.down(Starter.JCHARON, "itest");
        }
    }

    private static Connection insideWithMobike() {
        return Connection.psk().line("mobike = yes").line("dpd_delay = 4s");
    }

    /** RFC 4555 section 3.8: ESP from a changed mapping moves nothing; the side behind the NAT finds out by its next liveness check. */
    private static void recoversWithTheNextDpd(Namespaces net, Daemon inside, Jcharon outside) {
        awaitRemote(outside, "192.0.2.1", 20);
        inside.awaitLog(0, "parsed INFORMATIONAL response \\d+ \\[ N\\(NATD_S_IP\\)");
        int mark = outside.mark();
        net.mapping("192.0.2.1", 30_000);
        Tunnel.awaitPackets(inside.site(), outside.site());
        assertEquals(1, outside.ikeSas());
        assertEquals(0, outside.count(mark, "checking path|sending DPD"), "outside asked by itself");
        String told = outside.since(mark);
        int seen = told.indexOf("NAT mappings of ESP CHILD_SA");
        int moved = told.indexOf(" endpoint changed from ");
        assertTrue(seen >= 0 && moved > seen, told);
        assertTrue(told.substring(seen, moved).contains("UPD_SA_ADDR"), told);
        awaitRemote(outside, "192.0.2.1", 30);
        Tunnel.ping(net.left(), net.right());
    }

    @Test
    void leavesAMappingOfEspToStrongSwanBehindTheNat() {
        Namespaces net = Namespaces.withNat();
        Connection outsides = Connection.psk().line("mobike = yes");
        try (Pair pair = Pair.start(
                net,
                net.right(),
                net.left(),
                Conf.of(net.right(), net.left(), outsides),
                Conf.of(net.left(), net.right(), insideWithMobike()),
                Settings.NONE)) {
            pair.up(Starter.STRONGSWAN, "itest", "net");
            recoversWithTheNextDpd(net, pair.peer(), pair.ours());
            pair.down(Starter.JCHARON, "itest");
        }
    }

    @Test
    void leavesAMappingOfEspToOneOfOursBehindTheNat() {
        Namespaces net = Namespaces.withNat();
        Connection outsides = Connection.psk().line("mobike = yes");
        try (Twins twins = Twins.on(net, insideWithMobike(), outsides)) {
            Tunnel.up(twins.left(), twins.right(), "itest", "net");
            recoversWithTheNextDpd(net, twins.left(), twins.right());
            Tunnel.down(twins.right(), twins.left(), "itest");
        }
    }

    @ParameterizedTest
    @EnumSource(Starter.class)
    void carriesPacketsOverIpv6AndMovesThere(Starter starter) {
        Namespaces net = Namespaces.ipv6();
        try (Pair pair = Pair.on(net, Settings.NONE, Connection.psk())) {
            pair.up(starter, "itest", "net");
            Tunnel.ping(net.left(), net.right());
            Daemon mover = pair.starter(starter);
            Daemon other = starter == Starter.JCHARON ? pair.peer() : pair.ours();
            net.secondLink(mover.site(), other.site(), "2001:db8:2::1", "2001:db8:2::2");
            net.loseFirstAddress(mover.site());
            Await.until(
                    Daemon.SOON,
                    () -> other + " sees its peer at " + remote(other)[0],
                    () -> remote(other)[0].startsWith("2001:db8:2:"));
            Tunnel.awaitPackets(mover.site(), other.site());
            Tunnel.ping(net.left(), net.right());
            pair.down(Starter.STRONGSWAN, "itest");
        }
    }

    @Test
    void movesBetweenTwoOfOurs() {
        Namespaces net = Namespaces.plain();
        try (Twins twins = Twins.on(net, Connection.psk())) {
            Tunnel.up(twins.left(), twins.right(), "itest", "net");
            net.secondLink(net.right(), net.left(), "203.0.113.1", "203.0.113.2");
            net.loseFirstAddress(net.right());
            awaitRemote(twins.left(), "203.0.113.1", 4);
            Tunnel.ping(net.left(), net.right());
            assertEquals(1, twins.left().ikeSas());
            Tunnel.down(twins.right(), twins.left(), "itest");
        }
    }
}
