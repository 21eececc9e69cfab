// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jcharon.itests.interop.Connection.Auth;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Stock swanctl 5.9.8 drives charon and then jcharon in the same place with the same configuration and the same peer, SAs up, and
 * prints the same, key by key in the same order; {@code swanctl-differences.txt} says what may differ and why. Both are driven once, the
 * tests look at what was printed.
 */
@Interop
class SwanctlTest {

    private static final List<String> LISTS = List.of(
            "--list-sas",
            "--list-sas --ike itest",
            "--list-sas --child second",
            "--list-sas --ike itest --child nosuch",
            "--list-sas --noblock",
            "--list-conns",
            "--list-pols",
            "--list-pols --child trap --trap",
            "--list-pols --drop",
            "--list-pols --pass",
            "--list-certs",
            "--list-certs --type x509 --flag ca",
            "--list-certs --flag ca",
            "--list-certs --flag none",
            "--list-certs --type x509_crl",
            "--list-certs --subject CN=nobody",
            "--list-pools",
            "--list-pools --leases",
            "--list-pools --name p2",
            "--list-authorities",
            "--list-authorities --name myca",
            "--list-authorities --name nosuch",
            "--counters",
            "--counters --all",
            "--counters --name itest");
    private static final List<String> FORMS = List.of("--version --daemon", "--stats", "--list-algs");
    /** In this order, each as it is typed; what comes of it is compared as far as it does not depend on the moment. */
    private static final List<String> COMMANDS = List.of(
            "--install --child nosuch",
            "--uninstall --child nosuch",
            "--initiate --child nosuch",
            "--initiate --ike nosuch",
            "--terminate --ike nosuch",
            "--terminate --child nosuch",
            "--rekey --ike nosuch",
            "--rekey --child nosuch",
            "--redirect --ike nosuch --gateway 192.0.2.77",
            "--flush-certs",
            "--flush-certs --type x509_crl",
            "--flush-certs --type nosuch",
            "--list-certs --type nosuch",
            "--uninstall --child trap",
            "--uninstall --child trap --ike fences",
            "--install --child trap --ike fences",
            "--install --child trap",
            "--uninstall --child shut --ike fences",
            "--terminate --ike-id 9999",
            "--terminate --child-id 9999",
            "--rekey --ike nosuch --reauth",
            "--reload-settings",
            "--initiate --child net --timeout 20",
            "--rekey --child net",
            "--rekey --ike itest",
            "--terminate --child second",
            "--terminate --ike itest");

    private static final List<String> LOADS =
            List.of("--load-creds --noprompt", "--load-authorities", "--load-pools", "--load-conns");

    private static final String GROUPED = "--list-conns --debug 0";
    private static final String STAFF = "C=CH, O=strongSwan, CN=staff";

    private static final Map<String, Command.Result> THEIRS = new LinkedHashMap<>();
    private static final Map<String, Command.Result> OURS = new LinkedHashMap<>();
    private static String ourLog;

    /** Without MOBIKE, whose messages about a moment's addresses and routes would be counted. */
    private static Connection[] connections(Site me, Site other) {
        Connection psk = Connection.psk()
                .another("second", me.second() + "/32", other.second() + "/32")
                .line("dpd_delay = 60s")
                .line("mobike = no")
                .line("rekey_time = 3h");
        Connection rsa =
                Connection.by(Auth.RSA).name("certs").line("reauth_time = 5h").line("mobike = no");
        return new Connection[] {psk, rsa};
    }

    private static Path conf(Site me, Site other) {
        String more = """
                connections {
                  rw {
                    remote_addrs = 192.0.2.99
                    vips = 0.0.0.0, ::
                    dpd_delay = 30s
                    dpd_timeout = 100s
                    unique = replace
                    reauth_time = 2h
                    over_time = 10m
                    local {
                      auth = psk
                      id = rw@itest
                    }
                    remote {
                      auth = pubkey
                      id = "C=CH, O=itest, CN=*"
                      cacerts = rsa-ca.crt
                    }
                    children {
                      web {
                        local_ts = dynamic[tcp], 10.1.0.0/16[udp/4000-4010]
                        remote_ts = 10.2.0.0/16[tcp/http], 10.3.0.0/16[icmp/8], 2001:db8::/32[17]
                        dpd_action = restart
                        close_action = trap
                        rekey_bytes = 500000
                        rekey_packets = 10000
                        life_packets = 12000
                        mark_in = 5/0xff
                        mark_out = 6
                        if_id_in = 7
                        if_id_out = 8
                        interface = eth7
                      }
                      fire {
                        mode = transport
                        local_ts = dynamic[gre]
                        remote_ts = dynamic[gre]
                      }
                    }
                  }
                  eap {
                    version = 2
                    local_addrs = 192.0.2.1, 2001:db8::1, 10.9.0.0/16, 10.8.0.1-10.8.0.9
                    remote_addrs = vpn.itest.invalid
                    local_port = 4500
                    remote_port = 4500
                    encap = yes
                    fragmentation = no
                    send_cert = always
                    send_certreq = no
                    keyingtries = 3
                    pools = p1
                    mobike = no
                    rekey_time = 0
                    local {
                      auth = pubkey
                      certs = rsa-ME.crt
                      id = ME.rsa.itest
                    }
                    remote {
                      auth = eap-md5
                      eap_id = %any
                    }
                    children {
                      all {
                        esp_proposals = aes256gcm16-x25519, aes128-sha256
                        local_ts = 0.0.0.0/0, ::/0
                        rekey_time = 0
                        life_time = 0
                      }
                    }
                  }
                  fences {
                    remote_addrs = 127.0.0.1
                    local {
                      auth = psk
                    }
                    remote {
                      auth = psk
                    }
                    children {
                      past {
                        mode = pass
                        local_ts = INNER/32
                        remote_ts = 10.78.0.0/24[tcp/22]
                        start_action = trap
                      }
                      shut {
                        mode = drop
                        local_ts = INNER/32
                        remote_ts = 10.79.0.0/16
                        start_action = trap
                      }
                      trap {
                        local_ts = INNER/32
                        remote_ts = 10.80.0.0/16[udp/53]
                        start_action = trap
                      }
                    }
                  }
                }
                pools {
                  p2 {
                    addrs = 2001:db8:3::10-2001:db8:3::20
                    dns = 2001:db8::53
                    nbns = 10.1.1.2
                    subnet = 10.1.0.0/16, 10.2.0.0/16
                    split_exclude = 10.4.0.0/16
                  }
                  p1 {
                    addrs = 10.3.0.0/24
                    dns = 10.1.1.1
                  }
                }
                authorities {
                  myca {
                    cacert = rsa-ca.crt
                    crl_uris = http://crl.itest/a.crl
                  }
                }
                """;
        return Conf.of(me, other, more.replace("ME", me.name()).replace("INNER", me.inner()), connections(me, other));
    }

    @BeforeAll
    static void driveBoth() {
        drive(THEIRS, site -> {
            StrongSwan daemon = StrongSwan.start(site, conf(site, other(site)));
            return new Driven(daemon, daemon::control, daemon.socket());
        });
        drive(OURS, site -> {
            Jcharon daemon = Jcharon.bare(site, List.of("jcharon-vici", "jcharon-counters"));
            return new Driven(daemon, daemon::control, daemon.file("run/charon.vici"));
        });
    }

    private record Driven(Daemon daemon, Function<String[], Command.Result> control, Path socket)
            implements AutoCloseable {
        @Override
        public void close() {
            daemon.close();
        }

        Command.Result swanctl(String line) {
            return control.apply(line.split(" "));
        }
    }

    private static Site other(Site site) {
        return new Site("right", site.namespace(), site.peer(), site.address(), "10.12.0.1");
    }

    private static void drive(Map<String, Command.Result> into, Function<Site, Driven> start) {
        Namespaces net = Namespaces.plain();
        // charon's libipsec installs no policy without a route to its destination
        Command.ok(
                "ip",
                "-n",
                net.left().namespace(),
                "route",
                "add",
                "10.64.0.0/10",
                "via",
                net.left().peer());
        Command.ok(
                "ip",
                "-n",
                net.right().namespace(),
                "route",
                "add",
                "10.64.0.0/10",
                "via",
                net.right().peer());
        try (StrongSwan peer = StrongSwan.start(net.right(), conf(net.right(), net.left()))) {
            assertTrue(peer.process().isAlive());
            try (Driven driven = start.apply(net.left())) {
                Path file = conf(net.left(), net.right()).resolve("swanctl.conf");
                String load = "--load-all --clear --noprompt --file " + file;
                into.put("load", driven.swanctl(load));
                into.put("load again", driven.swanctl(load.replace(" --clear", "")));
                watch(into, driven, peer);
                for (String child : List.of("net", "second")) {
                    into.put("initiate " + child, driven.swanctl("--initiate --child " + child + " --timeout 20"));
                }
                into.put("initiate certs", driven.swanctl("--initiate --ike certs --child net --timeout 20"));
                for (String list : LISTS) {
                    for (String form : List.of("", " --raw", " --pretty")) {
                        into.put(list + form, driven.swanctl(list + form));
                    }
                }
                FORMS.forEach(form -> into.put(form, driven.swanctl(form)));
                FORMS.forEach(form -> into.put(form + " --raw", driven.swanctl(form + " --raw")));
                COMMANDS.forEach(command -> into.put(command, driven.swanctl(command)));
                try (ViciClient client = ViciClient.open(driven.socket())) {
                    client.loadConnection("grouped", List.of("192.0.2.9", "192.0.2.10"), List.of(STAFF, "guests"));
                }
                into.put(GROUPED, driven.swanctl(GROUPED));
                for (String part : LOADS) {
                    into.put(part, driven.swanctl(part + " --file " + file));
                }
                into.put("reset", driven.swanctl("--counters --reset"));
                into.put(
                        "unload",
                        driven.swanctl("--load-conns --file "
                                + Conf.of(net.left(), net.right()).resolve("swanctl.conf")));
                ourLog = driven.daemon().log();
            }
        } finally {
            net.close();
        }
    }

    /** What swanctl shows who watches while SAs come, are rekeyed, and go at the wish of either side. */
    private static void watch(Map<String, Command.Result> into, Driven driven, StrongSwan peer) {
        try (Watch monitor = Watch.start(driven.socket(), "--monitor-sa", "--raw");
                Watch log = Watch.start(driven.socket(), "--log")) {
            driven.swanctl("--initiate --child net --timeout 20");
            driven.swanctl("--initiate --child second --timeout 20");
            int mark = driven.daemon().mark();
            driven.swanctl("--rekey --child second");
            driven.daemon().awaitLog(mark, "CHILD_SA closed");
            driven.swanctl("--rekey --ike itest");
            driven.daemon().awaitLog(mark, "IKE_SA deleted");
            driven.swanctl("--terminate --child second --timeout 20");
            driven.swanctl("--terminate --ike itest --timeout 20");
            peer.up("itest", "net");
            peer.up("itest", "second");
            peer.downChild("second");
            peer.downIke("itest");
            monitor.await("ike-updown event", 4);
            into.put("events", new Command.Result(0, monitor.end()));
            into.put("log", new Command.Result(0, log.end()));
        }
    }

    @AfterAll
    static void forget() {
        THEIRS.clear();
        OURS.clear();
    }

    private static List<String> lists() {
        return LISTS;
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.MethodSource("lists")
    void printsWhatCharonPrints(String list) {
        assertEquals(0, OURS.get(list + " --raw").status(), OURS.get(list + " --raw")::output);
        Differences allowed = Differences.read(list.split(" ")[0]);
        List<RawTree.Row> theirs = RawTree.parse(THEIRS.get(list + " --raw").output());
        List<RawTree.Row> ours = RawTree.parse(OURS.get(list + " --raw").output());
        assertFalse(THEIRS.get(list + " --raw").output().isBlank(), list);
        assertEquals(List.of(), allowed.between(theirs, ours));
    }

    @ParameterizedTest
    @org.junit.jupiter.params.provider.MethodSource("lists")
    void printsEachForm(String list) {
        for (String form : List.of("", " --pretty")) {
            Command.Result theirs = THEIRS.get(list + form);
            Command.Result ours = OURS.get(list + form);
            assertEquals(theirs.status(), ours.status(), ours::output);
            assertEquals(lines(theirs), lines(ours), () -> list + form);
        }
    }

    /** Numbers made alike, without the keys that {@code swanctl-differences.txt} leaves to each daemon. */
    private static List<String> lines(Command.Result result) {
        return result.output()
                .lines()
                .map(line -> masked(line).replace("IKEvN/N", "IKEvN"))
                .filter(line -> !line.matches(" +(reqid|dpd_timeout|local_port|remote_port|nat-\\w+) = \\w+"))
                .sorted()
                .toList();
    }

    @Test
    void answersCommandsAsCharonDoes() {
        List<String> wrong = new ArrayList<>();
        for (String command : COMMANDS) {
            Command.Result theirs = THEIRS.get(command);
            Command.Result ours = OURS.get(command);
            String mine = answer(ours);
            if (ours.status() != theirs.status() || !mine.equals(answer(theirs))) {
                wrong.add(command + ": status " + ours.status() + " '" + mine + "' instead of " + theirs.status() + " '"
                        + answer(theirs) + "'");
            }
        }
        assertEquals(List.of(), wrong);
    }

    /** The last line without the log that some commands stream before it. */
    private static String answer(Command.Result result) {
        return masked(result.output().lines().reduce((a, b) -> b).orElse(""));
    }

    @Test
    void loadsAndLoadsAgain() {
        List<String> loads = new ArrayList<>(LOADS);
        loads.addAll(List.of("load", "load again", "unload"));
        for (String load : loads) {
            assertEquals(0, OURS.get(load).status(), OURS.get(load)::output);
            assertEquals(withoutPaths(THEIRS.get(load)), withoutPaths(OURS.get(load)));
        }
    }

    private static List<String> withoutPaths(Command.Result result) {
        return result.output()
                .lines()
                .map(line -> line.replaceAll("/\\S+/", ""))
                .toList();
    }

    /** swanctl itself splits lists at each comma; other clients need not. */
    @Test
    void showsItemsWithCommasAsOneItem() {
        String theirs = THEIRS.get(GROUPED).output();
        assertEquals(List.of("    groups: " + STAFF + " guests"), groups(theirs), theirs);
        assertEquals(groups(theirs), groups(OURS.get(GROUPED).output()));
    }

    private static List<String> groups(String output) {
        return output.lines().filter(line -> line.contains("groups: ")).toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"net", "second"})
    void streamsTheLogOfAnInitiation(String child) {
        String output = OURS.get("initiate " + child).output();
        assertEquals(0, OURS.get("initiate " + child).status(), output);
        assertTrue(output.contains("[IKE] CHILD_SA " + child + "{"), output);
        assertTrue(output.endsWith("initiate completed successfully\n"), output);
        assertEquals(child.equals("net"), output.contains("[IKE] IKE_SA itest["), output);
    }

    @Test
    void hasTheSameFormWhereTheContentIsAnotherDaemons() {
        assertTrue(
                OURS.get("--version --daemon").output().matches("\\S+ \\S+ \\S+ \\(Linux, \\S+, \\S+\\)\n"),
                OURS.get("--version --daemon")::output);
        for (String form : List.of("--stats --raw", "--list-algs --raw")) {
            Differences allowed = Differences.read(form.split(" ")[0]);
            List<RawTree.Row> theirs = RawTree.parse(THEIRS.get(form).output());
            List<RawTree.Row> ours = RawTree.parse(OURS.get(form).output());
            assertEquals(List.of(), allowed.between(theirs, ours));
        }
    }

    @Test
    void tellsOfTheSameEvents() {
        List<List<RawTree.Row>> theirs = RawTree.messages(THEIRS.get("events").output());
        List<List<RawTree.Row>> ours = RawTree.messages(OURS.get("events").output());
        assertEquals(names(theirs), names(ours), () -> OURS.get("events").output());
        Differences allowed = Differences.read("--monitor-sa");
        List<String> wrong = new ArrayList<>();
        for (int i = 0; i < theirs.size(); i++) {
            String number = "event " + i + ": ";
            allowed.between(theirs.get(i), ours.get(i)).forEach(line -> wrong.add(number + line));
        }
        assertEquals(List.of(), wrong);
    }

    /** What people grep for. */
    @Test
    void streamsTheSameLog() {
        List<String> theirs = logged(THEIRS.get("log"));
        assertTrue(theirs.contains("[CFG] vici terminate IKE_SA 'itest'"), theirs::toString);
        assertEquals(theirs, logged(OURS.get("log")));
    }

    private static List<String> logged(Command.Result log) {
        return log.output()
                .lines()
                .filter(line -> line.matches(
                        "\\d\\d\\[(CFG|IKE|CHD)] .*(vici |established|establishing|closed|closing|deleted|deleting"
                                + "|DELETE|authentication of|selected peer config|is initiating|scheduling|maximum).*"))
                .map(line -> masked(line.substring(2)))
                .sorted() // charon's own order varies
                .toList();
    }

    private static String masked(String line) {
        return line.replaceAll("(?<![0-9a-z])[0-9a-f]{8,}(?![0-9a-z])", "HEX").replaceAll("[0-9]+", "N");
    }

    private static List<String> names(List<List<RawTree.Row>> messages) {
        return messages.stream().map(rows -> rows.get(0).path()).toList();
    }

    @Test
    void logsNoStackTrace() {
        assertFalse(ourLog.matches("(?s).*\\n\\s+at [\\w.$]+\\(.*"), ourLog);
    }
}
