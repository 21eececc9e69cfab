// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.Packet;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkePath;
import org.jcharon.core.sa.Reconnector;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The uniqueness policies and INITIAL_CONTACT (RFC 7296 section 2.4). */
class UniquenessTest {

    private static final InetAddress OTHER = Addresses.literal("192.0.2.9").orElseThrow();

    /** Moon has lost what it had without telling, as after a crash; sun still has it. */
    private static void moonForgets(TwoDaemons two) {
        two.filter(packet -> null);
        two.moon.with(sa -> sa.destroy("crash"));
        two.run();
        two.filter(packet -> packet);
    }

    private static TwoDaemons established(PeerConfig.Unique moons, PeerConfig.Unique suns) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(0, two.moonsConnection().unique(moons).build());
        two.sun.connections.set(0, two.sunsConnection().unique(suns).build());
        return two.established();
    }

    private static boolean saysInitialContact(Host host) {
        return host.events.sent.stream()
                .map(IkeMessage.class::cast)
                .anyMatch(message -> message.notify(NotifyType.INITIAL_CONTACT).isPresent());
    }

    @ParameterizedTest
    @EnumSource(PeerConfig.Unique.class)
    void announcesInitialContactUnlessItMustNotCount(PeerConfig.Unique unique) {
        TwoDaemons two = established(unique, PeerConfig.Unique.NO);
        assertEquals(unique != PeerConfig.Unique.NEVER, saysInitialContact(two.moon));
        assertFalse(saysInitialContact(two.sun));
    }

    @Test
    void announcesNoInitialContactBesideAnotherIkeSa() {
        TwoDaemons two = established(PeerConfig.Unique.NO, PeerConfig.Unique.NO);
        two.moon.events.sent.clear();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .unique(PeerConfig.Unique.NO)
                        .randTime(java.time.Duration.ZERO)
                        .build());
        assertTrue(two.up().success());
        assertFalse(saysInitialContact(two.moon));
        assertEquals(2, two.moon.sas().size());
        assertEquals(2, two.sun.sas().size());
    }

    @ParameterizedTest
    @CsvSource({"NEVER, 2", "NO, 1", "KEEP, 1", "REPLACE, 1"})
    void initialContactClosesWhatThePeerLost(PeerConfig.Unique suns, int left) {
        TwoDaemons two = established(PeerConfig.Unique.NO, suns);
        final long before = two.sun.sa().uniqueId();
        moonForgets(two);
        Outcome outcome = two.up();
        assertTrue(outcome.success(), outcome.reason());
        assertEquals(left, two.sun.sas().size());
        assertNotEquals(before, two.sun.sas().get(left - 1).uniqueId());
        assertEquals(left, two.sun.children().size());
    }

    /** From another address, without INITIAL_CONTACT. */
    @ParameterizedTest
    @CsvSource({"NEVER, 2, true", "NO, 2, true", "KEEP, 1, false", "REPLACE, 1, true"})
    void decidesAboutASecondIkeSaOfThePeer(PeerConfig.Unique suns, int left, boolean comesUp) {
        TwoDaemons two = established(PeerConfig.Unique.NEVER, suns);
        final long before = two.sun.sa().uniqueId();
        two.sun.connections.set(
                0,
                two.sunsConnection()
                        .unique(suns)
                        .ike(TwoDaemons.ike(two.sun, two.moon)
                                .remoteAddresses(List.of("192.0.2.1", "192.0.2.9"))
                                .build())
                        .build());
        // what sun has is of the same connection
        two.sun.with(sa -> sa.peerConfig(two.sun.connections.get(0)));
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .unique(PeerConfig.Unique.NEVER)
                        .randTime(java.time.Duration.ZERO)
                        .build());
        two.filter(packet -> fromElsewhere(two, packet));
        Outcome outcome = two.up();
        assertEquals(comesUp, outcome.success(), outcome.reason());
        assertEquals(left, two.sun.sas().size());
        boolean firstStays = two.sun.sas().stream().anyMatch(sa -> sa.uniqueId() == before);
        assertEquals(suns != PeerConfig.Unique.REPLACE, firstStays);
        assertEquals(left, two.moon.sas().size());
        assertTrue(two.moon.sas().stream().allMatch(sa -> sa.state() == IkeSaState.ESTABLISHED));
    }

    private final java.util.Set<Long> first = new java.util.HashSet<>();

    /** Moon's second IKE_SA comes from another address. */
    private Packet fromElsewhere(TwoDaemons two, Packet packet) {
        long spii = org.jcharon.core.manager.IkeHeader.of(packet.data()).spii();
        if (first.isEmpty()) {
            two.moon
                    .manager
                    .snapshots()
                    .filter(sa -> sa.state() == IkeSaState.ESTABLISHED)
                    .forEach(sa -> first.add(sa.id().initiatorSpi()));
        }
        if (first.contains(spii)) {
            return packet;
        }
        return packet.source().address().equals(two.moon.address)
                ? new Packet(new Endpoint(OTHER, packet.source().port()), packet.destination(), packet.data())
                : new Packet(
                        packet.source(),
                        new Endpoint(two.moon.address, packet.destination().port()),
                        packet.data());
    }

    @Test
    void keepLetsThePeerAuthenticateAnewFromItsAddress() {
        TwoDaemons two = established(PeerConfig.Unique.NEVER, PeerConfig.Unique.KEEP);
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .unique(PeerConfig.Unique.NEVER)
                        .randTime(java.time.Duration.ZERO)
                        .build());
        assertTrue(two.up().success());
        assertEquals(2, two.sun.sas().size());
    }

    /** The initiator of the second IKE_SA decides too. */
    @ParameterizedTest
    @CsvSource({"KEEP, false", "REPLACE, true"})
    void theInitiatorDecidesToo(PeerConfig.Unique suns, boolean comesUp) {
        TwoDaemons two = established(PeerConfig.Unique.NEVER, PeerConfig.Unique.NEVER);
        final long before = two.sun.sa().uniqueId();
        PeerConfig config = two.sunsConnection().unique(suns).build();
        two.sun.with(sa -> sa.peerConfig(config));
        two.sun.connections.set(0, config);
        two.sun
                .services
                .reconnector()
                .connect(new Reconnector.Plan(
                        config,
                        config.children(),
                        new IkePath(new Endpoint(two.sun.address, 500), new Endpoint(two.moon.address, 500)),
                        0));
        two.sun.with(before, sa -> {
            if (!comesUp) {
                sa.remote(new Endpoint(OTHER, 500)); // the one that is there is of another address
            }
        });
        two.run();
        List<Long> left = two.sun.sas().stream()
                .filter(sa -> sa.state() == IkeSaState.ESTABLISHED)
                .map(sa -> sa.uniqueId())
                .toList();
        assertEquals(1, left.size());
        assertEquals(!comesUp, left.contains(before));
    }

    /** A rekeyed IKE_SA keeps the place of the one before. */
    @Test
    void replacesARekeyedOneToo() {
        TwoDaemons two = established(PeerConfig.Unique.NO, PeerConfig.Unique.NO);
        two.moon.with(sa -> sa.tasks().queueIkeRekey());
        two.run();
        moonForgets(two);
        assertTrue(two.up().success());
        assertEquals(1, two.sun.sas().size());
    }
}
