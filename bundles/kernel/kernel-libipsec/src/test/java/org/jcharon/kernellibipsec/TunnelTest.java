// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.crypto.Transforms;
import org.jcharon.api.kernel.KernelException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Packets from one end to the other with each cipher. */
class TunnelTest {

    record Suite(TransformId encr, TransformId integ, boolean extended) {}

    static List<Suite> suites() {
        TestCrypto crypto = new TestCrypto();
        List<Suite> suites = new ArrayList<>();
        for (TransformId encr : crypto.transforms(TransformType.ENCR)) {
            for (boolean extended : new boolean[] {false, true}) {
                if (encr.isAead()) {
                    suites.add(new Suite(encr, Side.NO_INTEG, extended));
                    continue;
                }
                for (TransformId integ : crypto.transforms(TransformType.INTEG)) {
                    if (integ.id() != Transforms.AUTH_NONE) {
                        suites.add(new Suite(encr, integ, extended));
                    }
                }
            }
        }
        return suites;
    }

    @ParameterizedTest
    @MethodSource("suites")
    void packetsOfEachLengthArriveAsTheyWere(Suite suite) throws KernelException {
        Side left = Side.left();
        Side right = Side.right();
        left.kernel.addSa(left.outbound(0xC0000001, suite.encr(), suite.integ())
                .extendedSequenceNumbers(suite.extended())
                .build());
        left.allOut(0xC0000001);
        right.kernel.addSa(right.inbound(0xC0000001, suite.encr(), suite.integ())
                .extendedSequenceNumbers(suite.extended())
                .build());
        for (int payload = 0; payload < 70; payload++) {
            boolean ipv6 = payload % 2 == 1;
            byte[] packet = ipv6
                    ? Packets.udp("2001:db8::1", "2001:db8::2", 1, 2, payload)
                    : Packets.udp("10.1.0.1", "10.2.0.1", 1, 2, payload);
            left.fromDevice(packet);
            assertFalse(left.wire.isEmpty(), () -> left.plane.counters.drops().toString());
            byte[] esp = left.wire.remove();
            right.fromWire(esp);
            assertFalse(
                    right.delivered.isEmpty(),
                    () -> right.plane.counters.drops().toString());
            assertArrayEquals(packet, right.delivered.remove());
        }
        assertEquals(70, right.plane.counters.received.sum());
        assertTrue(right.plane.counters.drops().isEmpty());
    }
}
