// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jcharon.api.config.Lifetime;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.Transforms;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.wire.Secret;
import org.junit.jupiter.api.Test;

/** From one version of the plugin to the next. */
class HandoverTest {

    private static final int OUT = 0xC0000001;
    private static final int IN = 0xC0000002;
    private static final TransformId CBC = TransformId.encr(Transforms.ENCR_AES_CBC, 256);
    private static final TransformId SHA2 = TransformId.integ(Transforms.AUTH_HMAC_SHA2_256_128);

    private static Side filled() throws KernelException {
        Side side = Side.left();
        side.kernel.addSa(side.outbound(OUT, Side.GCM, Side.NO_INTEG)
                .lifetime(Lifetime.builder().rekeyTime(Duration.ofMinutes(10)).build())
                .build());
        side.kernel.addSa(side.inbound(IN, CBC, SHA2)
                .replayWindow(128)
                .extendedSequenceNumbers(true)
                .build());
        side.allOut(OUT);
        side.kernel.addPolicy(
                side.policy(KernelPolicy.Direction.OUT, Side.prefix("10.1.0.0", 16), Side.prefix("10.2.0.0", 16))
                        .spi(OUT)
                        .virtualIps(List.of(Side.address("10.1.0.1")))
                        .build());
        side.kernel.allocateSpi(Side.RIGHT, Side.LEFT, ProtocolId.ESP);
        return side;
    }

    private static SaFactory factory(Side side) {
        return new SaFactory(side.crypto, side.time, side.plane.inboundPolicies::anyOf);
    }

    @Test
    void tunnelsGoOn() throws KernelException, IOException {
        Side old = filled();
        Side peer = Side.right();
        peer.kernel.addSa(peer.inbound(OUT, Side.GCM, Side.NO_INTEG).build());
        peer.kernel.addSa(
                peer.outbound(IN, CBC, SHA2).extendedSequenceNumbers(true).build());
        peer.allOut(IN);
        old.fromDevice(Packets.any());
        peer.fromWire(old.sent());
        peer.fromDevice(Packets.any());
        byte[] before = peer.sent();
        old.fromWire(before);
        old.time.advance(Duration.ofMinutes(4));
        List<KernelNet.Route> routes = old.net.routes();

        Side next = Side.left();
        try (Secret octets = StateCodec.encode(old.kernel.detach())) {
            next.kernel.attach(StateCodec.decode(octets, factory(next)));
        }
        assertEquals(3, next.kernel.saCount());
        assertEquals(3, next.kernel.policyCount());
        assertEquals(List.of(), next.net.routes(), "they are there already");

        next.fromDevice(Packets.any());
        assertEquals(1 + StateCodec.SEQUENCE_LEAP + 1, Octets.u32(next.sent(), 4));
        peer.fromWire(next.sent());
        assertEquals(2, peer.delivered.size());
        next.fromWire(before);
        assertEquals(1, next.drops(Drop.REPLAYED));
        peer.fromDevice(Packets.any());
        next.fromWire(peer.sent());
        assertArrayEquals(Packets.any(), next.delivered.remove());

        next.scheduler.advance(Duration.ofMinutes(6));
        assertEquals(List.of("expire c0000001 soft"), next.events, "the time used before counts");
        for (KernelNet.Route route : routes) {
            next.net.addRoute(route);
        }
        next.kernel.clear();
        assertEquals(List.of(), next.net.leaks(), "it knows the routes");
    }

    @Test
    void theOldOneIsEmptyAndWiped() throws KernelException {
        Side old = filled();
        List<Sa> sas = List.copyOf(old.kernel.sas());
        StateCodec.encode(old.kernel.detach()).close();
        assertEquals(0, old.kernel.saCount());
        sas.forEach(sa -> assertTrue(sa.definition().encryptionKey().isClosed()));
        old.fromDevice(Packets.any());
        assertTrue(old.wire.isEmpty());
        assertThrows(
                KernelException.class,
                () -> old.kernel.addSa(
                        old.outbound(OUT, Side.GCM, Side.NO_INTEG).build()));
    }

    @Test
    void brokenOctetsAreRefused() throws KernelException {
        byte[] whole = StateCodec.encode(filled().kernel.detach()).reveal();
        Side next = Side.left();
        for (int length = 0; length < whole.length; length += 7) {
            Secret cut = Secret.own(Arrays.copyOf(whole, length));
            assertThrows(IOException.class, () -> StateCodec.decode(cut, factory(next)));
        }
    }
}
