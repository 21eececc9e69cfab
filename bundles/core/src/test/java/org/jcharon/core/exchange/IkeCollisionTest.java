// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.message.DeletePayload;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NoncePayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may meet when the IKE_SA is rekeyed or closed (RFC 7296 sections 2.8.2 and 2.25). */
class IkeCollisionTest {

    private static void rekey(Host host) {
        host.with(sa -> sa.tasks().queueIkeRekey());
    }

    private static void rekeyChild(Host host) {
        host.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0)));
    }

    private static boolean refuses(IkeMessage message) {
        return message.notify(NotifyType.TEMPORARY_FAILURE).isPresent();
    }

    /** One IKE_SA, another than before, with the same CHILD_SA, which works, on both sides. */
    private static void assertOneNew(TwoDaemons two, long oldSpi) {
        for (Host host : List.of(two.moon, two.sun)) {
            assertEquals(IkeSaState.ESTABLISHED, host.sa().state());
            assertNotEquals(oldSpi, host.sa().id().initiatorSpi());
            assertEquals(ChildSaState.INSTALLED, host.child().state());
            assertTrue(host.child().isOutboundInstalled());
            assertEquals(2, host.kernel.sas().size());
            assertFalse(host.events.lines.stream().anyMatch(line -> line.contains(" down ")), "never without");
        }
        assertEquals(two.moon.sa().id().initiatorSpi(), two.sun.sa().id().initiatorSpi());
        assertEquals(two.moon.child().spiIn(), two.sun.child().spiOut());
        // it works both ways
        two.moon.with(sa -> sa.tasks().queueDpd());
        two.run();
        two.sun.with(sa -> sa.tasks().queueDpd());
        two.run();
        assertEquals(List.of(), two.link.underway());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    private static void assertNone(TwoDaemons two) {
        assertEquals(List.of(), two.moon.sas());
        assertEquals(List.of(), two.sun.sas());
        assertEquals(List.of(), two.leaks());
    }

    // ---- rekey against rekey
    // -------------------------------------------------------------------------------------------------

    @Test
    void bothNoticeAndTheLowestNonceLoses() {
        Wire.eachWins((two, wire) -> {
            final long oldSpi = two.moon.sa().id().initiatorSpi();
            rekey(two.moon);
            rekey(two.sun);
            wire.deliver(two.moon);
            wire.deliver(two.sun);
            assertEquals(IkeSaState.REKEYING, two.moon.sa().state(), "neither new one is seen yet");
            wire.deliver(two.moon);
            wire.deliver(two.sun);
            final Host winner = wire.winner();
            final Host loser = wire.other(winner);
            assertEquals(1, Wire.deletes(two.moon), "each deletes one");
            assertEquals(1, Wire.deletes(two.sun));
            assertEquals(oldSpi, lastRequest(winner).spii(), "the winner the old one");
            assertNotEquals(oldSpi, lastRequest(loser).spii(), "the loser its own new one");
            wire.settle();
            assertEquals(1, Wire.deletes(two.moon));
            assertEquals(1, Wire.deletes(two.sun));
            assertTrue(winner.sa().id().initiator(), "what the winner initiated survives");
            assertFalse(loser.sa().id().initiator());
            assertEquals(
                    1,
                    two.moon.events.lines.stream()
                            .filter(line -> line.startsWith("ike rekey"))
                            .count());
            assertOneNew(two, oldSpi);
            return winner;
        });
    }

    private static IkeMessage lastRequest(Host host) {
        List<IkeMessage> requests =
                host.events.sent.stream().filter(message -> !message.response()).toList();
        return requests.get(requests.size() - 1);
    }

    /** One side has all four nonces before the other: its DELETE or its first use of the new one comes before the last answer. */
    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void theResponseThatOneSideLacksComesLate(String late) {
        Wire.eachWins((two, wire) -> {
            final long oldSpi = two.moon.sa().id().initiatorSpi();
            Host slow = two.host(late);
            Host fast = wire.other(slow);
            rekey(two.moon);
            rekey(two.sun);
            wire.deliver(two.moon);
            wire.deliver(two.sun);
            wire.lose(fast);
            wire.deliver(slow);
            final Host winner = wire.winner();
            wire.deliver(fast);
            wire.settle();
            assertOneNew(two, oldSpi);
            return winner;
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theDeleteOfOneSideIsLost(boolean winners) {
        Wire.eachWins((two, wire) -> {
            final long oldSpi = two.moon.sa().id().initiatorSpi();
            rekey(two.moon);
            rekey(two.sun);
            wire.deliver(two.moon);
            wire.deliver(two.sun);
            wire.deliver(two.moon);
            wire.deliver(two.sun);
            Host winner = wire.winner();
            wire.lose(winners ? winner : wire.other(winner));
            wire.settle();
            assertOneNew(two, oldSpi);
            return winner;
        });
    }

    /** The special case of section 2.8.2: the peer's request comes when we are closing the old one already. */
    @Test
    void thePeerDoesNotNoticeAndRefusesOurs() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        final long oldSpi = two.moon.sa().id().initiatorSpi();
        Wire wire = new Wire(two);
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        two.sun.with(sa -> sa.tasks().queueIkeRekey(outcome::set));
        rekey(two.moon);
        wire.lose(two.sun); // sun's request
        wire.deliver(two.moon);
        wire.deliver(two.sun); // sun's answer: moon has done, and deletes the old one
        wire.lose(two.moon);
        two.pass(Duration.ofSeconds(5)); // sun repeats its request
        wire.deliver(two.sun);
        assertTrue(refuses(two.moon.lastSent()));
        wire.settle();
        assertTrue(outcome.get().success(), outcome.get().reason());
        assertTrue(two.moon.sa().id().initiator());
        assertOneNew(two, oldSpi);
    }

    @Test
    void thePeerDoesNotNoticeAndDeletesTheOldOne() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        final long oldSpi = two.moon.sa().id().initiatorSpi();
        Wire wire = new Wire(two);
        rekey(two.moon);
        rekey(two.sun);
        wire.lose(two.sun);
        wire.deliver(two.moon);
        wire.deliver(two.sun);
        wire.deliver(two.moon); // DELETE of the old one: sun forgets its own request and repeats it no more
        wire.release();
        two.pass(Duration.ofSeconds(60));
        assertTrue(two.moon.sa().id().initiator());
        assertEquals(
                0,
                two.sun.events.alerts.stream()
                        .filter(a -> a.startsWith("retransmit"))
                        .count());
        assertOneNew(two, oldSpi);
    }

    /** Whoever wins may use the new IKE_SA while the other side does not know yet which one it will be. */
    @Test
    void aMessageOnTheNewIkeSaWaitsUntilItIsDecided() {
        Wire.eachWins((two, wire) -> {
            final long oldSpi = two.moon.sa().id().initiatorSpi();
            rekey(two.moon);
            rekey(two.sun);
            wire.deliver(two.moon);
            wire.deliver(two.sun);
            final Host winner = wire.winner();
            final Host loser = wire.other(winner);
            // the winner gets its answer, the loser does not
            wire.lose(winner);
            wire.deliver(loser);
            winner.sas().stream()
                    .filter(sa -> sa.state() == IkeSaState.ESTABLISHED)
                    .forEach(sa ->
                            winner.with(sa.uniqueId(), found -> found.tasks().queueDpd()));
            wire.lose(winner); // DELETE of the old one
            wire.deliver(winner); // liveness check on the new one
            wire.settle();
            assertOneNew(two, oldSpi);
            return winner;
        });
    }

    @Test
    void aRedundantIkeSaThatThePeerForgetsGoesAfterABoundedTime() {
        Wire.eachWins((two, wire) -> {
            rekey(two.moon);
            rekey(two.sun);
            wire.deliver(two.moon);
            wire.deliver(two.sun);
            final Host winner = wire.winner();
            final Host loser = wire.other(winner);
            wire.lose(winner); // the loser never learns of it
            wire.deliver(loser);
            wire.deliver(winner); // DELETE of the old one
            assertEquals(1, loser.sas().size());
            wire.release();
            assertEquals(2, winner.sas().size());
            two.pass(Duration.ofSeconds(31));
            assertEquals(1, winner.sas().size());
            assertEquals(winner.sa().id().initiatorSpi(), loser.sa().id().initiatorSpi());
            assertEquals(List.of(), two.leaksAfterClosing());
            return winner;
        });
    }

    @Test
    void theSurvivorIsRekeyedAsUsual() {
        Wire.eachWins((two, wire) -> {
            rekey(two.moon);
            rekey(two.sun);
            wire.deliver(two.moon);
            wire.deliver(two.sun);
            final Host winner = wire.winner();
            wire.settle();
            long spi = two.moon.sa().id().initiatorSpi();
            rekey(two.moon);
            two.pass(Duration.ofSeconds(1));
            assertNotEquals(spi, two.moon.sa().id().initiatorSpi());
            rekey(two.sun);
            two.pass(Duration.ofSeconds(1));
            assertOneNew(two, spi);
            return winner;
        });
    }

    // ---- rekey against delete
    // ------------------------------------------------------------------------------------------------

    @Test
    void aRekeyingIsRefusedWhileWeClose() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Wire wire = new Wire(two);
        rekey(two.moon);
        two.sun.with(sa -> sa.delete("test"));
        wire.deliver(two.moon);
        assertTrue(refuses(two.sun.lastSent()));
        wire.settle();
        assertNone(two);
    }

    @Test
    void aCloseIsAnsweredAsUsualWhileWeRekey() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Wire wire = new Wire(two);
        rekey(two.moon);
        two.sun.with(sa -> sa.delete("test"));
        wire.deliver(two.sun);
        assertTrue(two.moon.lastSent().response());
        wire.settle();
        assertNone(two);
    }

    @Test
    void bothCloseAtOnce() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Wire wire = new Wire(two);
        two.moon.with(sa -> sa.delete("test"));
        two.sun.with(sa -> sa.delete("test"));
        wire.deliver(two.moon);
        wire.deliver(two.sun);
        wire.settle();
        assertNone(two);
    }

    @Test
    void aWishToCloseMeansTheSuccessorToo() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Wire wire = new Wire(two);
        rekey(two.moon);
        two.moon.with(sa -> sa.delete("test"));
        wire.settle();
        assertNone(two);
    }

    @Test
    void anExpiryMeansTheOldOneAlone() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .rekeyTime(Duration.ofSeconds(60))
                        .overTime(Duration.ofSeconds(6))
                        .build());
        two.established();
        final long oldSpi = two.moon.sa().id().initiatorSpi();
        Wire wire = new Wire(two);
        two.pass(Duration.ofSeconds(60)); // the request is under way
        two.pass(Duration.ofSeconds(7)); // the answer is not, and the time is over
        wire.deliver(two.moon);
        wire.deliver(two.sun);
        wire.release();
        two.pass(Duration.ofSeconds(1));
        assertOneNew(two, oldSpi);
    }

    // ---- CHILD_SAs against the IKE_SA
    // ------------------------------------------------------------------------------------------

    @Test
    void aChildIsCreatedWhileThePeerRekeysTheIkeSa() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        final long oldSpi = two.moon.sa().id().initiatorSpi();
        Wire wire = new Wire(two);
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        two.moon.with(sa -> sa.tasks().queueChild(TwoDaemons.another(sa), List.of(), outcome::set));
        rekey(two.sun);
        wire.deliver(two.moon);
        wire.deliver(two.sun);
        assertTrue(refuses(two.moon.lastSent()), "section 2.25.1");
        assertTrue(refuses(two.sun.lastSent()), "section 2.25.2");
        wire.settle();
        assertTrue(outcome.get().success(), outcome.get().reason());
        assertNotEquals(oldSpi, two.moon.sa().id().initiatorSpi());
        assertEquals(two.moon.sa().id().initiatorSpi(), two.sun.sa().id().initiatorSpi());
        assertEquals(2, two.moon.children().size());
        assertEquals(2, two.sun.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void aChildIsRekeyedWhileThePeerRekeysTheIkeSa(String first) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        final long oldSpi = two.moon.sa().id().initiatorSpi();
        final int oldChild = two.moon.child().spiIn();
        Wire wire = new Wire(two);
        rekeyChild(two.moon);
        rekey(two.sun);
        wire.deliver(two.host(first));
        wire.deliver(wire.other(two.host(first)));
        assertTrue(refuses(two.moon.lastSent()));
        assertTrue(refuses(two.sun.lastSent()));
        wire.settle();
        assertNotEquals(oldChild, two.moon.child().spiIn());
        assertOneNew(two, oldSpi);
    }

    @Test
    void aChildIsClosedWhileThePeerRekeysTheIkeSa() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        final long oldSpi = two.moon.sa().id().initiatorSpi();
        Wire wire = new Wire(two);
        two.moon.with(sa -> sa.tasks().queueDelete(sa.children().all().get(0)));
        rekey(two.sun);
        wire.deliver(two.sun);
        assertTrue(refuses(two.moon.lastSent()), "section 2.25.1");
        wire.deliver(two.moon);
        assertTrue(two.sun.lastSent().first(DeletePayload.class).isPresent(), "section 2.25.2: as usual");
        wire.settle();
        assertEquals(List.of(), two.moon.children());
        assertEquals(List.of(), two.sun.children());
        assertNotEquals(oldSpi, two.moon.sa().id().initiatorSpi());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** What makes charon leave a rekeyed CHILD_SA behind: the IKE_SA is rekeyed between the rekeying of a CHILD_SA and its DELETE. */
    @Test
    void theDeleteOfARekeyedChildPassesToTheNewIkeSa() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        final long oldSpi = two.moon.sa().id().initiatorSpi();
        Wire wire = new Wire(two);
        rekeyChild(two.moon);
        wire.deliver(two.moon);
        rekey(two.sun);
        wire.deliver(two.sun); // the answer: moon's DELETE is under way
        wire.lose(two.moon);
        wire.deliver(two.sun);
        assertTrue(refuses(two.moon.lastSent()));
        wire.settle();
        assertOneNew(two, oldSpi);
    }

    @Test
    void bothKindsFromBothSidesAtOnce() {
        for (int i = 0; i < 16; i++) {
            TwoDaemons two = TwoDaemons.withPsk().established();
            final long oldSpi = two.moon.sa().id().initiatorSpi();
            final int oldChild = two.moon.child().spiIn();
            Wire wire = new Wire(two);
            for (Host host : List.of(two.moon, two.sun)) {
                host.with(sa -> {
                    sa.tasks().queueRekey(sa.children().all().get(0));
                    sa.tasks().queueIkeRekey();
                });
            }
            // each order of two packets in each step, as the bits say
            for (int step = 0; step < 4; step++) {
                Host first = (i >> step & 1) == 0 ? two.moon : two.sun;
                for (Host host : List.of(first, wire.other(first))) {
                    if (wire.waiting(host) > 0) {
                        wire.deliver(host);
                    }
                }
            }
            wire.settle();
            assertNotEquals(oldChild, two.moon.child().spiIn());
            assertOneNew(two, oldSpi);
        }
    }

    @Test
    void theIkeSaIsNotRekeyedTwiceBecauseARefusedTryWaits() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.sun.with(sa -> sa.moveTo(IkeSaState.REKEYING));
        rekey(two.moon);
        two.run();
        two.sun.with(sa -> sa.moveTo(IkeSaState.ESTABLISHED));
        rekey(two.moon); // somebody asks for it before the wait is over
        two.run();
        long spi = two.moon.sa().id().initiatorSpi();
        assertEquals(
                1,
                two.moon.events.lines.stream().filter("ike rekey sun"::equals).count());
        two.pass(Duration.ofSeconds(30));
        assertEquals(spi, two.moon.sa().id().initiatorSpi());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** The secrets of a rekeying that another one made needless are gone, and what it had reserved. */
    @Test
    void nothingStaysOfARekeyingWhenThePeerClosesTheIkeSaInACollision() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Wire wire = new Wire(two);
        rekey(two.moon);
        rekey(two.sun);
        wire.deliver(two.sun);
        assertTrue(two.moon.lastSent().first(NoncePayload.class).isPresent());
        two.filter(packet -> null); // and nothing is heard any more
        two.pass(Duration.ofSeconds(170));
        assertEquals(List.of(), two.moon.sas().stream().map(IkeSa::state).toList());
        assertEquals(List.of(), two.leaks());
    }

    @Test
    void keepsTheChildrenOfBothWhenTheIkeSaIsRekeyedInACollision() {
        Wire.eachWins((two, wire) -> {
            wire.release();
            two.moon.with(sa -> sa.tasks().queueChild(TwoDaemons.another(sa), List.of(), outcome -> {}));
            two.run();
            List<Integer> spis =
                    two.moon.children().stream().map(ChildSa::spiIn).toList();
            Wire held = new Wire(two);
            rekey(two.moon);
            rekey(two.sun);
            held.deliver(two.moon);
            held.deliver(two.sun);
            final Host winner = held.winner();
            held.settle();
            assertEquals(spis, two.moon.children().stream().map(ChildSa::spiIn).toList());
            assertEquals(spis, two.sun.children().stream().map(ChildSa::spiOut).toList());
            assertEquals(List.of(), two.leaksAfterClosing());
            return winner;
        });
    }
}
