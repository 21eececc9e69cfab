// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.Transforms;
import org.jcharon.api.kernel.KernelException;
import org.junit.jupiter.api.Test;

/** Whatever arrives, nothing is thrown and nothing unauthenticated is delivered. */
class HostilePacketsTest {

    private static final int SPI = 0xC0000001;

    private static Side receiver(TransformId encr, TransformId integ) throws KernelException {
        Side side = Side.right();
        side.kernel.addSa(side.inbound(SPI, encr, integ)
                .destinationSelectors(List.of(TrafficSelector.all(false)))
                .build());
        return side;
    }

    @Property(tries = 3000)
    void randomOctetsForAnSaAreDropped(@ForAll @Size(max = 200) byte[] octets) throws KernelException {
        Side side = receiver(
                TransformId.encr(Transforms.ENCR_AES_CBC, 128), TransformId.integ(Transforms.AUTH_HMAC_SHA2_256_128));
        if (octets.length >= 4) {
            Octets.put32(octets, 0, SPI);
        }
        side.fromWire(octets);
        assertEquals(0, side.delivered.size());
        assertEquals(0, side.drops(Drop.FAULT));
    }

    @Test
    void changedPacketsAreDropped() throws KernelException {
        Side left = Side.left();
        left.kernel.addSa(left.outbound(SPI, Side.GCM, Side.NO_INTEG).build());
        left.allOut(SPI);
        Side right = receiver(Side.GCM, Side.NO_INTEG);
        SplittableRandom random = new SplittableRandom(4);
        int rounds = 20_000;
        for (int i = 0; i < rounds; i++) {
            left.fromDevice(Packets.any());
            byte[] esp = left.wire.remove();
            esp[4 + random.nextInt(esp.length - 4)] ^= (byte) (1 << random.nextInt(8));
            int cut = random.nextInt(4) == 0 ? random.nextInt(esp.length) : esp.length;
            right.fromWire(java.util.Arrays.copyOf(esp, cut));
        }
        assertEquals(0, right.delivered.size());
        assertEquals(0, right.drops(Drop.FAULT));
        assertEquals(
                rounds,
                right.plane.counters.drops().values().stream()
                        .mapToLong(Long::longValue)
                        .sum());
    }

    @Test
    void authenticNonsenseInsideIsDropped() throws KernelException {
        Side left = Side.left();
        left.kernel.addSa(left.outbound(SPI, Side.GCM, Side.NO_INTEG).build());
        Side right = receiver(Side.GCM, Side.NO_INTEG);
        OutboundSa sa = (OutboundSa) left.kernel.sas().iterator().next();
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 50_000; i++) {
            byte[] packet = new byte[OutboundSa.HEADROOM + 120 + OutboundSa.TAILROOM];
            random.nextBytes(packet);
            int length = random.nextInt(120);
            if (length > 0) {
                packet[OutboundSa.HEADROOM] = (byte) (random.nextBoolean() ? 0x45 : 0x60);
            }
            if (length > 5) {
                Octets.put16(packet, OutboundSa.HEADROOM + (random.nextBoolean() ? 2 : 4), random.nextInt(130));
            }
            int octets = sa.protect(packet, OutboundSa.HEADROOM, length, random.nextBoolean() ? 4 : 41, 1);
            byte[] esp = java.util.Arrays.copyOfRange(
                    packet, OutboundSa.HEADROOM - sa.headerOctets(), OutboundSa.HEADROOM - sa.headerOctets() + octets);
            right.fromWire(esp);
        }
        assertEquals(0, right.drops(Drop.FAULT));
        assertEquals(0, right.drops(Drop.FORGED));
    }

    @Property(tries = 3000)
    void randomOctetsFromTheDeviceAreNotSent(@ForAll @Size(max = 120) byte[] octets, @ForAll boolean ipv6)
            throws KernelException {
        Side side = Side.left();
        if (octets.length > 0) {
            octets[0] = (byte) (ipv6 ? 0x60 : 0x46);
        }
        side.fromDevice(octets);
        assertEquals(0, side.wire.size());
        assertEquals(0, side.drops(Drop.FAULT));
    }
}
