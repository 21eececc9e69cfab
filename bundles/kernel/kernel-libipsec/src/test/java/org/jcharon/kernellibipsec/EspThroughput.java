// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.lang.management.ManagementFactory;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.Transforms;
import org.jcharon.api.kernel.KernelException;

/** Packets a second through one thread, without device and socket: protecting, then opening. For running by hand. */
final class EspThroughput {

    private static final int SPI = 0xC0000001;
    private static final int PACKETS = 500_000;

    private EspThroughput() {}

    public static void main(String[] arguments) throws KernelException {
        TransformId none = Side.NO_INTEG;
        TransformId sha2 = TransformId.integ(Transforms.AUTH_HMAC_SHA2_256_128);
        for (int payload : new int[] {36, 1300}) {
            for (int round = 0; round < 3; round++) {
                run(Side.GCM, none, payload);
            }
            run(TransformId.encr(Transforms.ENCR_AES_CBC, 128), sha2, payload);
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void run(TransformId encr, TransformId integ, int payload) throws KernelException {
        Side left = Side.left();
        Side right = Side.right();
        left.kernel.addSa(left.outbound(SPI, encr, integ).build());
        left.allOut(SPI);
        right.kernel.addSa(right.inbound(SPI, encr, integ).build());
        byte[] packet = Packets.udp("10.1.0.1", "10.2.0.1", 1, 2, payload);
        long begin = cpuNanos();
        for (int i = 0; i < PACKETS; i++) {
            left.fromDevice(packet);
            right.fromWire(left.wire.remove());
            left.sentTo.clear();
            right.delivered.remove();
        }
        double micros = (cpuNanos() - begin) / 1000.0 / PACKETS;
        System.out.printf(
                "%-18s %5d octets: %.2f us of CPU a packet, both ways: %.0f packets/s%n",
                encr, packet.length, micros, 1_000_000 / micros);
    }
}
