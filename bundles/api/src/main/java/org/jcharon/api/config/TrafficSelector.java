// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.config;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.Optional;

/**
 * A range of addresses, ports and a protocol (RFC 7296 section 3.13.1).
 *
 * <p>For ICMP and ICMPv6 the port numbers hold type (upper octet) and code (lower octet) as RFC 4301 section 4.4.1.1 says.
 * {@code fromPort} 65535 with {@code toPort} 0 means OPAQUE.
 *
 * @param protocol IP protocol number, 0: any
 * @param fromPort first port, 0 to 65535
 * @param toPort last port, 0 to 65535
 * @param from first address
 * @param to last address, of the same family
 */
public record TrafficSelector(int protocol, int fromPort, int toPort, InetAddress from, InetAddress to) {

    /** Throws {@link IllegalArgumentException} for numbers out of range or addresses of two families or in the wrong order. */
    public TrafficSelector {
        if (protocol < 0 || protocol > 255 || fromPort < 0 || fromPort > 0xFFFF || toPort < 0 || toPort > 0xFFFF) {
            throw new IllegalArgumentException("protocol " + protocol + " ports " + fromPort + " to " + toPort);
        }
        if (from.getAddress().length != to.getAddress().length || compare(from, to) > 0) {
            throw new IllegalArgumentException("addresses " + Addresses.text(from) + " to " + Addresses.text(to));
        }
    }

    /** All traffic of one address. */
    public static TrafficSelector ofAddress(InetAddress address) {
        return new TrafficSelector(0, 0, 0xFFFF, address, address);
    }

    /** All traffic of a prefix; bits of {@code address} beyond {@code prefixLength} do not count. */
    public static TrafficSelector ofPrefix(InetAddress address, int prefixLength) {
        byte[] low = address.getAddress();
        byte[] high = low.clone();
        if (prefixLength < 0 || prefixLength > low.length * 8) {
            throw new IllegalArgumentException("prefix length " + prefixLength);
        }
        for (int bit = prefixLength; bit < low.length * 8; bit++) {
            low[bit / 8] &= (byte) ~(0x80 >> (bit % 8));
            high[bit / 8] |= (byte) (0x80 >> (bit % 8));
        }
        return new TrafficSelector(0, 0, 0xFFFF, Addresses.ofOctets(low), Addresses.ofOctets(high));
    }

    /** All traffic of IPv4 or IPv6. */
    public static TrafficSelector all(boolean ipv6) {
        return ofPrefix(Addresses.ofOctets(new byte[ipv6 ? 16 : 4]), 0);
    }

    /** Whether the addresses are IPv6. */
    public boolean isIpv6() {
        return from.getAddress().length == 16;
    }

    /** Whether the ports say OPAQUE: not available in every packet. */
    public boolean isOpaque() {
        return fromPort == 0xFFFF && toPort == 0;
    }

    /** Whether all ports are meant. */
    public boolean isAnyPort() {
        return fromPort == 0 && toPort == 0xFFFF;
    }

    /** The same with another protocol and ports. */
    public TrafficSelector with(int newProtocol, int newFromPort, int newToPort) {
        return new TrafficSelector(newProtocol, newFromPort, newToPort, from, to);
    }

    /** The same protocol and ports for one address. */
    public TrafficSelector at(InetAddress address) {
        return new TrafficSelector(protocol, fromPort, toPort, address, address);
    }

    /** What both select, empty if nothing. */
    public Optional<TrafficSelector> intersect(TrafficSelector other) {
        if (isIpv6() != other.isIpv6() || (protocol != other.protocol && protocol != 0 && other.protocol != 0)) {
            return Optional.empty();
        }
        int low = Math.max(fromPort, other.fromPort);
        int high = Math.min(toPort, other.toPort);
        if (isOpaque() || other.isOpaque()) {
            if (!(isOpaque() || isAnyPort()) || !(other.isOpaque() || other.isAnyPort())) {
                return Optional.empty();
            }
            low = 0xFFFF;
            high = 0;
        } else if (low > high) {
            return Optional.empty();
        }
        InetAddress first = compare(from, other.from) >= 0 ? from : other.from;
        InetAddress last = compare(to, other.to) <= 0 ? to : other.to;
        if (compare(first, last) > 0) {
            return Optional.empty();
        }
        return Optional.of(new TrafficSelector(Math.max(protocol, other.protocol), low, high, first, last));
    }

    /** Whether everything that this selects is selected by {@code other} too. */
    public boolean isSubsetOf(TrafficSelector other) {
        return intersect(other).filter(this::equals).isPresent();
    }

    /** Whether a packet of this protocol, port and address is selected; an unknown port is -1 and fits only all ports. */
    public boolean includes(int packetProtocol, int port, InetAddress address) {
        return (protocol == 0 || protocol == packetProtocol)
                && (isAnyPort() || (port >= fromPort && port <= toPort))
                && contains(address);
    }

    /** Whether an address lies in the range. */
    public boolean contains(InetAddress address) {
        return address.getAddress().length == from.getAddress().length
                && compare(from, address) <= 0
                && compare(address, to) <= 0;
    }

    /** Length of the prefix that the range is, -1 if it is none. */
    public int prefixLength() {
        byte[] low = from.getAddress();
        byte[] high = to.getAddress();
        int bits = low.length * 8;
        int length = 0;
        while (length < bits && bit(low, length) == bit(high, length)) {
            length++;
        }
        for (int i = length; i < bits; i++) {
            if (bit(low, i) != 0 || bit(high, i) != 1) {
                return -1;
            }
        }
        return length;
    }

    private static int bit(byte[] octets, int index) {
        return octets[index / 8] >> (7 - index % 8) & 1;
    }

    private static int compare(InetAddress a, InetAddress b) {
        return Arrays.compareUnsigned(a.getAddress(), b.getAddress());
    }

    /** strongSwan's form, such as {@code 10.1.0.0/16[tcp/80]}. */
    @Override
    public String toString() {
        int prefix = prefixLength();
        String range =
                prefix >= 0 ? Addresses.text(from) + "/" + prefix : Addresses.text(from) + ".." + Addresses.text(to);
        if (protocol == 0 && isAnyPort()) {
            return range;
        }
        String name = protocol == 0 ? "" : ServiceNames.protocol(protocol);
        return range + "[" + name + ports() + "]";
    }

    private String ports() {
        if (isAnyPort()) {
            return "";
        }
        if (isOpaque()) {
            return "/OPAQUE";
        }
        boolean icmp = protocol == 1 || protocol == 58;
        if (fromPort == toPort) {
            return "/" + (icmp ? icmp(fromPort) : ServiceNames.port(protocol, fromPort));
        }
        if (icmp && fromPort >> 8 == toPort >> 8 && (fromPort & 0xFF) == 0 && (toPort & 0xFF) == 0xFF) {
            return "/" + (fromPort >> 8); // each code of a type
        }
        return "/" + (icmp ? icmp(fromPort) + "-" + icmp(toPort) : fromPort + "-" + toPort);
    }

    /** Type, and code unless it is zero. */
    private static String icmp(int typeAndCode) {
        int code = typeAndCode & 0xFF;
        return (typeAndCode >> 8) + (code == 0 ? "" : "(" + code + ")");
    }
}
