// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.TrafficSelector;

/**
 * What selectors look at in one IP packet. One object is filled again for each packet, so that nothing is allocated; not
 * thread-safe. IPv4 addresses are in the low half with a high half of 0.
 */
final class Flow {

    static final int UNKNOWN_PORT = -1;

    private static final int MAX_EXTENSION_HEADERS = 8;
    private static final int V4_HEADER = 20;
    private static final int V6_HEADER = 40;

    boolean ipv6;
    int protocol;
    long sourceHigh;
    long sourceLow;
    long destinationHigh;
    long destinationLow;
    int sourcePort;
    int destinationPort;
    /** DSCP in the upper six bits, ECN in the lower two. */
    int trafficClass;

    /** Octets that the IP header announces, never more than were given. */
    int totalOctets;

    /** Reads the headers of a packet; false if there is no whole IP packet. What lies behind the packet is not looked at. */
    boolean parse(byte[] packet, int offset, int length) {
        if (length < V4_HEADER) {
            return false;
        }
        return switch (packet[offset] >> 4 & 0xF) {
            case 4 -> parseV4(packet, offset, length);
            case 6 -> length >= V6_HEADER && parseV6(packet, offset, length);
            default -> false;
        };
    }

    private boolean parseV4(byte[] packet, int offset, int length) {
        int header = (packet[offset] & 0xF) * 4;
        totalOctets = Octets.u16(packet, offset + 2);
        if (header < V4_HEADER || totalOctets < header || totalOctets > length) {
            return false;
        }
        ipv6 = false;
        trafficClass = packet[offset + 1] & 0xFF;
        sourceHigh = 0;
        destinationHigh = 0;
        sourceLow = Octets.u32(packet, offset + 12);
        destinationLow = Octets.u32(packet, offset + 16);
        protocol = packet[offset + 9] & 0xFF;
        boolean laterFragment = (Octets.u16(packet, offset + 6) & 0x1FFF) != 0;
        ports(packet, offset + header, laterFragment ? 0 : totalOctets - header);
        return true;
    }

    private boolean parseV6(byte[] packet, int offset, int length) {
        totalOctets = V6_HEADER + Octets.u16(packet, offset + 4);
        if (totalOctets > length) {
            return false;
        }
        ipv6 = true;
        trafficClass = Octets.u16(packet, offset) >> 4 & 0xFF;
        sourceHigh = Octets.u64(packet, offset + 8);
        sourceLow = Octets.u64(packet, offset + 16);
        destinationHigh = Octets.u64(packet, offset + 24);
        destinationLow = Octets.u64(packet, offset + 32);
        protocol = packet[offset + 6] & 0xFF;
        int at = V6_HEADER;
        for (int headers = 0; isExtension(protocol) && headers < MAX_EXTENSION_HEADERS; headers++) {
            if (totalOctets - at < 8) {
                return false;
            }
            boolean fragment = protocol == 44;
            int octets = fragment
                    ? 8
                    : protocol == 51
                            ? ((packet[offset + at + 1] & 0xFF) + 2) * 4
                            : ((packet[offset + at + 1] & 0xFF) + 1) * 8;
            protocol = packet[offset + at] & 0xFF;
            if (fragment && (Octets.u16(packet, offset + at + 2) & 0xFFF8) != 0) {
                ports(packet, offset, 0);
                return true;
            }
            at += octets;
            if (at > totalOctets) {
                return false;
            }
        }
        ports(packet, offset + at, totalOctets - at);
        return true;
    }

    private static boolean isExtension(int header) {
        return header == 0 || header == 43 || header == 44 || header == 51 || header == 60;
    }

    // ICMP type and code stand for both ports (RFC 4301 section 4.4.1.1).
    private void ports(byte[] packet, int at, int available) {
        sourcePort = UNKNOWN_PORT;
        destinationPort = UNKNOWN_PORT;
        switch (protocol) {
            case 6, 17, 33, 132, 136 -> {
                if (available >= 4) {
                    sourcePort = Octets.u16(packet, at);
                    destinationPort = Octets.u16(packet, at + 2);
                }
            }
            case 1, 58 -> {
                if (available >= 2) {
                    sourcePort = Octets.u16(packet, at);
                    destinationPort = sourcePort;
                }
            }
            default -> {}
        }
    }

    /** Whether the other packet has the same addresses, protocol and ports. */
    boolean sameAs(Flow other) {
        return destinationLow == other.destinationLow
                && sourceLow == other.sourceLow
                && destinationHigh == other.destinationHigh
                && sourceHigh == other.sourceHigh
                && destinationPort == other.destinationPort
                && sourcePort == other.sourcePort
                && protocol == other.protocol
                && ipv6 == other.ipv6;
    }

    void copyFrom(Flow other) {
        ipv6 = other.ipv6;
        protocol = other.protocol;
        sourceHigh = other.sourceHigh;
        sourceLow = other.sourceLow;
        destinationHigh = other.destinationHigh;
        destinationLow = other.destinationLow;
        sourcePort = other.sourcePort;
        destinationPort = other.destinationPort;
        totalOctets = other.totalOctets;
        trafficClass = other.trafficClass;
    }

    /** The packet's source as a selector, for an acquire. */
    TrafficSelector sourceSelector() {
        return selector(sourceHigh, sourceLow, sourcePort);
    }

    /** The packet's destination as a selector, for an acquire. */
    TrafficSelector destinationSelector() {
        return selector(destinationHigh, destinationLow, destinationPort);
    }

    private TrafficSelector selector(long high, long low, int port) {
        InetAddress address = address(ipv6, high, low);
        return port == UNKNOWN_PORT
                ? new TrafficSelector(protocol, 0, 0xFFFF, address, address)
                : new TrafficSelector(protocol, port, port, address, address);
    }

    static InetAddress address(boolean ipv6, long high, long low) {
        return Addresses.ofOctets(
                ipv6
                        ? ByteBuffer.allocate(16).putLong(high).putLong(low).array()
                        : ByteBuffer.allocate(4).putInt((int) low).array());
    }
}
