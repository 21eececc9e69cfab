// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The table of RFC 6040 section 4.2. */
class EcnTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0, 0", "0, 1, 0", "0, 2, 0", "0, 3, -1",
        "2, 0, 2", "2, 1, 1", "2, 2, 2", "2, 3, 3",
        "1, 0, 1", "1, 1, 1", "1, 2, 1", "1, 3, 3",
        "3, 0, 3", "3, 1, 3", "3, 2, 3", "3, 3, 3"
    })
    void innerAndOuterMarksGiveTheResultingOne(int inner, int outer, int expected) {
        byte[] v4 = Packets.any();
        v4[1] = (byte) (0xB8 | inner);
        Octets.put16(v4, 10, ~sum(v4));
        check(v4, outer, expected, 0);
        if (expected >= 0) {
            assertEquals(0xB8, v4[1] & 0xFC);
            assertEquals(0xFFFF, sum(v4), "header checksum");
        }
        byte[] v6 = Packets.udp("2001:db8::1", "2001:db8::2", 1, 2, 3);
        Octets.put16(v6, 0, 0x6B80 | inner << 4);
        check(v6, outer, expected, 4);
    }

    private static void check(byte[] packet, int outer, int expected, int shift) {
        byte[] room = new byte[packet.length + 5];
        System.arraycopy(packet, 0, room, 5, packet.length);
        assertEquals(expected >= 0, Ecn.decapsulate(room, 5, outer));
        if (expected >= 0) {
            assertEquals(expected, room[6] >> shift & 3);
        }
        System.arraycopy(room, 5, packet, 0, packet.length);
    }

    private static int sum(byte[] packet) {
        int sum = 0;
        for (int i = 0; i < 20; i += 2) {
            sum += Octets.u16(packet, i);
        }
        return (sum & 0xFFFF) + (sum >>> 16);
    }
}
