// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireWriter;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.Extension;
import org.jcharon.core.sa.IkeSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses that change under an IKE_SA (RFC 4555). */
class MobikeTest {

    private static final String MOON = "192.0.2.1";
    private static final String MOON_TOO = "198.51.100.1";
    private static final String SUN = "192.0.2.2";
    private static final String SUN_TOO = "198.51.100.2";

    private static InetAddress address(String text) {
        return Addresses.literal(text).orElseThrow();
    }

    private static Endpoint end(String address) {
        return new Endpoint(address(address), 4500);
    }

    /** Gives a host these addresses and no others, on the network too; it is not told. */
    private static void addresses(TwoDaemons two, Host host, String... addresses) {
        host.kernelNet.localAddresses().forEach(old -> two.link.attach(old, packet -> {}));
        List<InetAddress> now = Stream.of(addresses).map(MobikeTest::address).toList();
        host.kernelNet.addresses(now.toArray(InetAddress[]::new));
        now.forEach(address -> two.link.attach(address, host::receive));
    }

    /** The system tells a host of the change. */
    private static void roam(Host host) {
        host.reactions.roam(true);
        host.settle();
    }

    private static boolean has(IkeMessage message, NotifyType type) {
        return message.notify(type).isPresent();
    }

    private static long sent(Host host, NotifyType type) {
        return host.events.sent.stream()
                .filter(message -> !message.response() && has(message, type))
                .count();
    }

    /** SAs and policies of a host go between these ends and no others. */
    private static void assertCarried(Host host, String ours, String theirs) {
        assertEquals(ours, host.sa().local().address().getHostAddress());
        assertEquals(theirs, host.sa().remote().address().getHostAddress());
        assertFalse(host.kernel.sas().isEmpty());
        for (KernelSa sa : host.kernel.sas()) {
            assertEquals(address(sa.inbound() ? ours : theirs), sa.id().destination());
            assertEquals(address(sa.inbound() ? theirs : ours), sa.source());
        }
        for (KernelPolicy policy : host.kernel.policies()) {
            boolean out = policy.direction() == KernelPolicy.Direction.OUT;
            assertEquals(address(out ? ours : theirs), policy.tunnelSource());
            assertEquals(address(out ? theirs : ours), policy.tunnelDestination());
        }
    }

    @Test
    void agreesOnMobikeAndMovesToTheOtherPortForIt() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        assertTrue(two.moon.sa().supports(Extension.MOBIKE));
        assertTrue(two.sun.sa().supports(Extension.MOBIKE));
        assertFalse(two.moon.sa().nat().isAny());
        assertEquals(
                List.of(500, 500, 4500, 4500),
                two.trace.stream().map(packet -> packet.source().port()).toList());
        assertTrue(has(two.sun.events.received.get(1), NotifyType.NO_ADDITIONAL_ADDRESSES));
        assertTrue(two.moon.kernel.sas().stream().noneMatch(KernelSa::isEncapsulated));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void doesWithoutWhereItIsDisabled(String where) {
        TwoDaemons two = TwoDaemons.withPsk();
        (where.equals("moon") ? two.moon : two.sun)
                .connections.set(
                        0,
                        (where.equals("moon") ? two.moonsConnection() : two.sunsConnection())
                                .mobike(false)
                                .build());
        two.established();
        assertFalse(two.moon.sa().supports(Extension.MOBIKE));
        assertFalse(two.sun.sa().supports(Extension.MOBIKE));
        assertTrue(two.sun.events.sent.stream().noneMatch(message -> has(message, NotifyType.MOBIKE_SUPPORTED)));
    }

    @Test
    void tellsThePeerItsOtherAddresses() {
        TwoDaemons two = TwoDaemons.withPsk();
        addresses(two, two.moon, MOON, MOON_TOO, "2001:db8::1");
        addresses(two, two.sun, SUN, SUN_TOO);
        two.established();
        assertEquals(
                List.of(address(MOON_TOO), address("2001:db8::1")),
                two.sun.sa().mobility().peerAddresses());
        assertEquals(List.of(address(SUN_TOO)), two.moon.sa().mobility().peerAddresses());
        addresses(two, two.moon, MOON);
        roam(two.moon);
        two.run();
        assertEquals(List.of(), two.sun.sa().mobility().peerAddresses());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void keepsWhatAPeerMayListWithinBounds() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.moon.with(sa -> sa.mobility()
                .peerAddresses(Stream.of("0.0.0.0", "127.0.0.1", "224.0.0.1", "192.0.2.9", "192.0.2.9")
                        .map(MobikeTest::address)
                        .toList()));
        assertEquals(List.of(address("192.0.2.9")), two.moon.sa().mobility().peerAddresses());
        two.moon.with(sa -> sa.mobility()
                .peerAddresses(java.util.stream.IntStream.range(1, 100)
                        .mapToObj(i -> address("192.0.2." + i))
                        .toList()));
        assertEquals(16, two.moon.sa().mobility().peerAddresses().size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void movesEitherSideWithAllThatItCarries(String mover) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Host moving = two.host(mover);
        addresses(two, moving, mover.equals("moon") ? MOON_TOO : SUN_TOO);
        roam(moving);
        two.run();
        String moon = mover.equals("moon") ? MOON_TOO : MOON;
        String sun = mover.equals("sun") ? SUN_TOO : SUN;
        assertCarried(two.moon, moon, sun);
        assertCarried(two.sun, sun, moon);
        assertEquals(end(moon), two.sun.sa().remote());
        assertEquals(end(sun), two.moon.sa().remote());
        String update = "ike update 192.0.2.1[4500] - 192.0.2.2[4500] to " + end(moon) + " - " + end(sun);
        assertEquals(1, two.moon.events.lines.stream().filter(update::equals).count());
        assertEquals(
                1,
                two.sun.events.lines.stream()
                        .filter(line -> line.startsWith("ike update"))
                        .count());
        // whoever moves, the original initiator decides
        assertEquals(1, sent(two.moon, NotifyType.UPDATE_SA_ADDRESSES));
        assertEquals(0, sent(two.sun, NotifyType.UPDATE_SA_ADDRESSES));
        two.moon.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0)));
        two.run();
        two.pass(Duration.ofSeconds(6));
        assertCarried(two.moon, moon, sun);
        two.sun.with(sa -> sa.tasks().queueIkeRekey());
        two.run();
        assertCarried(two.sun, sun, moon);
        assertEquals(end(moon), two.sun.sa().remote());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void movesFromIpv4ToIpv6() {
        TwoDaemons two = TwoDaemons.withPsk();
        addresses(two, two.moon, MOON, "2001:db8::1");
        addresses(two, two.sun, SUN, "2001:db8::2");
        two.established();
        addresses(two, two.moon, "2001:db8::1");
        roam(two.moon);
        two.run();
        assertCarried(two.moon, "2001:db8:0:0:0:0:0:1", "2001:db8:0:0:0:0:0:2");
        assertCarried(two.sun, "2001:db8:0:0:0:0:0:2", "2001:db8:0:0:0:0:0:1");
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void sendsNoTrafficToAnAddressBeforeItAnswered() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.filter(packet -> packet.destination().equals(end(MOON_TOO))
                        && two.sun.events.sent.stream()
                                .anyMatch(message -> !message.response() && has(message, NotifyType.COOKIE2))
                ? null
                : packet);
        addresses(two, two.moon, MOON_TOO);
        roam(two.moon);
        two.run();
        assertEquals(end(MOON_TOO), two.sun.sa().remote());
        KernelSa outbound = two.sun.kernel.sas().stream()
                .filter(sa -> !sa.inbound())
                .findFirst()
                .orElseThrow();
        assertEquals(address(MOON), outbound.id().destination());
        two.filter(packet -> packet);
        two.pass(Duration.ofSeconds(10));
        assertCarried(two.sun, SUN, MOON_TOO);
    }

    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void closesTheSaWhenAnotherCookieComesBack(String forger) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.onArrival(packet -> {
            IkeMessage message = two.read(packet);
            boolean meant = message.response()
                    && has(message, NotifyType.COOKIE2)
                    && packet.source().address().equals(address(forger.equals("sun") ? SUN : MOON_TOO));
            return !meant
                    ? packet
                    : two.write(
                            packet,
                            TwoDaemons.payloads(
                                    message,
                                    payload -> payload instanceof NotifyPayload notify
                                                    && notify.notifyType().equals(NotifyType.COOKIE2)
                                            ? new NotifyPayload(NotifyType.COOKIE2, Chunk.of(new byte[16]))
                                            : payload));
        });
        addresses(two, two.moon, MOON_TOO);
        roam(two.moon);
        two.run();
        assertTrue(two.moon.sas().isEmpty());
        assertTrue(two.sun.sas().isEmpty());
        assertEquals(List.of(), two.leaks());
    }

    @Test
    void answersWhereARequestCameFromWithoutMovingThere() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Endpoint elsewhere = new Endpoint(address("203.0.113.5"), 1234);
        two.filter(packet -> packet.source().address().equals(two.moon.address)
                ? new Packet(elsewhere, packet.destination(), packet.data())
                : packet);
        two.moon.with(sa -> sa.tasks().queueDpd());
        two.step();
        assertEquals(elsewhere, two.link.underway().get(0).destination());
        assertEquals(end(MOON), two.sun.sa().remote());
    }

    @Test
    void triesEveryPathUntilOneIsAnswered() {
        TwoDaemons two = TwoDaemons.withPsk();
        addresses(two, two.moon, MOON);
        addresses(two, two.sun, SUN, SUN_TOO);
        two.established();
        two.link.attach(address(SUN), packet -> {});
        addresses(two, two.moon, MOON_TOO, "203.0.113.1");
        roam(two.moon);
        two.pass(Duration.ofSeconds(3));
        assertEquals(SUN_TOO, two.moon.sa().remote().address().getHostAddress());
        assertEquals(MOON_TOO, two.moon.sa().local().address().getHostAddress());
        assertCarried(two.moon, MOON_TOO, SUN_TOO);
        assertCarried(two.sun, SUN_TOO, MOON_TOO);
    }

    @Test
    void looksForAnotherPathBeforeItGivesAPeerUp() {
        TwoDaemons two = TwoDaemons.withPsk();
        addresses(two, two.sun, SUN, SUN_TOO);
        two.established();
        two.link.attach(address(SUN), packet -> {}); // our own routes do not tell
        two.moon.with(sa -> sa.tasks().queueDpd());
        two.pass(Duration.ofSeconds(170));
        assertCarried(two.moon, MOON, SUN_TOO);
        assertCarried(two.sun, SUN_TOO, MOON);
    }

    @Test
    void givesUpAfterTenRoundsOfProbes() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        addresses(two, two.moon, MOON_TOO);
        two.filter(packet -> null);
        roam(two.moon);
        int before = two.trace.size();
        two.pass(Duration.ofSeconds(26));
        assertEquals(1, two.moon.sas().size());
        two.pass(Duration.ofSeconds(2));
        assertTrue(two.moon.sas().isEmpty());
        assertEquals(10, two.trace.size() - before);
    }

    @Test
    void waitsForARouteAndGoesOnWhenThereIsOne() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.filter(packet -> null); // the peer must not wait for us: it would give up in the end
        two.moon.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0)));
        addresses(two, two.moon);
        roam(two.moon);
        two.pass(Duration.ofMinutes(10));
        assertEquals(1, two.moon.sas().size());
        two.filter(packet -> packet);
        addresses(two, two.moon, MOON_TOO);
        roam(two.moon);
        two.pass(Duration.ofSeconds(6));
        assertCarried(two.moon, MOON_TOO, SUN);
        assertCarried(two.sun, SUN, MOON_TOO);
        assertEquals(ChildSaState.INSTALLED, two.moon.child().state());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"request", "response"})
    void movesWhileAChildIsRekeyed(String lost) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        ChildSa old = two.moon.child();
        two.moon.with(sa -> sa.tasks().queueRekey(old));
        if (lost.equals("response")) {
            two.step();
        }
        two.filter(packet -> packet);
        addresses(two, two.moon, MOON_TOO);
        if (lost.equals("request")) {
            two.onArrival(packet -> packet.source().equals(end(MOON)) ? null : packet);
        }
        roam(two.moon);
        two.run();
        two.pass(Duration.ofSeconds(10));
        assertNotEquals(old.uniqueId(), two.moon.child().uniqueId());
        assertCarried(two.moon, MOON_TOO, SUN);
        assertCarried(two.sun, SUN, MOON_TOO);
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"request", "response"})
    void movesWhileTheIkeSaIsRekeyed(String lost) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        long old = two.moon.sa().uniqueId();
        two.moon.with(sa -> sa.tasks().queueIkeRekey());
        if (lost.equals("response")) {
            two.step();
        }
        addresses(two, two.moon, MOON_TOO);
        if (lost.equals("request")) {
            two.onArrival(packet -> packet.source().equals(end(MOON)) ? null : packet);
        }
        roam(two.moon);
        two.run();
        two.pass(Duration.ofSeconds(10));
        assertNotEquals(old, two.moon.sa().uniqueId());
        assertEquals(IkeSaState.ESTABLISHED, two.moon.sa().state());
        assertCarried(two.moon, MOON_TOO, SUN);
        assertCarried(two.sun, SUN, MOON_TOO);
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void movesThePeerThoughItRekeysTheIkeSaBeforeTheCheckIsAnswered() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        addresses(two, two.moon, MOON_TOO);
        roam(two.moon);
        while (sent(two.sun, NotifyType.COOKIE2) == 0) {
            two.step();
        }
        two.moon.with(sa -> sa.tasks().queueIkeRekey());
        two.filter(packet -> packet.destination().address().equals(address(SUN)) ? packet : null);
        two.run();
        two.filter(packet -> packet);
        two.pass(Duration.ofSeconds(20));
        assertCarried(two.moon, MOON_TOO, SUN);
        assertCarried(two.sun, SUN, MOON_TOO);
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void sendsWhatWaitsForAnAnswerToWhereThePeerMoved() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        addresses(two, two.moon, MOON_TOO);
        two.sun.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0)));
        two.run(); // the request is lost: moon is not there any more
        roam(two.moon);
        two.run();
        assertCarried(two.sun, SUN, MOON_TOO);
        two.pass(Duration.ofSeconds(6));
        assertCarried(two.moon, MOON_TOO, SUN);
        assertEquals(
                2,
                two.sun.events.sent.stream()
                        .filter(message -> message.exchangeType().equals(ExchangeType.CREATE_CHILD_SA)
                                || has(message, NotifyType.COOKIE2) && !message.response())
                        .count());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void rekeysAChildThatTheDataPlaneCannotMove() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        final long old = two.moon.child().uniqueId();
        addresses(two, two.moon, MOON_TOO);
        two.moon.kernel.fail("updateSa");
        roam(two.moon);
        two.run();
        two.moon.kernel.restore();
        two.pass(Duration.ofSeconds(10));
        assertNotEquals(old, two.moon.child().uniqueId());
        assertCarried(two.moon, MOON_TOO, SUN);
        assertCarried(two.sun, SUN, MOON_TOO);
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void refusesAnUpdateThatANatChangedThoughNoneIsAllowed() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.alter(
                two.moon,
                ExchangeType.INFORMATIONAL,
                message -> message.response()
                        ? message
                        : message.toBuilder()
                                .addAll(message.payloads())
                                .add(new NotifyPayload(NotifyType.UPDATE_SA_ADDRESSES, Chunk.EMPTY))
                                .add(new NotifyPayload(NotifyType.NO_NATS_ALLOWED, addressData("192.0.2.77", SUN)))
                                .build());
        two.moon.with(sa -> sa.tasks().queueDpd());
        two.run();
        assertTrue(two.sun.events.sent.stream()
                .anyMatch(message -> message.response() && has(message, NotifyType.UNEXPECTED_NAT_DETECTED)));
        assertEquals(end(MOON), two.sun.sa().remote());
        two.alter(
                two.moon,
                ExchangeType.INFORMATIONAL,
                message -> message.response()
                        ? message
                        : message.toBuilder()
                                .addAll(message.payloads())
                                .add(new NotifyPayload(NotifyType.NO_NATS_ALLOWED, addressData(MOON, SUN)))
                                .build());
        two.moon.with(sa -> sa.tasks().queueDpd());
        two.run();
        assertEquals(
                1,
                two.sun.events.sent.stream()
                        .filter(message -> has(message, NotifyType.UNEXPECTED_NAT_DETECTED))
                        .count());
    }

    private static Chunk addressData(String source, String destination) {
        return Chunk.wrap(new WireWriter()
                .array(address(source).getAddress())
                .array(address(destination).getAddress())
                .u16(4500)
                .u16(4500)
                .toArray());
    }

    @Test
    void forbidsNatsToAPeerThatDoesNotDetectThem() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.alter(
                two.sun,
                ExchangeType.IKE_SA_INIT,
                message -> TwoDaemons.payloads(
                        message,
                        payload -> payload instanceof NotifyPayload notify
                                        && (notify.notifyType().equals(NotifyType.NAT_DETECTION_SOURCE_IP)
                                                || notify.notifyType().equals(NotifyType.NAT_DETECTION_DESTINATION_IP))
                                ? null
                                : payload));
        two.up(); // fails, as the middle changed what AUTH covers
        IkeMessage request = two.moon.events.sent.get(1);
        assertEquals(
                28 - 16,
                request.notify(NotifyType.NO_NATS_ALLOWED).orElseThrow().data().length());
    }

    @Test
    void triesAnotherAddressWhenOneIsRefused() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.alter(two.sun, ExchangeType.INFORMATIONAL, message -> {
            boolean refused = message.response()
                    && two.moon.sa().local().address().equals(address(MOON_TOO))
                    && has(message, NotifyType.COOKIE2);
            return refused
                    ? message.toBuilder()
                            .add(new NotifyPayload(NotifyType.UNACCEPTABLE_ADDRESSES, Chunk.EMPTY))
                            .build()
                    : message;
        });
        addresses(two, two.moon, MOON_TOO, "203.0.113.1");
        roam(two.moon);
        two.run();
        assertCarried(two.moon, "203.0.113.1", SUN);
        assertCarried(two.sun, SUN, "203.0.113.1");
    }

    @Test
    void closesWhenEveryAddressIsRefused() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.alter(
                two.sun,
                ExchangeType.INFORMATIONAL,
                message -> message.response() && has(message, NotifyType.COOKIE2)
                        ? message.toBuilder()
                                .add(new NotifyPayload(NotifyType.UNACCEPTABLE_ADDRESSES, Chunk.EMPTY))
                                .build()
                        : message);
        addresses(two, two.moon, MOON_TOO);
        roam(two.moon);
        two.run();
        assertEquals(List.of(), two.moon.sas());
        assertEquals(List.of(), two.sun.sas());
    }

    @Test
    void movesNobodyWithoutMobike() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.sun.connections.set(0, two.sunsConnection().mobike(false).build());
        two.established();
        two.alter(
                two.moon,
                ExchangeType.INFORMATIONAL,
                message -> message.response()
                        ? message
                        : message.toBuilder()
                                .addAll(message.payloads())
                                .add(new NotifyPayload(NotifyType.UPDATE_SA_ADDRESSES, Chunk.EMPTY))
                                .build());
        two.filter(packet -> packet.source().address().equals(two.moon.address)
                ? new Packet(end("203.0.113.5"), packet.destination(), packet.data())
                : packet);
        two.moon.with(sa -> sa.tasks().queueDpd());
        two.run();
        assertEquals(end(MOON), two.sun.sa().remote());
    }

    private static TwoDaemons withoutMobike(String moonsAddresses) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .mobike(false)
                        .ike(TwoDaemons.ike(two.moon, two.sun)
                                .localAddresses(List.of(moonsAddresses))
                                .build())
                        .build());
        two.sun.connections.set(
                0,
                two.sunsConnection()
                        .ike(TwoDaemons.ike(two.sun, two.moon)
                                .remoteAddresses(List.of("%any"))
                                .build())
                        .build());
        return two.established();
    }

    @Test
    void reauthenticatesFromANewAddressWithoutMobike() {
        TwoDaemons two = withoutMobike("%any");
        final long old = two.moon.sa().uniqueId();
        roam(two.moon);
        two.run();
        assertEquals(old, two.moon.sa().uniqueId());
        addresses(two, two.moon, MOON_TOO);
        roam(two.moon);
        two.run();
        two.pass(Duration.ofSeconds(1));
        assertNotEquals(old, two.moon.sa().uniqueId());
        assertCarried(two.moon, MOON_TOO, SUN);
        assertCarried(two.sun, SUN, MOON_TOO);
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void keepsAConfiguredAddressWithoutMobike() {
        TwoDaemons two = withoutMobike(MOON);
        final long old = two.moon.sa().uniqueId();
        addresses(two, two.moon, MOON_TOO);
        roam(two.moon);
        two.run();
        assertEquals(old, two.moon.sa().uniqueId());
        assertEquals(address(MOON), two.moon.sa().local().address());
    }

    @Test
    void takesSelectorsOfTheEndsThemselvesAlong() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .children(List.of(TwoDaemons.child("dynamic", "dynamic").build()))
                        .build());
        two.sun.connections.set(
                0,
                two.sunsConnection()
                        .children(List.of(TwoDaemons.child("dynamic", "dynamic").build()))
                        .build());
        two.established();
        assertEquals(List.of(TwoDaemons.prefix(MOON + "/32")), two.sun.child().remoteSelectors());
        addresses(two, two.moon, MOON_TOO);
        roam(two.moon);
        two.run();
        assertCarried(two.moon, MOON_TOO, SUN);
        for (Host host : List.of(two.moon, two.sun)) {
            boolean moon = host == two.moon;
            for (KernelSa sa : host.kernel.sas()) {
                boolean fromMoon = moon != sa.inbound();
                assertEquals(List.of(TwoDaemons.prefix((fromMoon ? MOON_TOO : SUN) + "/32")), sa.sourceSelectors());
                assertEquals(
                        List.of(TwoDaemons.prefix((fromMoon ? SUN : MOON_TOO) + "/32")), sa.destinationSelectors());
            }
            for (KernelPolicy policy : host.kernel.policies()) {
                boolean fromMoon = moon == (policy.direction() == KernelPolicy.Direction.OUT);
                assertEquals(TwoDaemons.prefix((fromMoon ? MOON_TOO : SUN) + "/32"), policy.source());
            }
        }
        two.moon.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0)));
        two.pass(Duration.ofSeconds(6));
        assertEquals(
                List.of(TwoDaemons.prefix(MOON_TOO + "/32")), two.sun.child().remoteSelectors());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void findsThePeerWhenBothMoveAtOnce() {
        TwoDaemons two = TwoDaemons.withPsk();
        addresses(two, two.moon, MOON, MOON_TOO);
        addresses(two, two.sun, SUN, SUN_TOO);
        two.established();
        addresses(two, two.moon, MOON_TOO);
        addresses(two, two.sun, SUN_TOO);
        roam(two.sun);
        roam(two.moon);
        two.run();
        two.pass(Duration.ofSeconds(10));
        assertCarried(two.moon, MOON_TOO, SUN_TOO);
        assertCarried(two.sun, SUN_TOO, MOON_TOO);
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9})
    void agreesOnTheEndsThoughPacketsAreLostRepeatedAndReordered(int twenties) {
        int kept = 0;
        for (int seed = twenties * 20; seed < twenties * 20 + 20; seed++) {
            TwoDaemons two = TwoDaemons.withPsk();
            two.established();
            SplittableRandom random = new SplittableRandom(seed);
            List<Packet> held = new ArrayList<>();
            two.filter(packet -> {
                if (random.nextInt(5) == 0) {
                    return null;
                }
                if (random.nextInt(5) == 0) {
                    held.add(packet); // arrives once more, or late
                    return random.nextBoolean() ? packet : null;
                }
                return packet;
            });
            boolean moonFirst = true;
            boolean sunFirst = true;
            for (int move = 0; move < 6; move++) {
                boolean moonMoves = random.nextBoolean();
                moonFirst ^= moonMoves;
                sunFirst ^= !moonMoves;
                Host mover = moonMoves ? two.moon : two.sun;
                addresses(two, two.moon, moonFirst ? MOON : MOON_TOO);
                addresses(two, two.sun, sunFirst ? SUN : SUN_TOO);
                if (random.nextInt(3) == 0) {
                    Host rekeying = random.nextBoolean() ? two.moon : two.sun;
                    boolean ike = random.nextBoolean();
                    rekeying.sas()
                            .forEach(sa -> rekeying.with(sa.uniqueId(), found -> {
                                if (ike) {
                                    found.tasks().queueIkeRekey();
                                } else {
                                    found.children()
                                            .all()
                                            .forEach(child -> found.tasks().queueRekey(child));
                                }
                            }));
                }
                roam(mover);
                two.pass(Duration.ofMillis(random.nextInt(20_000)));
                List.copyOf(held).forEach(two.link::inject);
                held.clear();
            }
            two.filter(packet -> packet);
            two.pass(Duration.ofMinutes(3));
            if (two.moon.sas().isEmpty() || two.sun.sas().isEmpty()) {
                two.pass(Duration.ofMinutes(3));
                assertEquals(0, two.moon.sas().size() + two.sun.sas().size(), "half an SA with seed " + seed);
                continue;
            }
            assertCarried(two.moon, moonFirst ? MOON : MOON_TOO, sunFirst ? SUN : SUN_TOO);
            assertCarried(two.sun, sunFirst ? SUN : SUN_TOO, moonFirst ? MOON : MOON_TOO);
            assertEquals(List.of(), two.leaksAfterClosing(), "seed " + seed);
            kept++;
        }
        assertTrue(kept >= 10, "kept only " + kept);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void leavesAUsablePathForABetterOneOnlyIfTold(boolean preferred) {
        TwoDaemons two = TwoDaemons.withPsk(settings(preferred, false));
        two.established();
        addresses(two, two.moon, MOON_TOO, MOON);
        roam(two.moon);
        two.run();
        assertCarried(two.moon, preferred ? MOON_TOO : MOON, SUN);
        assertCarried(two.sun, SUN, preferred ? MOON_TOO : MOON);
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void checksAUsablePathOnlyIfTold(boolean check) {
        TwoDaemons two = TwoDaemons.withPsk(settings(false, check)).established();
        int before = two.trace.size();
        two.moon.reactions.roam(false);
        two.run();
        assertEquals(check ? 2 : 0, two.trace.size() - before);
    }

    private static IkeSettings settings(boolean preferred, boolean check) {
        return TwoDaemons.settings(
                "charon.prefer_best_path=" + (preferred ? "yes" : "no"),
                "charon.check_current_path=" + (check ? "yes" : "no"));
    }

    @Test
    void answersEachCopyOfARequestAndMovesToTheFirst() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        addresses(two, two.moon, MOON_TOO);
        roam(two.moon);
        while (sent(two.moon, NotifyType.UPDATE_SA_ADDRESSES) == 0) {
            two.step();
        }
        Packet update = two.link.underway().get(0);
        two.step();
        Packet copy = new Packet(end("203.0.113.5"), update.destination(), update.data());
        int before = two.trace.size();
        two.sun.receive(copy);
        assertEquals(end("203.0.113.5"), two.trace.get(before).destination());
        assertEquals(end(MOON_TOO), two.sun.sa().remote());
        two.run();
        assertCarried(two.sun, SUN, MOON_TOO);
    }

    @Test
    void answersAMalformedAddressWithInvalidSyntaxAndStays() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.alter(
                two.moon,
                ExchangeType.INFORMATIONAL,
                message -> message.response()
                        ? message
                        : message.toBuilder()
                                .add(new NotifyPayload(NotifyType.UPDATE_SA_ADDRESSES, Chunk.EMPTY))
                                .add(new NotifyPayload(NotifyType.ADDITIONAL_IP4_ADDRESS, Chunk.of(new byte[5])))
                                .build());
        two.filter(packet -> packet.source().address().equals(two.moon.address)
                ? new Packet(new Endpoint(two.moon.address, 4501), packet.destination(), packet.data())
                : packet);
        two.moon.with(sa -> sa.tasks().queueDpd());
        two.step();
        assertTrue(two.sun.events.sent.stream().anyMatch(message -> has(message, NotifyType.INVALID_SYNTAX)));
        assertEquals(end(MOON), two.sun.sa().remote());
        assertEquals(List.of(), two.sun.sa().mobility().peerAddresses());
    }
}
