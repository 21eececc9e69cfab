// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.connections;

import java.net.InetAddress;
import java.util.Locale;
import java.util.Set;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.SelectorTemplate;
import org.jcharon.api.config.ServiceNames;
import org.jcharon.api.config.TrafficSelector;

/**
 * Traffic selectors as text: {@code dynamic}, an address, a prefix or a range {@code a-b}, each with {@code [protocol/port]}. Names of
 * protocols and ports come from a table, not from the host's files, so that a configuration means the same everywhere. Pure; throws
 * {@link IllegalArgumentException} with what is wrong.
 */
final class Selectors {

    private static final int ICMP = 1;
    private static final int ICMP_V6 = 58;
    /** Names for any protocol. */
    private static final Set<String> ANY = Set.of("", "ip", "any", "%any");

    private Selectors() {}

    static SelectorTemplate parse(String text) {
        int bracket = text.indexOf('[');
        String addresses = (bracket < 0 ? text : text.substring(0, bracket)).trim();
        boolean dynamic = addresses.equals("dynamic");
        TrafficSelector base = dynamic ? TrafficSelector.all(false) : range(addresses);
        if (bracket < 0) {
            return new SelectorTemplate(dynamic, base);
        }
        if (!text.endsWith("]")) {
            throw new IllegalArgumentException("'" + text + "' has no ] at its end");
        }
        return new SelectorTemplate(
                dynamic,
                withPorts(base, text.substring(bracket + 1, text.length() - 1).toLowerCase(Locale.ROOT)));
    }

    /** An address, a prefix or a range. */
    static TrafficSelector range(String text) {
        int slash = text.indexOf('/');
        if (slash >= 0) {
            int length = number(text.substring(slash + 1), 128, "prefix length");
            return TrafficSelector.ofPrefix(address(text.substring(0, slash)), length);
        }
        int dash = text.indexOf('-');
        if (dash >= 0) {
            return new TrafficSelector(
                    0,
                    0,
                    0xFFFF,
                    address(text.substring(0, dash).trim()),
                    address(text.substring(dash + 1).trim()));
        }
        return TrafficSelector.ofAddress(address(text));
    }

    static InetAddress address(String text) {
        return Addresses.literal(text)
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is not an IP address"));
    }

    private static TrafficSelector withPorts(TrafficSelector base, String text) {
        int slash = text.indexOf('/');
        String name = (slash < 0 ? text : text.substring(0, slash)).trim();
        int protocol =
                ANY.contains(name) ? 0 : ServiceNames.protocol(name).orElseGet(() -> number(name, 255, "protocol"));
        String ports = slash < 0 ? "any" : text.substring(slash + 1).trim();
        if (ports.isEmpty()) {
            throw new IllegalArgumentException("'[" + text + "]' has no port after /");
        }
        if (ports.equals("any") || ports.equals("%any")) {
            return base.with(protocol, 0, 0xFFFF);
        }
        if (ports.equals("opaque")) {
            return base.with(protocol, 0xFFFF, 0);
        }
        int dash = ServiceNames.port(ports).isPresent() ? -1 : ports.indexOf('-');
        int from = port(dash < 0 ? ports : ports.substring(0, dash).trim());
        int to = dash < 0 ? from : port(ports.substring(dash + 1).trim());
        if (protocol == ICMP || protocol == ICMP_V6) {
            // a number under 256 is a type with any code, a greater one type and code (RFC 4301 section 4.4.1.1)
            to = to < 256 ? to << 8 | 0xFF : to;
            from = from < 256 ? from << 8 : from;
        }
        if (from > to) {
            throw new IllegalArgumentException("ports '" + ports + "' go downwards");
        }
        return base.with(protocol, from, to);
    }

    private static int port(String text) {
        return ServiceNames.port(text).orElseGet(() -> number(text, 0xFFFF, "port"));
    }

    private static int number(String text, int highest, String what) {
        try {
            long number = Values.number(text);
            if (number <= highest) {
                return (int) number;
            }
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a known " + what, e);
        }
        throw new IllegalArgumentException(what + " " + text + " is greater than " + highest);
    }
}
