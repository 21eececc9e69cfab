// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jcharon.api.config.Lifetime;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.message.DeletePayload;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.SaPayload;
import org.jcharon.core.sa.IkeSa;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rekeying of CHILD_SAs and IKE_SAs (RFC 7296 sections 1.3.2, 1.3.3 and 2.8). */
class RekeyTest {

    private static Host other(TwoDaemons two, Host host) {
        return host == two.moon ? two.sun : two.moon;
    }

    private static long deletes(Host host) {
        return host.events.sent.stream()
                .filter(message -> !message.all(DeletePayload.class).isEmpty())
                .count();
    }

    private static boolean sendsOn(Host host, ChildSa child) {
        return host.kernel.sas().stream()
                .anyMatch(sa -> !sa.inbound() && sa.id().spi() == child.spiOut());
    }

    private static boolean receivesOn(Host host, int spi) {
        return host.kernel.sas().stream().anyMatch(sa -> sa.inbound() && sa.id().spi() == spi);
    }

    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void rekeysAChildWithoutALossAndWithOneDeletePair(String initiator) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Host we = two.host(initiator);
        Host peer = other(two, we);
        final ChildSa ourOld = we.child();
        final ChildSa theirOld = peer.child();
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        we.with(sa -> sa.tasks().queueRekey(ourOld, outcome::set));
        two.step(); // the request arrives: inbound works before the answer leaves, outbound still goes the old way
        ChildSa theirs = peer.children().get(1);
        assertTrue(receivesOn(peer, theirs.spiIn()));
        assertFalse(sendsOn(peer, theirs));
        assertTrue(sendsOn(peer, theirOld));
        assertEquals(ChildSaState.REKEYED, theirOld.state());
        two.step(); // the answer arrives: we send on the new one and delete the old one
        ChildSa ours = we.children().get(1);
        assertTrue(outcome.get().success(), outcome.get().reason());
        assertTrue(sendsOn(we, ours));
        assertTrue(receivesOn(we, ourOld.spiIn()));
        two.step(); // DELETE arrives: now they send on the new one too
        assertTrue(sendsOn(peer, theirs));
        assertFalse(peer.kernel.sas().stream()
                .anyMatch(sa -> !sa.inbound() && sa.id().spi() == theirOld.spiOut()));
        two.step();
        assertTrue(two.link.underway().isEmpty());
        assertEquals(1, deletes(we));
        assertEquals(1, deletes(peer));
        int oldSpi = ourOld.spiIn();
        assertTrue(receivesOn(we, oldSpi), "late packets still arrive");
        two.pass(Duration.ofMillis(4_900));
        assertTrue(receivesOn(we, oldSpi));
        two.pass(Duration.ofMillis(200));
        assertFalse(receivesOn(we, oldSpi));
        assertEquals(1, we.children().size());
        assertEquals(1, peer.children().size());
        assertEquals(2, we.kernel.sas().size());
        assertEquals(3, we.kernel.policies().size());
        assertFalse(we.events.lines.contains("child down net"));
        assertFalse(peer.events.lines.contains("child down net"));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** RFC 7296 section 3.1. */
    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void refusesAnIkeSaWhoseSpiIsZero(String sender) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.alter(
                two.host(sender),
                ExchangeType.CREATE_CHILD_SA,
                message -> TwoDaemons.payloads(
                        message,
                        payload -> payload instanceof SaPayload sa
                                ? new SaPayload(sa.proposals().stream()
                                        .map(proposal -> proposal.withSpi(Chunk.ofHex("0000000000000000")))
                                        .toList())
                                : payload));
        two.moon.with(sa -> sa.tasks().queueIkeRekey());
        two.run();
        assertEquals(
                0,
                two.moon.sas().stream()
                        .filter(sa -> sa.id().initiatorSpi() == 0 || sa.id().responderSpi() == 0)
                        .count());
        assertEquals(
                0,
                two.sun.sas().stream()
                        .filter(sa -> sa.id().initiatorSpi() == 0 || sa.id().responderSpi() == 0)
                        .count());
    }

    @Test
    void rekeysAChildWhenItsTimeHasCome() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .children(List.of(TwoDaemons.child("10.1.0.0/16", "10.2.0.0/16")
                                .lifetime(Lifetime.builder()
                                        .rekeyTime(Duration.ofMinutes(60))
                                        .lifeTime(Duration.ofMinutes(66))
                                        .randTime(Duration.ofMinutes(6))
                                        .build())
                                .build()))
                        .build());
        two.established();
        int first = two.moon.child().spiIn();
        two.pass(Duration.ofMinutes(53));
        assertEquals(first, two.moon.child().spiIn());
        two.pass(Duration.ofMinutes(8));
        assertNotEquals(first, two.moon.child().spiIn());
        two.pass(Duration.ofHours(24));
        assertEquals(1, two.moon.children().size());
        assertEquals(1, two.sun.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"allocateSpi", "addSa", "addPolicy"})
    void keepsTheOldChildWhenTheRespondersKernelRefusesTheNewOne(String method) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.sun.kernel.fail(method);
        two.moon.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0)));
        two.run();
        two.sun.kernel.restore();
        assertEquals(ChildSaState.INSTALLED, two.moon.child().state());
        assertEquals(ChildSaState.INSTALLED, two.sun.child().state());
        two.pass(Duration.ofSeconds(16)); // tried again
        assertEquals(
                1,
                two.moon.events.lines.stream().filter("child rekey net"::equals).count());
        two.pass(Duration.ofSeconds(16));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"allocateSpi", "addSa", "addPolicy"})
    void keepsTheOldChildWhenTheInitiatorsKernelRefusesTheNewOne(String method) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.moon.kernel.fail(method);
        two.moon.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0)));
        two.run();
        two.moon.kernel.restore();
        assertEquals(ChildSaState.INSTALLED, two.moon.child().state());
        assertTrue(sendsOn(two.moon, two.moon.child()));
        assertEquals(ChildSaState.INSTALLED, two.sun.children().get(0).state());
        final int spi = two.moon.child().spiIn();
        two.pass(Duration.ofSeconds(21)); // tried again
        assertNotEquals(spi, two.moon.child().spiIn());
        assertEquals(1, two.moon.children().size());
        assertEquals(1, two.sun.children().size());
        assertEquals(two.moon.child().spiOut(), two.sun.child().spiIn());
        assertTrue(sendsOn(two.sun, two.sun.child()));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void bothRekeyTheSameChildAtOnceAndEndWithOne() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.moon.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0)));
        two.sun.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0)));
        two.pass(Duration.ofSeconds(60));
        assertEquals(1, two.moon.children().size());
        assertEquals(1, two.sun.children().size());
        assertEquals(two.moon.child().spiOut(), two.sun.child().spiIn());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** RFC 7296 section 2.25: "silently delete the Child SA […] and send a request to create a new Child SA from scratch". */
    @Test
    void makesAChildAnewThatThePeerDoesNotKnow() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        final int spi = two.moon.child().spiIn();
        two.sun.with(sa -> sa.children().remove(sa.children().all().get(0)));
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        two.moon.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0), outcome::set));
        two.run();
        assertTrue(
                two.sun.events.sent.get(2).notify(NotifyType.CHILD_SA_NOT_FOUND).isPresent());
        assertTrue(outcome.get().success(), outcome.get().reason());
        assertNotEquals(spi, two.moon.child().spiIn());
        assertEquals(two.moon.child().spiIn(), two.sun.child().spiOut());
        assertEquals(0, deletes(two.moon));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** The answer may be lost on its way: asked about it, the peer would say that there is no such CHILD_SA, and get it after that. */
    @Test
    void doesNotRekeyAChildThatThePeerMayNotHaveYet() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.moon.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0)));
        two.filter(packet -> packet.source().address().equals(two.sun.address) ? null : packet);
        two.run();
        assertEquals(2, two.sun.children().size());
        two.sun.with(sa -> sa.tasks().queueRekey(sa.children().all().get(1)));
        two.filter(packet -> packet);
        two.pass(Duration.ofSeconds(60));
        assertEquals(1, two.moon.children().size());
        assertEquals(1, two.sun.children().size());
        assertEquals(two.moon.child().spiIn(), two.sun.child().spiOut());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void sendsOnTheNewChildWhenWeDeleteTheOldOneOurselves() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.moon.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0)));
        two.step();
        // the initiator's answer and DELETE are still to come when the old one is closed here
        two.sun.with(sa -> sa.tasks().queueDelete(sa.children().all().get(0)));
        two.pass(Duration.ofSeconds(60));
        assertEquals(1, two.sun.children().size());
        assertTrue(sendsOn(two.sun, two.sun.child()));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void rekeysTheIkeSaAndMovesEverything(String initiator) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Host we = two.host(initiator);
        Host peer = other(two, we);
        IkeSa old = we.sa();
        int spi = we.child().spiIn();
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        we.with(sa -> sa.tasks().queueIkeRekey(outcome::set));
        two.run();
        assertTrue(outcome.get().success(), outcome.get().reason());
        IkeSa fresh = we.sa();
        assertNotEquals(old.id().localSpi(), fresh.id().localSpi());
        assertEquals(IkeSaState.ESTABLISHED, fresh.state());
        assertTrue(fresh.id().initiator());
        assertFalse(peer.sa().id().initiator());
        assertEquals(spi, we.child().spiIn());
        assertEquals(1, deletes(we));
        assertEquals(0, deletes(peer));
        assertFalse(we.events.lines.contains("ike down " + peer.name));
        assertFalse(we.events.lines.contains("child down net"));
        // the new one works, in both directions, down to its children
        peer.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0)));
        two.pass(Duration.ofSeconds(10));
        assertNotEquals(spi, we.child().spiIn());
        we.with(sa -> sa.tasks().queueIkeRekey());
        two.run();
        peer.with(sa -> sa.tasks().queueIkeRekey());
        two.run();
        assertEquals(1, we.sas().size());
        assertEquals(1, peer.sas().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void rekeysTheIkeSaWithTheGroupThatThePeerWants() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .ike(TwoDaemons.ike(two.moon, two.sun)
                                .proposals(List.of(
                                        TwoDaemons.proposal(ProtocolId.IKE, "aes128gcm16-prfsha256-x25519-ecp256")))
                                .build())
                        .build());
        two.established();
        // from now on sun takes ecp256 alone
        two.sun.with(sa -> sa.ikeConfig(TwoDaemons.ike(two.sun, two.moon)
                .proposals(List.of(TwoDaemons.proposal(ProtocolId.IKE, "aes128gcm16-prfsha256-ecp256")))
                .build()));
        two.moon.with(sa -> sa.tasks().queueIkeRekey());
        two.run();
        assertTrue(
                two.sun.events.sent.get(2).notify(NotifyType.INVALID_KE_PAYLOAD).isPresent());
        assertTrue(two.moon.events.lines.contains("ike rekey sun"));
        assertEquals(
                19,
                two.moon
                        .sa()
                        .proposal()
                        .first(org.jcharon.api.crypto.TransformType.KE)
                        .orElseThrow()
                        .id());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void movesQueuedTasksToTheNewIkeSa() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.moon.with(sa -> {
            sa.tasks().queueDpd(); // holds up what is queued behind it
            sa.tasks().queueRekey(sa.children().all().get(0));
        });
        int spi = two.moon.child().spiIn();
        long old = two.moon.sa().id().initiatorSpi();
        two.sun.with(sa -> sa.tasks().queueIkeRekey());
        // sun's rekeying overtakes the answer to moon's liveness check
        List<org.jcharon.api.socket.Packet> underway = two.link.underway();
        assertEquals(2, underway.size());
        two.moon.receive(underway.get(1));
        two.pass(Duration.ofSeconds(3));
        assertTrue(
                two.moon.events.lines.contains("child rekey net"),
                "rekeyed on the new IKE_SA, without a retransmission");
        // the answer to the rekeying leaves before the first request on what it makes
        long first = two.trace.stream()
                .filter(packet -> packet.source().address().equals(two.moon.address))
                .skip(3)
                .findFirst()
                .map(packet -> IkeHeader.of(packet.data()).spii())
                .orElseThrow();
        assertEquals(old, first);
        two.pass(Duration.ofSeconds(30));
        assertNotEquals(spi, two.moon.child().spiIn());
        assertEquals(1, two.moon.sas().size());
        assertEquals(1, two.moon.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void bothRekeyTheIkeSaAtOnceAndEndWithOne() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.moon.with(sa -> sa.tasks().queueIkeRekey());
        two.sun.with(sa -> sa.tasks().queueIkeRekey());
        two.pass(Duration.ofSeconds(120));
        assertEquals(1, two.moon.sas().size());
        assertEquals(1, two.sun.sas().size());
        assertEquals(two.moon.sa().id().initiatorSpi(), two.sun.sa().id().initiatorSpi());
        assertEquals(1, two.moon.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void doesNotProlongTheLifeOfAChildByRekeyingTheIkeSa() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .children(List.of(TwoDaemons.child("10.1.0.0/16", "10.2.0.0/16")
                                .lifetime(Lifetime.builder()
                                        .rekeyTime(Duration.ofMinutes(60))
                                        .lifeTime(Duration.ofMinutes(66))
                                        .build())
                                .build()))
                        .build());
        two.established();
        int spi = two.moon.child().spiIn();
        two.pass(Duration.ofMinutes(50));
        two.moon.with(sa -> sa.tasks().queueIkeRekey());
        two.pass(Duration.ofMinutes(11));
        assertNotEquals(spi, two.moon.child().spiIn());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void closesTheIkeSaWhoseRekeyingThePeerNeverFinishes() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.moon.with(sa -> sa.tasks().queueIkeRekey());
        two.step();
        two.filter(packet -> null);
        two.pass(Duration.ofSeconds(100));
        assertEquals(1, two.sun.sas().size());
        assertEquals(IkeSaState.ESTABLISHED, two.sun.sa().state());
    }

    @Test
    void leavesNothingWhenThePeerIsGoneInTheMiddleOfARekeying() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.filter(packet -> null);
        two.moon.with(sa -> sa.tasks().queueIkeRekey());
        two.pass(Duration.ofSeconds(170));
        assertEquals(List.of(), two.moon.leaks());
    }
}
