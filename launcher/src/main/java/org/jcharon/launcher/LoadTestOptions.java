// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The options of {@code jcharon load-test}.
 *
 * @param initiators IKE_SAs to make
 * @param sources addresses 127.0.1.1 and up that they come from
 * @param auth {@code psk} or {@code pubkey}, on both sides
 * @param rate initiations begun a second at most; 0: no limit
 * @param concurrent initiations under way at most
 * @param children CHILD_SAs of each
 * @param hold seconds to wait when all are up
 * @param remote a responder that somebody else runs
 * @param self whether one daemon is both
 * @param terminate whether all are closed at the end
 * @param virtualIps whether each asks for a virtual IP
 * @param guards whether the responder's guards against floods are left on
 * @param heap limit of each JVM, as of {@code -Xmx}
 * @param settings {@code KEY=VALUE} for all daemons
 */
record LoadTestOptions(
        int initiators,
        int sources,
        String auth,
        int rate,
        int concurrent,
        int children,
        int hold,
        Optional<Remote> remote,
        boolean self,
        boolean terminate,
        boolean virtualIps,
        boolean guards,
        String heap,
        List<String> settings) {

    private static final String FIRST_SOURCE = "127.0.1.1";
    private static final Set<String> FLAGS = Set.of("--self", "--terminate", "--virtual-ips", "--guards");
    private static final Set<String> VALUES = Set.of(
            "--initiators",
            "--sources",
            "--auth",
            "--rate",
            "--concurrent",
            "--children",
            "--hold",
            "--remote",
            "--heap",
            "--set",
            "--base");
    private static final int IKE_PORT = 500;

    /** Where a responder is. */
    record Remote(String address, int port) {}

    LoadTestOptions {
        settings = List.copyOf(settings);
    }

    /** Throws {@link LaunchException} for an unknown option, a missing or malformed value, and two that exclude each other. */
    static LoadTestOptions parse(List<String> arguments) throws LaunchException {
        Map<String, String> given = new HashMap<>();
        List<String> settings = new ArrayList<>();
        for (int i = 0; i < arguments.size(); i++) {
            String name = arguments.get(i);
            int equals = name.indexOf('=');
            String value = equals > 0 ? name.substring(equals + 1) : null;
            name = equals > 0 ? name.substring(0, equals) : name;
            if (FLAGS.contains(name) && value == null) {
                given.put(name, "");
                continue;
            }
            if (!VALUES.contains(name)) {
                throw new LaunchException("unknown option " + name + "; jcharon load-test --help lists them");
            }
            if (value == null) {
                if (++i >= arguments.size()) {
                    throw new LaunchException(name + " needs a value");
                }
                value = arguments.get(i);
            }
            if (name.equals("--set")) {
                settings.add(value);
            } else {
                given.put(name, value);
            }
        }
        String auth = given.getOrDefault("--auth", "psk");
        if (!auth.equals("psk") && !auth.equals("pubkey")) {
            throw new LaunchException("--auth is psk or pubkey, not " + auth);
        }
        String heap = given.getOrDefault("--heap", "256m");
        if (!heap.matches("\\d{1,6}[mg]")) {
            throw new LaunchException("--heap is a number with m or g, such as 256m, not " + heap);
        }
        Optional<Remote> remote =
                given.containsKey("--remote") ? Optional.of(remote(given.get("--remote"))) : Optional.empty();
        if (remote.isPresent() && given.containsKey("--self")) {
            throw new LaunchException("--remote and --self exclude each other");
        }
        int initiators = number(given, "--initiators", 1_000, 1, 1_000_000);
        return new LoadTestOptions(
                initiators,
                number(given, "--sources", Math.min(initiators, 50), remote.isPresent() ? 0 : 1, 60_000),
                auth,
                number(given, "--rate", 0, 0, 1_000_000),
                number(given, "--concurrent", 50, 1, 100_000),
                number(given, "--children", 1, 1, 100),
                number(given, "--hold", 0, 0, 86_400),
                remote,
                given.containsKey("--self"),
                given.containsKey("--terminate"),
                given.containsKey("--virtual-ips"),
                given.containsKey("--guards"),
                heap,
                settings);
    }

    private static Remote remote(String text) throws LaunchException {
        int colon = text.lastIndexOf(':');
        String port = colon < 0 ? "" : text.substring(colon + 1);
        if (colon < 0 || text.indexOf(':') != colon && !text.startsWith("[")) {
            return new Remote(text, IKE_PORT);
        }
        if (!port.matches("\\d{1,5}") || Integer.parseInt(port) < 1 || Integer.parseInt(port) > 0xFFFF) {
            throw new LaunchException("--remote is ADDRESS or ADDRESS:PORT, not " + text);
        }
        return new Remote(text.substring(0, colon).replaceAll("[\\[\\]]", ""), Integer.parseInt(port));
    }

    private static int number(Map<String, String> given, String name, int fallback, int least, int most)
            throws LaunchException {
        String text = given.get(name);
        if (text == null) {
            return fallback;
        }
        if (!text.matches("\\d{1,7}") || Integer.parseInt(text) < least || Integer.parseInt(text) > most) {
            throw new LaunchException(name + " takes " + least + " to " + most + ", not " + text);
        }
        return Integer.parseInt(text);
    }

    /** A strongswan.conf for one of the daemons. */
    String conf(int port, int natPort, String responder, int responderPort, String secret, Path work) {
        // a flood is what this is, so guards against floods would be what is measured
        String limits = guards ? "" : "  dos_protection = no\n  init_limit_half_open = 0\n  init_limit_job_load = 0\n";
        // a remote peer's source address is routing's choice unless it is on loopback
        boolean loopback = responder.startsWith("127.");
        String addrs = loopback && sources > 0
                ? "      addrs {\n        lo = " + FIRST_SOURCE + "-" + source(sources - 1) + "\n      }\n"
                : "";
        return "charon {\n  port = " + port + "\n  port_nat_t = " + natPort + "\n" + limits
                + "  plugins {\n    load-tester {\n      enable = yes\n      fake_kernel = yes\n"
                + "      initiator_auth = " + auth + "\n      responder_auth = " + auth + "\n"
                + "      responder = " + responder + "\n      responder_port = " + responderPort + "\n"
                + "      preshared_key = " + secret + "\n"
                + "      issuer_cert = " + work.resolve("ca.der") + "\n      issuer_key = " + work.resolve("ca.key")
                + "\n"
                + (virtualIps ? "      request_virtual_ip = yes\n      pool = 10.0.0.0/8\n" : "")
                + addrs + "    }\n  }\n}\n";
    }

    /** The address of a source, from 0; the whole of 127.0.0.0/8 is a host's own. */
    static String source(int index) {
        int at = index + 1;
        return "127." + (at >> 16) + "." + ((at >> 8 & 0xFF) + 1) + "." + (at & 0xFF);
    }
}
