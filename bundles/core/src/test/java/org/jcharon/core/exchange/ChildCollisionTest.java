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
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.kernel.UsageStats;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.message.DeletePayload;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may meet when CHILD_SAs are rekeyed, created and closed (RFC 7296 sections 2.8.1 and 2.25.1). */
class ChildCollisionTest {

    private static void rekey(Host host) {
        host.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0)));
    }

    private static void create(IkeSa sa) {
        sa.tasks().queueChild(TwoDaemons.another(sa), List.of(), outcome -> {});
    }

    private static void close(Host host) {
        host.with(sa -> sa.tasks().queueDelete(sa.children().all().get(0)));
    }

    private static boolean sendsOn(Host host, int spi) {
        return host.kernel.sas().stream()
                .anyMatch(sa -> !sa.inbound() && sa.id().spi() == spi);
    }

    /** One CHILD_SA, the same on both sides, in use both ways, not the one that was there; nothing else in the kernels. */
    private static void assertOneNew(TwoDaemons two, int oldSpi) {
        assertNotEquals(oldSpi, two.moon.child().spiIn());
        assertEquals(two.moon.child().spiIn(), two.sun.child().spiOut());
        assertEquals(two.moon.child().spiOut(), two.sun.child().spiIn());
        for (Host host : List.of(two.moon, two.sun)) {
            assertEquals(ChildSaState.INSTALLED, host.child().state());
            assertTrue(host.child().isOutboundInstalled());
            assertEquals(2, host.kernel.sas().size());
            assertFalse(host.events.lines.contains("child down net"), "never without");
        }
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    private static void assertNone(TwoDaemons two) {
        assertEquals(List.of(), two.moon.children());
        assertEquals(List.of(), two.sun.children());
        assertEquals(0, two.moon.kernel.sas().size() + two.sun.kernel.sas().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    // ---- rekey against rekey
    // ------------------------------------------------------------------------------------------------

    @Test
    void bothNoticeAndTheLowestNonceLoses() {
        Wire.eachWins((two, wire) -> {
            final int oldSpi = two.moon.child().spiIn();
            rekey(two.moon);
            rekey(two.sun);
            wire.deliver(two.moon);
            wire.deliver(two.sun);
            assertEquals(2, two.moon.children().size());
            wire.deliver(two.moon);
            wire.deliver(two.sun);
            Host winner = wire.winner();
            ChildSa survivor = winner.children().stream()
                    .filter(child -> child.isOutboundInstalled() && child.state() == ChildSaState.INSTALLED)
                    .findFirst()
                    .orElseThrow();
            wire.settle();
            assertEquals(survivor.spiIn(), winner.child().spiIn());
            assertEquals(1, Wire.deletes(two.moon));
            assertEquals(1, Wire.deletes(two.sun));
            List<Integer> old = List.of(oldSpi);
            assertEquals(old, deleted(winner), "the winner closes the old one");
            assertNotEquals(old, deleted(wire.other(winner)), "the loser closes its own");
            assertOneNew(two, oldSpi);
            return winner;
        });
    }

    private static List<Integer> deleted(Host host) {
        return host.events.sent.stream()
                .filter(message -> !message.response())
                .flatMap(message -> message.all(DeletePayload.class).stream())
                .filter(delete -> !delete.spis().isEmpty())
                .map(delete -> ChildSa.spiNumber(delete.spis().get(0)))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void theResponseThatOneSideLacksComesLate(String late) {
        Wire.eachWins((two, wire) -> {
            final int oldSpi = two.moon.child().spiIn();
            Host slow = late.equals("moon") ? two.moon : two.sun;
            Host fast = wire.other(slow);
            rekey(two.moon);
            rekey(two.sun);
            wire.deliver(two.moon);
            wire.deliver(two.sun);
            wire.lose(fast);
            wire.deliver(slow);
            final Host winner = wire.winner();
            // the DELETE of the fast one overtakes the answer that the slow one waits for
            wire.deliver(fast);
            assertTrue(slow.lastSent().first(DeletePayload.class).isPresent(), "answered as usual");
            wire.settle();
            assertOneNew(two, oldSpi);
            return winner;
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theDeleteOfOneSideIsLost(boolean winners) {
        Wire.eachWins((two, wire) -> {
            final int oldSpi = two.moon.child().spiIn();
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

    /** The second example of section 2.8.1: the request is lost, and comes again when the peer has finished. */
    @Test
    void onlyOneNoticesBecauseTheRequestOfTheOtherWasLost() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        final int oldSpi = two.moon.child().spiIn();
        Wire wire = new Wire(two);
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        two.moon.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0), outcome::set));
        rekey(two.sun);
        wire.lose(two.moon);
        wire.deliver(two.sun); // sun's request
        wire.deliver(two.moon); // moon's answer
        wire.deliver(two.sun); // sun's DELETE of the old one
        wire.deliver(two.moon);
        two.pass(Duration.ofSeconds(6)); // moon repeats its request; the old one is gone on both sides
        wire.deliver(two.moon);
        assertTrue(two.sun.lastSent().notify(NotifyType.CHILD_SA_NOT_FOUND).isPresent());
        wire.deliver(two.sun);
        assertTrue(outcome.get().success(), outcome.get().reason());
        wire.settle();
        assertEquals(0, Wire.deletes(two.moon));
        assertOneNew(two, oldSpi);
    }

    @Test
    void thePeersRekeyingStandsIfOursIsRefused() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        final int oldSpi = two.moon.child().spiIn();
        Wire wire = new Wire(two);
        rekey(two.moon);
        rekey(two.sun);
        wire.deliver(two.sun); // both notice
        two.sun.kernel.fail("allocateSpi");
        wire.deliver(two.moon);
        two.sun.kernel.restore();
        wire.deliver(two.sun); // NO_PROPOSAL_CHOSEN
        wire.settle();
        assertOneNew(two, oldSpi);
    }

    @Test
    void thePeerThatRefusesOursAndDropsItsOwnLeavesTheOldOneInUse() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Wire wire = new Wire(two);
        rekey(two.moon);
        rekey(two.sun);
        wire.deliver(two.sun);
        two.sun.kernel.fail("addSa"); // neither ours nor its own comes up there
        wire.deliver(two.moon);
        wire.deliver(two.moon);
        two.sun.kernel.restore();
        wire.settle();
        assertEquals(two.moon.child().spiIn(), two.sun.child().spiOut());
        assertTrue(two.moon.child().isOutboundInstalled());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void theSurvivorOfACollisionIsRekeyedAsUsual() {
        Wire.eachWins((two, wire) -> {
            rekey(two.moon);
            rekey(two.sun);
            wire.deliver(two.moon);
            wire.deliver(two.sun);
            final Host winner = wire.winner();
            wire.settle();
            int spi = two.moon.child().spiIn();
            rekey(two.moon);
            two.pass(Duration.ofSeconds(10));
            assertNotEquals(spi, two.moon.child().spiIn());
            rekey(two.sun);
            two.pass(Duration.ofSeconds(10));
            assertOneNew(two, spi);
            return winner;
        });
    }

    // ---- rekey against delete
    // -----------------------------------------------------------------------------------------------

    @Test
    void aRekeyingIsRefusedWhileWeClose() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Wire wire = new Wire(two);
        rekey(two.moon);
        close(two.sun);
        wire.deliver(two.moon);
        assertTrue(two.sun.lastSent().notify(NotifyType.TEMPORARY_FAILURE).isPresent());
        wire.deliver(two.sun);
        assertTrue(two.moon.lastSent().first(DeletePayload.class).isPresent());
        wire.settle();
        assertNone(two);
    }

    @Test
    void aCloseIsAnsweredAsUsualWhileWeRekey() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Wire wire = new Wire(two);
        rekey(two.moon);
        wire.lose(two.moon);
        close(two.sun);
        wire.deliver(two.sun);
        assertTrue(two.moon.lastSent().first(DeletePayload.class).isPresent());
        wire.deliver(two.moon);
        wire.settle(); // moon repeats its request, of a CHILD_SA that is gone on both sides
        assertNone(two);
    }

    @Test
    void theAnswerToARekeyingComesAfterTheOldOneWasClosed() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Wire wire = new Wire(two);
        rekey(two.moon);
        wire.deliver(two.moon);
        wire.lose(two.sun);
        close(two.sun); // the old one, which waits for moon's DELETE
        wire.deliver(two.sun);
        wire.settle();
        assertEquals(two.moon.child().spiIn(), two.sun.child().spiOut());
        assertTrue(two.sun.child().isOutboundInstalled());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void thePeerClosesTheNewOneBeforeItHearsThatTheOldOneIsDeleted() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Wire wire = new Wire(two);
        rekey(two.moon);
        wire.deliver(two.moon);
        two.sun.with(sa -> sa.tasks().queueDelete(sa.children().all().get(1)));
        wire.deliver(two.sun); // the answer: moon deletes the old one
        wire.deliver(two.sun); // DELETE of the new one
        wire.settle();
        assertNone(two);
    }

    @Test
    void aRekeyingIsRefusedWhenAWishToCloseWaits() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Wire wire = new Wire(two);
        two.sun.with(sa -> sa.tasks().queueDpd()); // holds up what is queued behind it
        close(two.sun);
        rekey(two.moon);
        wire.deliver(two.moon);
        assertTrue(two.sun.lastSent().notify(NotifyType.TEMPORARY_FAILURE).isPresent());
        wire.settle();
        assertNone(two);
    }

    @Test
    void aWishToCloseMeansWhatTookItsPlaceToo() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Wire wire = new Wire(two);
        rekey(two.moon);
        close(two.moon);
        wire.settle();
        assertNone(two);
    }

    @Test
    void anExpiryMeansTheOldOneAlone() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        final int oldSpi = two.moon.child().spiIn();
        Wire wire = new Wire(two);
        rekey(two.moon);
        two.moon.with(sa -> sa.tasks().queueDeleteAlone(sa.children().all().get(0)));
        wire.settle();
        assertOneNew(two, oldSpi);
    }

    @Test
    void bothCloseAtOnce() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Wire wire = new Wire(two);
        close(two.moon);
        close(two.sun);
        wire.deliver(two.moon);
        assertTrue(two.sun.lastSent().first(DeletePayload.class).isEmpty(), "section 1.4.1: without a DELETE payload");
        wire.deliver(two.sun);
        assertTrue(two.moon.lastSent().first(DeletePayload.class).isEmpty());
        wire.settle();
        assertNone(two);
    }

    // ---- what the peer does with a CHILD_SA that we do not have yet
    // -----------------------------------------------------------

    @Test
    void thePeerRekeysWhatWeHaveNotGotYet() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Wire wire = new Wire(two);
        two.moon.with(ChildCollisionTest::create);
        wire.deliver(two.moon);
        wire.lose(two.sun);
        two.sun.with(sa -> sa.tasks().queueRekey(sa.children().all().get(1)));
        wire.deliver(two.sun);
        assertTrue(two.moon.lastSent().notify(NotifyType.TEMPORARY_FAILURE).isPresent());
        wire.settle();
        assertSame(two, 2);
    }

    @Test
    void thePeerClosesWhatWeHaveNotGotYet() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Wire wire = new Wire(two);
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        two.moon.with(sa -> sa.tasks().queueChild(TwoDaemons.another(sa), List.of(), outcome::set));
        wire.deliver(two.moon);
        wire.lose(two.sun);
        two.sun.with(sa -> sa.tasks().queueDelete(sa.children().all().get(1)));
        wire.deliver(two.sun);
        wire.settle();
        assertFalse(outcome.get().success());
        assertSame(two, 1);
    }

    private static void assertSame(TwoDaemons two, int number) {
        List<Integer> moons =
                two.moon.children().stream().map(ChildSa::spiIn).sorted().toList();
        List<Integer> suns =
                two.sun.children().stream().map(ChildSa::spiOut).sorted().toList();
        assertEquals(number, moons.size());
        assertEquals(moons, suns);
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    // ---- TEMPORARY_FAILURE and NO_ADDITIONAL_SAS
    // ------------------------------------------------------------------------------

    /** Sun refuses to make SAs. */
    private static void refuseWith(TwoDaemons two, NotifyType error) {
        busy(two.sun, true);
        two.alter(
                two.sun,
                ExchangeType.CREATE_CHILD_SA,
                message -> TwoDaemons.payloads(message, payload -> new NotifyPayload(error, Chunk.EMPTY)));
    }

    /** A peer that is busy: it answers everything that makes an SA with TEMPORARY_FAILURE. */
    private static void busy(Host host, boolean busy) {
        host.with(sa -> sa.moveTo(busy ? IkeSaState.REKEYING : IkeSaState.ESTABLISHED));
    }

    private static long requests(Host host) {
        return host.events.sent.stream()
                .filter(message -> !message.response() && message.exchangeType().equals(ExchangeType.CREATE_CHILD_SA))
                .count();
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "rekey", "ike"})
    void triesAgainAfterAWaitAndClosesAnIkeSaThatIsOutOfStep(String what) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        busy(two.sun, true);
        begin(two, what);
        two.run();
        assertEquals(1, requests(two.moon));
        two.pass(Duration.ofMillis(4_900));
        assertEquals(1, requests(two.moon), "not at once");
        two.pass(Duration.ofMillis(10_200)); // each wait is 5 to 15 s
        assertTrue(requests(two.moon) >= 2 && requests(two.moon) <= 4, "" + requests(two.moon));
        two.pass(Duration.ofSeconds(240));
        assertEquals(1, two.moon.sas().size());
        two.pass(Duration.ofSeconds(100));
        assertEquals(List.of(), two.moon.sas());
        assertEquals(List.of(), two.leaks());
    }

    private static void begin(TwoDaemons two, String what) {
        two.moon.with(sa -> {
            switch (what) {
                case "create" -> create(sa);
                case "rekey" -> sa.tasks().queueRekey(sa.children().all().get(0));
                default -> sa.tasks().queueIkeRekey();
            }
        });
    }

    @Test
    void createsOnceThePeerIsFree() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        busy(two.sun, true);
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        two.moon.with(sa -> sa.tasks().queueChild(TwoDaemons.another(sa), List.of(), outcome::set));
        two.run();
        assertEquals(null, outcome.get(), "not known yet");
        busy(two.sun, false);
        two.pass(Duration.ofSeconds(16));
        assertTrue(outcome.get().success(), outcome.get().reason());
        assertSame(two, 2);
    }

    @Test
    void aTaskThatWaitsPassesToTheNewIkeSa() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        busy(two.sun, true);
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        two.moon.with(sa -> sa.tasks().queueChild(TwoDaemons.another(sa), List.of(), outcome::set));
        two.run();
        two.sun.with(sa -> {
            sa.moveTo(IkeSaState.ESTABLISHED);
            sa.tasks().queueIkeRekey();
        });
        two.run();
        assertTrue(outcome.get().success(), outcome.get().reason());
        assertSame(two, 2);
    }

    @Test
    void failsTheChildThatThePeerHasNoRoomFor() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        refuseWith(two, NotifyType.NO_ADDITIONAL_SAS);
        two.moon.with(sa -> sa.tasks().queueChild(TwoDaemons.another(sa), List.of(), outcome::set));
        two.run();
        assertFalse(outcome.get().success());
        assertTrue(
                outcome.get().reason().contains("NO_ADDITIONAL_SAS"),
                outcome.get().reason());
        assertEquals(1, two.moon.children().size());
    }

    /** As charon does: the CHILD_SA cannot be replaced on this IKE_SA, so both are made anew (RFC 7296 section 2.8.3). */
    @ParameterizedTest
    @ValueSource(strings = {"rekey", "ike"})
    void reauthenticatesAtAPeerThatRekeysNothing(String what) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        final int oldSpi = two.moon.child().spiIn();
        final long old = two.moon.sa().uniqueId();
        refuseWith(two, NotifyType.NO_ADDITIONAL_SAS);
        begin(two, what);
        two.pass(Duration.ofSeconds(30));
        assertNotEquals(old, two.moon.sa().uniqueId());
        assertNotEquals(oldSpi, two.moon.child().spiIn());
        assertEquals(two.moon.child().spiIn(), two.sun.child().spiOut());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    // ---- bounded, whatever the peer does
    // -----------------------------------------------------------------------------------------

    @Test
    void aRekeyedChildThatThePeerNeverDeletesGoesAfterABoundedTime() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        final int oldSpi = two.sun.child().spiIn();
        // sun never hears of moon's DELETE
        two.alter(
                two.moon,
                ExchangeType.INFORMATIONAL,
                message ->
                        message.response() || message.first(DeletePayload.class).isEmpty() ? message : null);
        rekey(two.moon);
        two.pass(Duration.ofSeconds(89));
        assertEquals(ChildSaState.REKEYED, two.sun.children().get(0).state());
        two.pass(Duration.ofSeconds(2));
        assertTrue(two.sun.children().stream().noneMatch(child -> child.state() == ChildSaState.REKEYED));
        two.pass(Duration.ofSeconds(6));
        assertTrue(two.sun.children().stream().noneMatch(child -> child.spiIn() == oldSpi));
        assertTrue(two.sun.child().isOutboundInstalled());
    }

    @Test
    void sendsOnTheNewOneOnceThePeerDoes() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Wire wire = new Wire(two);
        rekey(two.moon);
        wire.deliver(two.moon);
        ChildSa fresh = two.sun.children().get(1);
        wire.deliver(two.sun);
        wire.lose(two.moon); // the DELETE
        two.pass(Duration.ofMillis(1_100));
        assertFalse(sendsOn(two.sun, fresh.spiOut()));
        two.sun.kernel.usage(new SaId(two.sun.address, fresh.protocol(), fresh.spiIn()), new UsageStats(100, 1, 0));
        two.pass(Duration.ofMillis(1_100));
        assertTrue(sendsOn(two.sun, fresh.spiOut()));
        wire.settle();
        assertEquals(
                1,
                two.sun.events.lines.stream().filter("child up net"::equals).count(),
                "a rekeying is an event of its own");
        assertEquals(1, two.sun.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }
}
