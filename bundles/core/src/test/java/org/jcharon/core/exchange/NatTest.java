// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.Packet;
import org.junit.jupiter.api.Test;

/** NAT detection and what follows from it (RFC 7296 section 2.23, RFC 3948). */
class NatTest {

    private static final InetAddress ROUTER = Addresses.literal("203.0.113.7").orElseThrow();

    @Test
    void findsNoNatWhereThereIsNone() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(0, two.moonsConnection().mobike(false).build());
        two.established();
        assertFalse(two.moon.sa().nat().isAny());
        assertFalse(two.sun.sa().nat().isAny());
        assertTrue(two.trace.stream().allMatch(packet -> packet.source().port() == 500));
        assertTrue(two.moon.kernel.sas().stream().noneMatch(KernelSa::isEncapsulated));
        two.pass(Duration.ofSeconds(60));
        assertTrue(two.moon.keepalives.isEmpty());
    }

    @Test
    void findsANatBeforeTheInitiator() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.sun.connections.set(
                0,
                two.sunsConnection()
                        .ike(TwoDaemons.ike(two.sun, two.moon)
                                .remoteAddresses(List.of("%any"))
                                .build())
                        .build());
        two.filter(packet -> packet.source().address().equals(two.moon.address)
                ? new Packet(new Endpoint(ROUTER, packet.source().port() + 10_000), packet.destination(), packet.data())
                : packet.destination().address().equals(ROUTER)
                        ? new Packet(
                                packet.source(),
                                new Endpoint(
                                        two.moon.address, packet.destination().port() - 10_000),
                                packet.data())
                        : packet);
        two.established();
        assertTrue(two.moon.sa().snapshot().natLocal());
        assertFalse(two.moon.sa().snapshot().natRemote());
        assertTrue(two.sun.sa().snapshot().natRemote());
        assertFalse(two.sun.sa().snapshot().natLocal());
        assertEquals(4500, two.moon.sa().local().port());
        assertEquals(new Endpoint(ROUTER, 14_500), two.sun.sa().remote());
        assertEquals(new Endpoint(two.sun.address, 4500), two.sun.sa().local());
        for (KernelSa sa : two.sun.kernel.sas()) {
            assertEquals(sa.inbound() ? 14_500 : 4500, sa.encapsulationSourcePort());
            assertEquals(sa.inbound() ? 4500 : 14_500, sa.encapsulationDestinationPort());
        }
        two.pass(Duration.ofSeconds(65));
        assertEquals(3, two.moon.keepalives.size());
        assertEquals(4500, two.moon.keepalives.get(0).source().port());
        assertTrue(two.sun.keepalives.isEmpty());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void findsANatBeforeTheResponder() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .ike(TwoDaemons.ike(two.moon, two.sun)
                                .remoteAddresses(List.of("203.0.113.7"))
                                .build())
                        .build());
        two.filter(packet -> packet.destination().address().equals(ROUTER)
                ? new Packet(
                        packet.source(),
                        new Endpoint(two.sun.address, packet.destination().port()),
                        packet.data())
                : packet.source().address().equals(two.sun.address)
                        ? new Packet(new Endpoint(ROUTER, packet.source().port()), packet.destination(), packet.data())
                        : packet);
        two.established();
        assertTrue(two.moon.sa().snapshot().natRemote());
        assertFalse(two.moon.sa().snapshot().natLocal());
        assertTrue(two.sun.sa().snapshot().natLocal());
        assertEquals(new Endpoint(ROUTER, 4500), two.moon.sa().remote());
        assertTrue(two.moon.kernel.sas().stream().allMatch(KernelSa::isEncapsulated));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void pretendsANatWhenEncapsulationIsForced() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .ike(TwoDaemons.ike(two.moon, two.sun)
                                .forceEncapsulation(true)
                                .build())
                        .build());
        two.established();
        assertTrue(two.moon.sa().nat().isAny());
        assertTrue(two.sun.sa().snapshot().natRemote());
        assertEquals(4500, two.moon.sa().remote().port());
        assertTrue(two.sun.kernel.sas().stream().allMatch(KernelSa::isEncapsulated));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void pretendsANatWhenTheDataPlaneNeedsUdp() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.sun.kernel.features(EnumSet.of(KernelIpsec.Feature.ESN));
        two.established();
        assertTrue(two.moon.sa().snapshot().natRemote());
        assertTrue(two.moon.kernel.sas().stream().allMatch(KernelSa::isEncapsulated));
        assertTrue(two.sun.kernel.sas().stream().allMatch(KernelSa::isEncapsulated));
        assertEquals(List.of(), two.leaksAfterClosing());
    }
}
