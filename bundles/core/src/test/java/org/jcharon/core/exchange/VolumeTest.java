// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jcharon.api.config.Lifetime;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.kernel.SaId;
import org.jcharon.core.child.ChildSa;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Limits of octets and packets, which the data plane counts (RFC 7296 section 2.8; RFC 4301 section 4.4.2.1). */
class VolumeTest {

    private static final Lifetime LIMITS = Lifetime.builder()
            .rekeyOctets(1_000_000)
            .lifeOctets(1_100_000)
            .randOctets(100_000)
            .rekeyPackets(1_000)
            .lifePackets(1_100)
            .randPackets(100)
            .build();

    private static TwoDaemons established() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .children(List.of(TwoDaemons.child("10.1.0.0/16", "10.2.0.0/16")
                                .lifetime(LIMITS)
                                .build()))
                        .build());
        return two.established();
    }

    private static void expire(TwoDaemons two, Host host, boolean inbound, boolean hard) {
        ChildSa child = host.child();
        SaId id = inbound
                ? new SaId(host.address, child.protocol(), child.spiIn())
                : new SaId((host == two.moon ? two.sun : two.moon).address, child.protocol(), child.spiOut());
        host.reactions.expire(id, hard);
        two.processor.runAll();
    }

    @Test
    void tellsTheKernelBothLimitsTheSoftOneLessARandomPart() {
        Set<Long> octets = new HashSet<>();
        Set<Long> packets = new HashSet<>();
        for (int i = 0; i < 8; i++) {
            for (KernelSa sa : established().moon.kernel.sas()) {
                Lifetime limits = sa.lifetime();
                assertEquals(1_100_000, limits.lifeOctets());
                assertEquals(1_100, limits.lifePackets());
                assertTrue(limits.rekeyOctets() > 900_000 && limits.rekeyOctets() <= 1_000_000);
                assertTrue(limits.rekeyPackets() > 900 - 1 && limits.rekeyPackets() <= 1_000);
                assertEquals(Duration.ZERO, limits.rekeyTime());
                octets.add(limits.rekeyOctets());
                packets.add(limits.rekeyPackets());
            }
        }
        assertTrue(octets.size() > 4 && packets.size() > 4, "drawn anew each time");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void rekeysWhenTheSoftLimitIsReached(boolean inbound) {
        TwoDaemons two = established();
        int spi = two.moon.child().spiIn();
        expire(two, two.moon, inbound, false);
        two.pass(Duration.ofSeconds(6));
        assertNotEquals(spi, two.moon.child().spiIn());
        assertEquals(two.moon.child().spiIn(), two.sun.child().spiOut());
        assertEquals(1_100_000, two.moon.kernel.sas().get(0).lifetime().lifeOctets(), "the new one has limits too");
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** Both halves reach it, on both sides. */
    @Test
    void rekeysOnceThoughBothHalvesReachIt() {
        TwoDaemons two = established();
        expire(two, two.moon, true, false);
        expire(two, two.moon, false, false);
        expire(two, two.sun, true, false);
        expire(two, two.sun, false, false);
        two.pass(Duration.ofSeconds(60));
        assertEquals(two.moon.child().spiIn(), two.sun.child().spiOut());
        assertTrue(
                two.moon.events.lines.stream().filter("child rekey net"::equals).count() <= 1);
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void closesItAtTheHardLimitAndMakesAnother() {
        TwoDaemons two = established();
        int spi = two.moon.child().spiIn();
        expire(two, two.moon, false, true);
        two.run();
        assertNotEquals(spi, two.moon.child().spiIn());
        assertEquals(two.moon.child().spiIn(), two.sun.child().spiOut());
        assertTrue(two.moon.events.lines.contains("child down net"));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void makesOneWhenItExpiresOnBothSidesAtOnce() {
        TwoDaemons two = established();
        int spi = two.moon.child().spiIn();
        expire(two, two.moon, false, true);
        expire(two, two.sun, true, true);
        two.pass(Duration.ofSeconds(30));
        assertNotEquals(spi, two.moon.child().spiIn());
        assertEquals(two.moon.child().spiIn(), two.sun.child().spiOut());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void theHardLimitOfARekeyedOneEndsItAlone() {
        TwoDaemons two = established();
        two.moon.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0)));
        expire(two, two.moon, false, true);
        two.pass(Duration.ofSeconds(30));
        assertEquals(two.moon.child().spiIn(), two.sun.child().spiOut());
        assertEquals(
                1,
                two.moon.events.lines.stream().filter("child rekey net"::equals).count());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void anEventOfAnUnknownSaChangesNothing() {
        TwoDaemons two = established();
        int spi = two.moon.child().spiIn();
        two.moon.reactions.expire(new SaId(two.moon.address, two.moon.child().protocol(), 0x1234_5678), true);
        two.run();
        assertEquals(spi, two.moon.child().spiIn());
        assertEquals(List.of(), two.leaksAfterClosing());
    }
}
