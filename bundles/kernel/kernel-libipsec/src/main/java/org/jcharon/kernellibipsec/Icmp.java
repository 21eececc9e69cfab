// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.net.InetAddress;

/** ICMP and ICMPv6 echo (RFC 792, RFC 4443 section 4), whole IP packets without options. */
final class Icmp {

    private static final int V4_HEADER = 20;
    private static final int V6_HEADER = 40;
    private static final int ECHO = 8;
    private static final int DATA = 32;
    private static final int HOP_LIMIT = 64;

    /** What an echo message is. */
    enum Kind {
        REQUEST,
        REPLY,
        OTHER
    }

    private Icmp() {}

    static Kind kind(byte[] packet, int offset, int length) {
        boolean ipv6 = isV6(packet, offset);
        int header = ipv6 ? V6_HEADER : V4_HEADER;
        if (length < header + ECHO) {
            return Kind.OTHER;
        }
        boolean plain = ipv6
                ? packet[offset + 6] == 58
                : packet[offset] == 0x45 && packet[offset + 9] == 1 && (Octets.u16(packet, offset + 6) & 0x3FFF) == 0;
        if (!plain || packet[offset + header + 1] != 0 || checksum(packet, offset, length, header) != 0) {
            return Kind.OTHER;
        }
        int type = packet[offset + header] & 0xFF;
        if (type == (ipv6 ? 128 : 8)) {
            return Kind.REQUEST;
        }
        return type == (ipv6 ? 129 : 0) ? Kind.REPLY : Kind.OTHER;
    }

    /** The reply to a request, a packet of its own. */
    static byte[] replyTo(byte[] packet, int offset, int length) {
        byte[] reply = java.util.Arrays.copyOfRange(packet, offset, offset + length);
        boolean ipv6 = isV6(reply, 0);
        int octets = ipv6 ? 16 : 4;
        int source = ipv6 ? 8 : 12;
        System.arraycopy(packet, offset + source, reply, source + octets, octets);
        System.arraycopy(packet, offset + source + octets, reply, source, octets);
        reply[ipv6 ? V6_HEADER : V4_HEADER] = (byte) (ipv6 ? 129 : 0);
        seal(reply);
        return reply;
    }

    /** A request; both addresses are of one family. */
    static byte[] request(InetAddress source, InetAddress destination, int identifier, int sequence) {
        byte[] from = source.getAddress();
        byte[] to = destination.getAddress();
        boolean ipv6 = from.length == 16;
        int header = ipv6 ? V6_HEADER : V4_HEADER;
        byte[] packet = new byte[header + ECHO + DATA];
        packet[0] = (byte) (ipv6 ? 0x60 : 0x45);
        Octets.put16(packet, ipv6 ? 4 : 2, ipv6 ? packet.length - header : packet.length);
        packet[ipv6 ? 6 : 9] = (byte) (ipv6 ? 58 : 1);
        System.arraycopy(from, 0, packet, ipv6 ? 8 : 12, from.length);
        System.arraycopy(to, 0, packet, ipv6 ? 24 : 16, to.length);
        packet[header] = (byte) (ipv6 ? 128 : 8);
        Octets.put16(packet, header + 4, identifier);
        Octets.put16(packet, header + 6, sequence);
        for (int i = 0; i < DATA; i++) {
            packet[header + ECHO + i] = (byte) i;
        }
        seal(packet);
        return packet;
    }

    /** Identifier of an echo message. */
    static int identifier(byte[] packet, int offset) {
        return Octets.u16(packet, offset + (isV6(packet, offset) ? V6_HEADER : V4_HEADER) + 4);
    }

    private static boolean isV6(byte[] packet, int offset) {
        return (packet[offset] >> 4 & 0xF) == 6;
    }

    private static void seal(byte[] packet) {
        boolean ipv6 = isV6(packet, 0);
        int header = ipv6 ? V6_HEADER : V4_HEADER;
        if (ipv6) {
            packet[7] = HOP_LIMIT;
        } else {
            packet[8] = HOP_LIMIT;
            Octets.put16(packet, 10, 0);
            Octets.put16(packet, 10, fold(sum(packet, 0, header)));
        }
        Octets.put16(packet, header + 2, 0);
        Octets.put16(packet, header + 2, checksum(packet, 0, packet.length, header));
    }

    // ICMPv6 covers a pseudo header too (RFC 4443 section 2.3).
    private static int checksum(byte[] packet, int offset, int length, int header) {
        long sum = sum(packet, offset + header, length - header);
        if (header == V6_HEADER) {
            sum += sum(packet, offset + 8, 32) + (length - header) + 58;
        }
        return fold(sum);
    }

    private static long sum(byte[] packet, int offset, int length) {
        long sum = 0;
        for (int i = 0; i + 1 < length; i += 2) {
            sum += Octets.u16(packet, offset + i);
        }
        return length % 2 == 0 ? sum : sum + ((packet[offset + length - 1] & 0xFF) << 8);
    }

    private static int fold(long sum) {
        long folded = sum;
        while (folded >>> 16 != 0) {
            folded = (folded & 0xFFFF) + (folded >>> 16);
        }
        return (int) (~folded & 0xFFFF);
    }
}
