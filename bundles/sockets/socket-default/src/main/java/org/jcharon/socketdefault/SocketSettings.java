// SPDX-License-Identifier: Apache-2.0
package org.jcharon.socketdefault;

import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.settings.Settings;

/**
 * What is configured, with strongSwan's keys and defaults.
 *
 * @param port IKE without encapsulation; 0 any free one
 * @param natPort IKE and ESP in UDP; 0 any free one; differs from {@code port} unless 0
 * @param setSource whether packets leave from the source address that they name
 * @param maxPacket octets of the longest datagram that is taken
 * @param mark SO_MARK, 0 none
 */
record SocketSettings(int port, int natPort, boolean ipv4, boolean ipv6, boolean setSource, int maxPacket, int mark) {

    private static final String SECTION = "charon.plugins.socket-default.";
    private static final int MIN_PACKET = 1280;
    private static final int MAX_PACKET = 65_535;

    /** These settings, but with the ports, and all families, that {@code before} has: IKE_SAs may use them. */
    SocketSettings running(SocketSettings before) {
        return new SocketSettings(
                before.port, before.natPort, ipv4 || before.ipv4, ipv6 || before.ipv6, setSource, maxPacket, mark);
    }

    /** Keys whose new value {@link #running} leaves out. */
    List<String> postponed(SocketSettings before) {
        List<String> keys = new ArrayList<>();
        if (port != before.port) {
            keys.add("charon.port");
        }
        if (natPort != before.natPort) {
            keys.add("charon.port_nat_t");
        }
        if (!ipv4 && before.ipv4) {
            keys.add(SECTION + "use_ipv4");
        }
        if (!ipv6 && before.ipv6) {
            keys.add(SECTION + "use_ipv6");
        }
        return keys;
    }

    /** Throws {@link IllegalStateException} with the key for a value out of range. */
    static SocketSettings from(Settings settings) {
        int port = port(settings, "charon.port", 500);
        int natPort = port(settings, "charon.port_nat_t", 4500);
        if (port == natPort && port != 0) {
            throw new IllegalStateException(
                    "charon.port and charon.port_nat_t are both " + port + ": they must differ");
        }
        boolean ipv4 = settings.flag(SECTION + "use_ipv4", true);
        boolean ipv6 = settings.flag(SECTION + "use_ipv6", true);
        if (!ipv4 && !ipv6) {
            throw new IllegalStateException(SECTION + "use_ipv4 and use_ipv6 are both off: no socket is left");
        }
        return new SocketSettings(
                port,
                natPort,
                ipv4,
                ipv6,
                settings.flag(SECTION + "set_source", true),
                (int) Math.max(MIN_PACKET, Math.min(MAX_PACKET, settings.number("charon.max_packet", 10_000))),
                (int) settings.number(SECTION + "fwmark", 0));
    }

    private static int port(Settings settings, String key, int fallback) {
        long value = settings.number(key, fallback);
        if (value < 0 || value > 0xFFFF) {
            throw new IllegalStateException(key + " is " + value + ": a port is 0 to 65535");
        }
        return (int) value;
    }
}
