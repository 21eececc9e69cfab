// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

/** Explicit congestion notification at the end of a tunnel (RFC 6040 section 4.2). */
final class Ecn {

    static final int NOT_CAPABLE = 0;
    static final int CAPABLE_1 = 1;
    static final int CAPABLE_0 = 2;
    static final int CONGESTION = 3;

    private Ecn() {}

    /** Carries the outer mark over to a whole inner IP packet; false if the packet has to be dropped. */
    static boolean decapsulate(byte[] packet, int inner, int outer) {
        boolean ipv6 = (packet[inner] >> 4 & 0xF) == 6;
        int own = ipv6 ? packet[inner + 1] >> 4 & 3 : packet[inner + 1] & 3;
        if (outer == CONGESTION) {
            if (own == NOT_CAPABLE) {
                return false;
            }
            mark(packet, inner, ipv6, own, CONGESTION);
        } else if (outer == CAPABLE_1 && own == CAPABLE_0) {
            mark(packet, inner, ipv6, own, CAPABLE_1);
        }
        return true;
    }

    private static void mark(byte[] packet, int inner, boolean ipv6, int from, int to) {
        if (ipv6) {
            packet[inner + 1] = (byte) (packet[inner + 1] & ~0x30 | to << 4);
            return;
        }
        packet[inner + 1] = (byte) (packet[inner + 1] & ~3 | to);
        // RFC 1624: HC' = ~(~HC + ~m + m'); version and the rest of the word are the same in both.
        int sum = (~Octets.u16(packet, inner + 10) & 0xFFFF) + (~from & 0xFFFF) + to;
        sum = (sum & 0xFFFF) + (sum >>> 16);
        sum = (sum & 0xFFFF) + (sum >>> 16);
        Octets.put16(packet, inner + 10, ~sum);
    }
}
