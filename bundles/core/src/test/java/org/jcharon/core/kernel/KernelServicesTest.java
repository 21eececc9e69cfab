// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.kernel;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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

    @Test
    void gathersRoamEvents() {
        KernelEventsService events = new KernelEventsService(processor, scheduler);
        List<String> heard = new ArrayList<>();
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
            public void roam(boolean address) {
                heard.add("roam " + address);
            }
        });
        events.roam(false);
        events.roam(true);
        events.roam(false);
        events.acquire(3, TrafficSelector.all(false), TrafficSelector.all(false));
        scheduler.advance(Duration.ofSeconds(1));
        assertEquals(List.of("acquire 3", "roam true"), heard);
    }
}
