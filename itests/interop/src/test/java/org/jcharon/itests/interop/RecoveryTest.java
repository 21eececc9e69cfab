// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jcharon.api.control.RedirectProvider;
import org.jcharon.itests.interop.Pair.Settings;
import org.jcharon.itests.interop.Pair.Starter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Silence, closing and reauthentication with strongSwan: what comes back, on which side, and that nothing is left twice. */
@Interop
class RecoveryTest {

    private static final Duration BACK = Duration.ofSeconds(40);
    private static final String SILENCE = """
            table ip jcitsilence {
              chain in { type filter hook input priority 0; udp dport { 500, 4500 } drop; }
              chain out { type filter hook output priority 0; udp dport { 500, 4500 } drop; }
            }""";
    private static final Pattern NUMBER = Pattern.compile("(?m)^itest: #(\\d+),");

    private static final String[] QUICK_OURS = {"charon.retransmit_timeout=0.5", "charon.retransmit_tries=2"};
    private static final String[] QUICK_PEERS = {"retransmit_timeout = 0.5", "retransmit_tries = 2"};

    private static void nft(Site site, String rules) {
        Command.Result result = site.run("nft", rules);
        assertTrue(result.ok(), result::output);
    }

    private static String listing(Daemon daemon) {
        return daemon instanceof Jcharon ours ? ours.shell("ike:list-sas").output() : ((StrongSwan) daemon).listSas();
    }

    /** Number of the only IKE_SA. */
    private static String ike(Daemon daemon) {
        Matcher m = NUMBER.matcher(listing(daemon));
        assertTrue(m.find(), () -> daemon + " has no IKE_SA");
        return m.group(1);
    }

    private static void oneOfEach(Pair pair) {
        Await.until(
                "one IKE_SA with one CHILD_SA on both sides",
                BACK,
                () -> pair.ours().ikeSas() == 1
                        && pair.peer().ikeSas() == 1
                        && pair.ours().installedChildren() == 1
                        && pair.peer().installedChildren() == 1);
    }

    @ParameterizedTest(name = "{0} restarts")
    @EnumSource
    void comesBackAfterASilence(Starter restarts) {
        Namespaces net = Namespaces.plain();
        Connection restarting =
                Connection.psk().line("dpd_delay = 1s").line("keyingtries = 0").childLine("dpd_action = restart");
        try (Pair pair = Pair.start(
                net,
                Conf.of(net.left(), net.right(), restarts == Starter.JCHARON ? restarting : Connection.psk()),
                Conf.of(net.right(), net.left(), restarts == Starter.STRONGSWAN ? restarting : Connection.psk()),
                new Settings(QUICK_OURS, QUICK_PEERS))) {
            pair.up(restarts, "itest", "net");
            Daemon restarter = pair.starter(restarts);
            nft(net.right(), SILENCE);
            Await.until("the silence is noticed", Daemon.SOON, () -> restarter.installedChildren() == 0);
            nft(net.right(), "delete table ip jcitsilence");
            oneOfEach(pair);
            Tunnel.ping(net.left(), net.right());
        }
    }

    @ParameterizedTest(name = "{0} starts again")
    @EnumSource
    void startsAgainWhatThePeerCloses(Starter again) {
        Namespaces net = Namespaces.plain();
        Connection starting = Connection.psk().childLine("close_action = start");
        try (Pair pair = Pair.start(
                net,
                Conf.of(net.left(), net.right(), again == Starter.JCHARON ? starting : Connection.psk()),
                Conf.of(net.right(), net.left(), again == Starter.STRONGSWAN ? starting : Connection.psk()),
                Settings.NONE)) {
            pair.up(again, "itest", "net");
            Daemon closer = again == Starter.JCHARON ? pair.peer() : pair.ours();
            String before = ike(pair.ours());
            closer.downChild("net");
            oneOfEach(pair);
            assertEquals(before, ike(pair.ours()), "the IKE_SA stays");
            closer.downIke("itest");
            oneOfEach(pair);
            assertNotEquals(before, ike(pair.ours()), "another IKE_SA");
            Tunnel.ping(net.left(), net.right());
        }
    }

    /** What waits for traffic then, and comes with it. */
    @ParameterizedTest
    @ValueSource(strings = {"dpd_action", "close_action"})
    void waitsForTrafficOnceThePeerIsGone(String action) {
        Namespaces net = Namespaces.plain();
        Connection trapping = Connection.psk().line("dpd_delay = 1s").childLine(action + " = trap");
        try (Pair pair = Pair.start(
                net,
                Conf.of(net.left(), net.right(), trapping),
                Conf.of(net.right(), net.left(), Connection.psk()),
                new Settings(QUICK_OURS, QUICK_PEERS))) {
            pair.up(Starter.JCHARON, "itest", "net");
            if (action.equals("close_action")) {
                pair.peer().downIke("itest");
            } else {
                nft(net.right(), SILENCE);
            }
            Await.until("only the trap is left", Daemon.SOON, () -> pair.ours().ikeSas() == 0);
            assertTrue(
                    pair.ours().shell("ike:list-policies").output().contains("TRAP  itest"),
                    () -> pair.ours().shell("ike:list-policies").output());
            if (action.equals("dpd_action")) {
                nft(net.right(), "delete table ip jcitsilence");
            }
            Tunnel.awaitPackets(net.left(), net.right());
            assertEquals(1, pair.ours().installedChildren());
        }
    }

    @ParameterizedTest(name = "{0} reauthenticates, make before break {1}")
    @CsvSource({"JCHARON, yes", "JCHARON, no", "STRONGSWAN, yes", "STRONGSWAN, no"})
    void replacesTheIkeSaByReauthentication(Starter asker, String makeFirst) {
        Settings settings = new Settings(
                new String[] {"charon.make_before_break=" + makeFirst},
                new String[] {"make_before_break = " + makeFirst});
        try (Pair pair = Pair.of(settings, Connection.psk())) {
            pair.up(Starter.JCHARON, "itest", "net");
            final String ours = ike(pair.ours());
            final String peers = ike(pair.peer());
            Command.Result result = asker == Starter.JCHARON
                    ? pair.ours().shell("ike:rekey --timeout 20 --ike itest --reauth")
                    : pair.peer().control("--rekey", "--ike", "itest", "--reauth");
            assertTrue(result.ok(), result::output);
            Await.until(
                    "another IKE_SA on both sides",
                    Daemon.SOON,
                    () -> !pair.ours().listSas().contains("itest: #" + ours + ",")
                            && !pair.peer().listSas().contains("itest: #" + peers + ","));
            oneOfEach(pair);
            Tunnel.ping(pair.ours().site(), pair.peer().site());
        }
    }

    /** RFC 4478: who answers says how long it is content with the authentication, and who began comes anew. */
    @Test
    void authenticatesAnewWhenThePeerWantsIt() {
        Namespaces net = Namespaces.plain();
        try (Pair pair = Pair.start(
                net,
                Conf.of(
                        net.left(),
                        net.right(),
                        Connection.psk()
                                .line("reauth_time = 6s")
                                .line("over_time = 30s")
                                .line("rand_time = 0s")),
                Conf.of(
                        net.right(),
                        net.left(),
                        Connection.psk().line("over_time = 2s").line("rand_time = 0s")),
                Settings.NONE)) {
            pair.up(Starter.STRONGSWAN, "itest", "net");
            final String before = ike(pair.ours());
            pair.peer().awaitLog(0, "received AUTH_LIFETIME of [56]s, scheduling reauthentication in");
            Await.until(
                    "another IKE_SA",
                    BACK,
                    () -> pair.ours().ikeSas() == 1 && !ike(pair.ours()).equals(before));
            oneOfEach(pair);
            Tunnel.ping(net.left(), net.right());
        }
    }

    /** The peer is killed and knows nothing any more; its INITIAL_CONTACT closes what we still have. */
    @ParameterizedTest(name = "unique = {0}")
    @CsvSource({"no", "replace", "keep"})
    void aPeerThatLostEverythingLeavesNothingBehind(String unique) {
        Namespaces net = Namespaces.plain();
        try (Pair pair = Pair.start(
                net,
                Conf.of(net.left(), net.right(), Connection.psk().line("unique = " + unique)),
                Conf.of(net.right(), net.left(), Connection.psk()),
                Settings.NONE)) {
            pair.up(Starter.STRONGSWAN, "itest", "net");
            pair.peer().process().destroyForcibly();
            try (StrongSwan again = StrongSwan.start(net.right(), Conf.of(net.right(), net.left(), Connection.psk()))) {
                Command.Result result = again.up("itest", "net");
                assertTrue(result.ok(), result::output);
                Await.until(
                        "one IKE_SA with one CHILD_SA",
                        BACK,
                        () -> pair.ours().ikeSas() == 1 && pair.ours().installedChildren() == 1);
                Tunnel.ping(net.left(), net.right());
            }
        }
    }

    private static final String SECOND = "192.0.2.7";

    /** The gateway has a second address, and sends its client there. */
    @ParameterizedTest(name = "{0} is the gateway")
    @EnumSource
    void aClientGoesWhereTheGatewayRedirects(Starter gateway) {
        Namespaces net = Namespaces.plain();
        boolean ours = gateway == Starter.JCHARON;
        Site at = ours ? net.left() : net.right();
        Command.ok("ip", "-n", at.namespace(), "addr", "add", SECOND + "/24", "dev", "veth0");
        String both = "local_addrs = " + at.address() + ", " + SECOND;
        try (Pair pair = Pair.start(
                net,
                Conf.of(net.left(), net.right(), ours ? Connection.psk().line(both) : Connection.psk()),
                Conf.of(
                        net.right(),
                        net.left(),
                        ours ? Connection.psk() : Connection.psk().line(both)),
                Settings.NONE)) {
            pair.up(ours ? Starter.STRONGSWAN : Starter.JCHARON, "itest", "net");
            Command.Result result = ours
                    ? pair.ours().shell("ike:redirect --ike itest " + SECOND)
                    : pair.peer().control("--redirect", "--ike", "itest", "--gateway", SECOND);
            assertTrue(result.ok(), result::output);
            bothAreAtTheSecondAddress(pair);
        }
    }

    private static void bothAreAtTheSecondAddress(Pair pair) {
        Await.until(
                "both are at the second address",
                BACK,
                () -> pair.ours().listSas().contains(SECOND)
                        && pair.peer().listSas().contains(SECOND));
        oneOfEach(pair);
        Tunnel.ping(pair.ours().site(), pair.peer().site());
    }

    /** The same while the client comes up: a plugin of jcharon, dropped into a running gateway, says where to. */
    @ParameterizedTest
    @ValueSource(classes = {RedirectInInit.class, RedirectInAuth.class})
    void aClientThatComesGoesWhereAPluginRedirects(Class<?> plugin) {
        boolean init = plugin == RedirectInInit.class;
        Namespaces net = gatewayAtTwoAddresses();
        try (Pair pair = Pair.start(
                net,
                Conf.of(net.left(), net.right(), atBoth(net)),
                Conf.of(net.right(), net.left(), Connection.psk()),
                Settings.NONE)) {
            PluginJar.deploy(pair.ours(), RedirectProvider.class, plugin, RedirectInInit.class);
            int mark = pair.peer().mark();
            pair.peer().up("itest", "net");
            pair.peer()
                    .awaitLog(
                            mark,
                            "parsed " + (init ? "IKE_SA_INIT response 0" : "IKE_AUTH response 1")
                                    + " \\[ [^\\]]*N\\(REDIR\\)");
            pair.peer().awaitLog(mark, "redirected to " + SECOND);
            if (init) { // charon 5.9.8 authenticates us, believes a redirect in IKE_AUTH too, and then does no more
                bothAreAtTheSecondAddress(pair);
            }
        }
    }

    private static Namespaces gatewayAtTwoAddresses() {
        Namespaces net = Namespaces.plain();
        Command.ok("ip", "-n", net.left().namespace(), "addr", "add", SECOND + "/24", "dev", "veth0");
        return net;
    }

    private static Connection atBoth(Namespaces net) {
        return Connection.psk().line("local_addrs = " + net.left().address() + ", " + SECOND);
    }

    @ParameterizedTest
    @ValueSource(classes = {RedirectInInit.class, RedirectInAuth.class})
    void jcharonGoesWhereAPluginOfAnotherRedirects(Class<?> plugin) {
        Namespaces net = gatewayAtTwoAddresses();
        try (Twins twins = Twins.on(net, atBoth(net), Connection.psk())) {
            PluginJar.deploy(twins.left(), RedirectProvider.class, plugin, RedirectInInit.class);
            Tunnel.up(twins.right(), twins.left(), "itest", "net");
            assertTrue(
                    twins.right().listSas().contains(SECOND),
                    () -> twins.right().listSas());
            Tunnel.ping(net.left(), net.right());
        }
    }
}
