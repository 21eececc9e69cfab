// SPDX-License-Identifier: Apache-2.0
package org.jcharon.syslog;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jcharon.api.bus.LogLevels;
import org.jcharon.api.settings.Settings;

/**
 * One section {@code charon.syslog.FACILITY}. Immutable.
 *
 * @param facility number, 0 to 23
 * @param levels by group
 * @param ikeName whether lines name the IKE_SA
 * @param logLevel whether the level follows the group
 * @param mapLevel added to the level it makes the severity; -1: the severity is always that of information
 * @param server null: the syslog of this machine
 */
record Options(int facility, LogLevels levels, boolean ikeName, boolean logLevel, int mapLevel, Server server) {

    static final int DAEMON = 3;
    static final int AUTHPRIV = 10;

    private static final String SECTION = "charon.syslog.";
    private static final int INFORMATION = 6;
    private static final int DEBUG = 7;
    private static final Map<String, Integer> FACILITIES = facilities();

    /** Another machine's syslog; {@code tcp} or else UDP. */
    record Server(boolean tcp, String host, int port) {

        private static final int UDP_PORT = 514;
        private static final int TCP_PORT = 601;

        /** Throws {@link IllegalArgumentException} for anything but {@code udp://HOST[:PORT]} and the same with tcp. */
        static Server of(String text) {
            try {
                URI uri = new URI(text);
                boolean tcp = "tcp".equals(uri.getScheme());
                if ((tcp || "udp".equals(uri.getScheme())) && uri.getHost() != null && uri.getPort() <= 0xFFFF) {
                    int port = uri.getPort() > 0 ? uri.getPort() : tcp ? TCP_PORT : UDP_PORT;
                    return new Server(tcp, uri.getHost().replaceAll("[\\[\\]]", ""), port);
                }
            } catch (URISyntaxException e) {
                // The text says all.
            }
            throw new IllegalArgumentException("server '" + text + "': expected udp://HOST:PORT or tcp://HOST:PORT");
        }

        @Override
        public String toString() {
            return (tcp ? "tcp://" : "udp://") + (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + port;
        }
    }

    private static Map<String, Integer> facilities() {
        List<String> names = List.of(
                "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp");
        Map<String, Integer> numbers = new HashMap<>();
        for (String name : names) {
            numbers.put(name, numbers.size());
        }
        numbers.put("auth", AUTHPRIV); // as in strongSwan: what it says is not for every reader of the log
        for (int local = 0; local < 8; local++) {
            numbers.put("local" + local, 16 + local);
        }
        return Map.copyOf(numbers);
    }

    /** Reads the section of a facility; empty for a name that is none. Throws {@link IllegalArgumentException} for what is wrong. */
    static Optional<Options> read(Settings settings, String name) {
        Integer facility = FACILITIES.get(name);
        if (facility == null) {
            return Optional.empty();
        }
        String prefix = SECTION + name + ".";
        try {
            return Optional.of(new Options(
                    facility,
                    LogLevels.read(settings, SECTION + name, 1),
                    settings.flag(prefix + "ike_name", false),
                    settings.flag(prefix + "log_level", false),
                    (int) Math.max(-1, Math.min(DEBUG, settings.number(prefix + "map_level", -1))),
                    settings.get(prefix + "server").map(Server::of).orElse(null)));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(SECTION + name + ": " + e.getMessage(), e);
        }
    }

    /** What is logged if nothing is configured, as by charon. */
    static Options standard(int facility, int level) {
        return new Options(facility, LogLevels.all(level), false, false, -1, null);
    }

    /** PRI of RFC 5424, section 6.2.1. */
    int priority(int level) {
        return facility * 8 + (mapLevel < 0 ? INFORMATION : Math.min(DEBUG, mapLevel + level));
    }
}
