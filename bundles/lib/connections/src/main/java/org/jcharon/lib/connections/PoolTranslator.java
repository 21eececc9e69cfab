// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.connections;

import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jcharon.api.attribute.ConfigurationAttribute;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.settings.ConfException;
import org.jcharon.api.settings.ConfSection;
import org.jcharon.api.wire.Chunk;

/** {@code pools.NAME}. */
final class PoolTranslator {

    private static final long MAX_SIZE = 1L << 31;
    private static final int HIGHEST_TYPE = 0x7FFF;
    private static final String NUMBERED = "\\d{1,5}";

    /** Attribute types for IPv4 and IPv6 (RFC 7296 section 3.15.1, RFC 7651; the private one of servers), 0: none. */
    private static final Map<String, int[]> TYPES = Map.of(
            "address", new int[] {1, 8},
            "dns", new int[] {3, 10},
            "nbns", new int[] {4, 11},
            "dhcp", new int[] {6, 12},
            "netmask", new int[] {2, 0},
            "server", new int[] {23456, 23457},
            "subnet", new int[] {13, 15},
            "p_cscf", new int[] {20, 21});

    /** The addresses, and what only the clients of IKEv1 read, Cisco Unity's. */
    private static final Set<String> UNSENT = Set.of("addrs", "split_include", "split_exclude");

    private PoolTranslator() {}

    static PoolConfig translate(ConfSection section, String name) throws ConfException {
        List<String> keys = new ArrayList<>(TYPES.keySet());
        keys.addAll(UNSENT);
        section.values().keySet().stream().filter(key -> key.matches(NUMBERED)).forEach(keys::add);
        Fields fields = new Fields(section, "pools." + name, keys, any -> false, List.of());
        if (fields.value("addrs").isEmpty()) {
            throw fields.error("addrs", "is missing");
        }
        try {
            TrafficSelector range = Selectors.range(fields.text("addrs", "").trim());
            BigInteger size = number(range.to()).subtract(number(range.from())).add(BigInteger.ONE);
            InetAddress first = range.from();
            long usable = size.min(BigInteger.valueOf(MAX_SIZE)).longValueExact();
            if (fields.text("addrs", "").indexOf('/') >= 0 && usable > 2) {
                // the first and the last address of a network are not for hosts
                first = Addresses.plus(first, 1);
                usable -= 2;
            }
            return new PoolConfig(name, range.from(), first, usable, attributes(fields));
        } catch (IllegalArgumentException e) {
            throw fields.error("addrs", e.getMessage());
        }
    }

    private static List<ConfigurationAttribute> attributes(Fields fields) throws ConfException {
        List<ConfigurationAttribute> all = new ArrayList<>();
        for (String key : fields.section().values().keySet()) {
            if (UNSENT.contains(key)) {
                continue;
            }
            int[] types = TYPES.get(key);
            for (String text : fields.list(key)) {
                try {
                    all.add(types == null ? numbered(key, text) : named(key, types, text));
                } catch (IllegalArgumentException e) {
                    throw fields.error(key, e.getMessage());
                }
            }
        }
        return all;
    }

    private static ConfigurationAttribute numbered(String key, String text) {
        int type = Integer.parseInt(key);
        if (type == 0 || type > HIGHEST_TYPE) {
            throw new IllegalArgumentException("attribute " + key + " is not from 1 to " + HIGHEST_TYPE);
        }
        byte[] octets = Addresses.literal(text)
                .map(InetAddress::getAddress)
                .orElseGet(() -> text.getBytes(StandardCharsets.UTF_8));
        return new ConfigurationAttribute(type, Chunk.wrap(octets));
    }

    private static ConfigurationAttribute named(String key, int[] types, String text) {
        if (key.equals("subnet")) {
            return subnet(types, Selectors.range(text));
        }
        byte[] octets = Selectors.address(text).getAddress();
        int type = octets.length == 4 ? types[0] : types[1];
        if (type == 0) {
            throw new IllegalArgumentException(key + " does not exist for IPv6");
        }
        return new ConfigurationAttribute(type, Chunk.wrap(octets));
    }

    /** IPv4: address and mask; IPv6: address and prefix length (RFC 7296 section 3.15.1). */
    private static ConfigurationAttribute subnet(int[] types, TrafficSelector range) {
        int length = range.prefixLength();
        if (length < 0) {
            throw new IllegalArgumentException(range + " is not a prefix");
        }
        Chunk address = Chunk.wrap(range.from().getAddress());
        if (range.isIpv6()) {
            return new ConfigurationAttribute(types[1], Chunk.concat(address, Chunk.of((byte) length)));
        }
        int mask = length == 0 ? 0 : -1 << (32 - length);
        Chunk octets = Chunk.of((byte) (mask >> 24), (byte) (mask >> 16), (byte) (mask >> 8), (byte) mask);
        return new ConfigurationAttribute(types[0], Chunk.concat(address, octets));
    }

    private static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }
}
