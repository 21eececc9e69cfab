// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.wire.Secret;
import org.jcharon.lib.testkit.FakeKernel;
import org.jcharon.lib.testkit.FakeScheduler;
import org.jcharon.lib.testkit.FakeTime;
import org.jcharon.lib.testkit.ImmediateProcessor;
import org.junit.jupiter.api.Test;

class KernelServicesTest {

    private final ImmediateProcessor processor = new ImmediateProcessor();
    private final FakeScheduler scheduler = new FakeScheduler(new FakeTime(), processor);

    @Test
    void handsAStateOverExactlyOnce() {
        try (KernelHandoverService handover = new KernelHandoverService(scheduler)) {
            handover.deposit("kernel-libipsec", 1, Secret.own(new byte[] {1}));
            assertEquals(1, handover.take("kernel-libipsec", 1).orElseThrow().length());
            assertTrue(handover.take("kernel-libipsec", 1).isEmpty());
            assertEquals(0, scheduler.size());
        }
    }

    @Test
    void wipesAStateThatNobodyTakes() {
        try (KernelHandoverService handover = new KernelHandoverService(scheduler)) {
            Secret replaced = Secret.own(new byte[] {1});
            Secret late = Secret.own(new byte[] {2});
            handover.deposit("p", 1, replaced);
            scheduler.advance(Duration.ofSeconds(5));
            handover.deposit("p", 1, late);
            assertTrue(replaced.isClosed());
            scheduler.advance(Duration.ofSeconds(9));
            assertFalse(late.isClosed());
            scheduler.advance(Duration.ofSeconds(1));
            assertTrue(late.isClosed());
            assertTrue(handover.take("p", 1).isEmpty());
        }
    }

    @Test
    void wipesAStateOfAnotherVersionAndWhatIsLeftAtTheEnd() {
        KernelHandoverService handover = new KernelHandoverService(scheduler);
        Secret other = Secret.own(new byte[] {1});
        handover.deposit("p", 2, other);
        assertTrue(handover.take("p", 1).isEmpty());
        assertTrue(other.isClosed());
        Secret left = Secret.own(new byte[] {2});
        handover.deposit("p", 1, left);
        handover.close();
        assertTrue(left.isClosed());
    }

    @Test
    void keepsTheSuccessorWhenTheOldKernelLeaves() {
        KernelRegistryService registry = new KernelRegistryService();
        FakeKernel old = new FakeKernel();
        FakeKernel fresh = new FakeKernel();
        registry.attachIpsec(old);
        registry.attachIpsec(fresh);
        registry.detachIpsec(old);
        assertSame(fresh, registry.ipsec().orElseThrow());
        registry.detachIpsec(fresh);
        assertTrue(registry.ipsec().isEmpty());
    }

    private final KernelEventsService events = new KernelEventsService(processor, scheduler);
    private final List<String> heard = new ArrayList<>();

    @Test
    void gathersRoamEvents() {
        listen();
        events.roam(false);
        events.roam(true);
        events.roam(false);
        events.acquire(3, TrafficSelector.all(false), TrafficSelector.all(false));
        scheduler.advance(Duration.ofSeconds(1));
        assertEquals(List.of("acquire 3", "roam true"), heard);
    }

    /** A flood costs a job for each of few packets a second. */
    @Test
    void takesFewUnknownSpisASecond() {
        listen();
        Endpoint from = new Endpoint(Addresses.literal("192.0.2.1").orElseThrow(), 4500);
        Endpoint to = new Endpoint(Addresses.literal("192.0.2.2").orElseThrow(), 0);
        for (int spi = 1; spi <= 1000; spi++) {
            events.unknownSpi(spi, from, to);
        }
        assertEquals(4, scheduler.size());
        scheduler.advance(Duration.ofSeconds(1));
        assertEquals(4, heard.size());
        assertEquals("unknown 1 192.0.2.1[4500] 192.0.2.2[0]", heard.get(0));
        events.unknownSpi(7, from, to);
        scheduler.advance(Duration.ofSeconds(1));
        assertEquals(5, heard.size());
    }

    private void listen() {
        events.handler(new KernelEventHandler() {
            @Override
            public void acquire(int reqid, TrafficSelector source, TrafficSelector destination) {
                heard.add("acquire " + reqid);
            }

            @Override
            public void expire(SaId sa, boolean hard) {}

            @Override
            public void mapping(SaId inbound, Endpoint newRemote) {}

            @Override
            public void unknownSpi(int spi, Endpoint source, Endpoint destination) {
                heard.add("unknown " + spi + " " + source + " " + destination);
            }

            @Override
            public void roam(boolean address) {
                heard.add("roam " + address);
            }
        });
    }
}
