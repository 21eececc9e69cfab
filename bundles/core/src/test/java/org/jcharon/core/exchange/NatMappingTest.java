// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.Packet;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A NAT before moon whose mapping changes (RFC 7296 section 2.23, RFC 4555 section 3.8). */
class NatMappingTest {

    private static final InetAddress ROUTER = Addresses.literal("203.0.113.7").orElseThrow();
    private static final InetAddress OTHER_ROUTER =
            Addresses.literal("203.0.113.8").orElseThrow();

    /** Where the NAT has moon appear: what is sent to another mapping is lost. */
    private Endpoint mapping = new Endpoint(ROUTER, 14_500);

    private TwoDaemons behindNat(boolean mobike) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .mobike(mobike)
                        .dpdDelay(Duration.ofSeconds(10))
                        .build());
        two.sun.connections.set(
                0,
                two.sunsConnection()
                        .ike(TwoDaemons.ike(two.sun, two.moon)
                                .remoteAddresses(List.of("%any"))
                                .build())
                        .build());
        two.filter(packet -> {
            if (packet.source().address().equals(two.moon.address)) {
                int port = packet.source().port() == 500 ? 10_500 : mapping.port();
                return new Packet(mapping.withPort(port), packet.destination(), packet.data());
            }
            if (packet.destination().port() == 10_500) {
                return new Packet(packet.source(), new Endpoint(two.moon.address, 500), packet.data());
            }
            return packet.destination().equals(mapping)
                    ? new Packet(packet.source(), new Endpoint(two.moon.address, 4500), packet.data())
                    : null;
        });
        return two.established();
    }

    private void assertSeenAs(TwoDaemons two, Endpoint moon) {
        assertEquals(moon, two.sun.sa().remote());
        for (KernelSa sa : two.sun.kernel.sas()) {
            assertEquals(moon.address(), sa.inbound() ? sa.source() : sa.id().destination());
            assertEquals(moon.port(), sa.inbound() ? sa.encapsulationSourcePort() : sa.encapsulationDestinationPort());
        }
    }

    private static void check(Host host) {
        host.with(sa -> sa.tasks().queueDpd());
    }

    /** The data plane of a host reports where ESP of its peer came from. */
    private static void report(Host host, Endpoint from) {
        KernelSa inbound =
                host.kernel.sas().stream().filter(KernelSa::inbound).findFirst().orElseThrow();
        host.reactions.mapping(inbound.id(), from);
        host.settle();
    }

    private static Endpoint port(int port) {
        return new Endpoint(ROUTER, port);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void followsTheMappingsPortAndAddress(boolean mobike) {
        TwoDaemons two = behindNat(mobike);
        two.pass(Duration.ofSeconds(11)); // with MOBIKE moon learns its mapping from a first answer, and tells sun
        for (Endpoint next : List.of(port(24_500), new Endpoint(OTHER_ROUTER, 34_500))) {
            mapping = next;
            two.pass(Duration.ofSeconds(15));
            assertSeenAs(two, next);
        }
        assertEquals(mobike ? 3 : 0, updates(two.moon));
        two.sun.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0)));
        two.pass(Duration.ofSeconds(6));
        two.sun.with(sa -> sa.tasks().queueIkeRekey());
        two.pass(Duration.ofSeconds(1));
        assertSeenAs(two, mapping);
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void detectsNatsInLivenessChecksOfTheOriginalInitiatorWithMobike(boolean mobike) {
        TwoDaemons two = behindNat(mobike);
        check(two.moon);
        check(two.sun);
        two.run();
        assertEquals(mobike, natDetections(two.moon.events.sent).stream().anyMatch(message -> !message.response()));
        assertTrue(natDetections(two.sun.events.sent).stream().allMatch(IkeMessage::response));
        assertTrue(two.moon.sa().nat().isAny());
        assertTrue(two.sun.sa().nat().isAny());
        assertEquals(port(14_500), two.sun.sa().remote());
    }

    /** The route goes through a NAT, then round it: liveness checks find out, and ESP goes in UDP as long as it has to. */
    @Test
    void noticesANatThatComesUpAndGoes() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0, two.moonsConnection().dpdDelay(Duration.ofSeconds(10)).build());
        two.established();
        two.pass(Duration.ofSeconds(11));
        assertEncapsulated(two, false);

        Endpoint inside = new Endpoint(two.moon.address, 4500);
        two.filter(packet -> {
            Endpoint source = packet.source().equals(inside) ? mapping : packet.source();
            Endpoint destination = packet.destination().equals(mapping) ? inside : packet.destination();
            return new Packet(source, destination, packet.data());
        });
        two.pass(Duration.ofSeconds(31));
        assertEncapsulated(two, true);
        assertEquals(1, updates(two.moon), "once, and only for a change");
        assertEquals(mapping, two.sun.sa().remote());

        two.filter(packet -> packet);
        two.pass(Duration.ofSeconds(31));
        assertEncapsulated(two, false);
        assertEquals(2, updates(two.moon));
        assertEquals(inside, two.sun.sa().remote());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    private static void assertEncapsulated(TwoDaemons two, boolean encapsulated) {
        for (Host host : List.of(two.moon, two.sun)) {
            assertEquals(2, host.kernel.sas().size());
            assertTrue(host.kernel.sas().stream().allMatch(sa -> sa.isEncapsulated() == encapsulated));
        }
    }

    private static long updates(Host host) {
        return host.events.sent.stream()
                .filter(message ->
                        message.notify(NotifyType.UPDATE_SA_ADDRESSES).isPresent())
                .count();
    }

    private static List<IkeMessage> natDetections(List<IkeMessage> messages) {
        return messages.stream()
                .filter(message -> message.messageId() > 0
                        && message.notify(NotifyType.NAT_DETECTION_SOURCE_IP).isPresent())
                .toList();
    }

    @Test
    void doesNotFollowFromBehindANat() {
        TwoDaemons two = behindNat(false);
        two.onArrival(packet -> packet.source().address().equals(two.sun.address)
                ? new Packet(new Endpoint(OTHER_ROUTER, 4500), packet.destination(), packet.data())
                : packet);
        check(two.sun);
        two.run();
        assertEquals(new Endpoint(two.sun.address, 4500), two.moon.sa().remote());
    }

    @Test
    void followsNoMessageThatIsNotTheNewest() {
        TwoDaemons two = behindNat(false);
        check(two.moon);
        Packet old = two.link.underway().get(0);
        two.run();
        Endpoint thief = new Endpoint(OTHER_ROUTER, 666);
        two.sun.receive(new Packet(thief, old.destination(), old.data()));
        check(two.moon);
        two.run();
        two.sun.receive(new Packet(thief, old.destination(), old.data()));
        assertEquals(port(14_500), two.sun.sa().remote());
    }

    @Test
    void followsNoMessageThatIsNotAuthentic() {
        TwoDaemons two = behindNat(false);
        check(two.moon);
        Packet packet = two.link.underway().get(0);
        byte[] forged = packet.data().toArray();
        forged[forged.length - 1] ^= 1;
        two.sun.receive(new Packet(
                new Endpoint(OTHER_ROUTER, 666), packet.destination(), org.jcharon.api.wire.Chunk.of(forged)));
        assertEquals(port(14_500), two.sun.sa().remote());
    }

    @Test
    void followsTheMappingOfEspWithoutMobike() {
        TwoDaemons two = behindNat(false);
        mapping = port(24_500);
        report(two.sun, port(24_500));
        two.run();
        assertSeenAs(two, port(24_500));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** RFC 4555 section 3.8: moon, behind the NAT, finds out by its liveness check, and moves the SAs itself. */
    @Test
    void leavesAMappingOfEspToThePeerWithMobike() {
        TwoDaemons two = behindNat(true);
        two.pass(Duration.ofSeconds(11));
        mapping = port(24_500);
        int before = two.trace.size();
        report(two.sun, port(24_500));
        two.run();
        assertEquals(before, two.trace.size());
        assertSeenAs(two, port(14_500));
        two.pass(Duration.ofSeconds(11));
        assertSeenAs(two, port(24_500));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** Nothing says how sun saw moon while IKE_AUTH, or the rekeying of the IKE_SA, went on. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noticesAMappingThatChangesBeforeTheFirstLivenessCheck(boolean rekeyed) {
        TwoDaemons two = behindNat(true);
        if (rekeyed) {
            two.pass(Duration.ofSeconds(11));
            two.moon.with(sa -> sa.tasks().queueIkeRekey());
            two.pass(Duration.ofSeconds(1));
        }
        mapping = new Endpoint(OTHER_ROUTER, 34_500);
        two.pass(Duration.ofSeconds(11));
        assertSeenAs(two, mapping);
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void ignoresAMappingOfEspFromBehindANatAndTowardsAPeerBehindNone() {
        TwoDaemons two = behindNat(false);
        report(two.moon, new Endpoint(OTHER_ROUTER, 666));
        assertEquals(new Endpoint(two.sun.address, 4500), two.moon.sa().remote());
        TwoDaemons without = TwoDaemons.withPsk().established();
        report(without.sun, new Endpoint(OTHER_ROUTER, 666));
        without.run();
        assertEquals(new Endpoint(without.moon.address, 4500), without.sun.sa().remote());
    }
}
