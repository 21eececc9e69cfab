// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.lib.testkit.FakeScheduler;
import org.jcharon.lib.testkit.FakeTime;
import org.jcharon.lib.testkit.ImmediateProcessor;
import org.jcharon.lib.testkit.SeededRandom;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IkeSaManagerTest {

    private static final int INITIATOR = IkeHeader.FLAG_INITIATOR;
    private static final int RESPONSE = IkeHeader.FLAG_RESPONSE;

    private final FakeTime time = new FakeTime();
    private final ImmediateProcessor processor = new ImmediateProcessor();
    private final FakeScheduler scheduler = new FakeScheduler(time, processor);
    private final DropCounters drops = new DropCounters();
    private final IkeSaManager manager =
            IkeSaManager.limited(processor, scheduler, time, new SeededRandom(1), drops, 3);
    private final List<FakeSa> made = new ArrayList<>();
    private final List<String> done = new ArrayList<>();

    @BeforeEach
    void answer() {
        manager.factory((id, first) -> {
            FakeSa sa = new FakeSa(id, manager.nextUniqueId());
            made.add(sa);
            return sa;
        });
    }

    private static ReceivedMessage init(String tail) {
        return FakeSa.message(7, 0, IkeHeader.IKE_SA_INIT, INITIATOR, 0, tail);
    }

    private FakeSa responder() {
        assertEquals(Submission.STARTED, manager.submitMessage(init("aa" + String.format("%02x", made.size()))));
        processor.runAll();
        return made.get(made.size() - 1);
    }

    private ReceivedMessage to(FakeSa sa, long messageId, String tail) {
        return FakeSa.message(7, sa.id.responderSpi(), IkeHeader.INFORMATIONAL, INITIATOR, messageId, tail);
    }

    private SaJob note(String what) {
        return new SaJob() {
            @Override
            public void run(Lease lease) {
                done.add(what);
            }

            @Override
            public void gone() {
                done.add(what + " gone");
            }
        };
    }

    @Test
    void makesAnIkeSaForANewRequestAndGivesRepeatsToTheSame() {
        FakeSa sa = responder();
        assertEquals(7, sa.id.initiatorSpi());
        assertNotEquals(0, sa.id.responderSpi());
        assertEquals(1, manager.halfOpen());
        assertEquals(1, manager.halfOpen(FakeSa.PEER.address()));
        assertEquals(Submission.STARTED, manager.submitMessage(init("aa00")));
        processor.runAll();
        assertEquals(1, made.size());
        assertEquals(2, sa.messages.size());
    }

    @Test
    void countsAHalfOpenIkeSaBeforeItsFirstJobRuns() {
        manager.submitMessage(init("aa"));
        assertEquals(1, manager.halfOpen());
        assertTrue(made.isEmpty());
    }

    @Test
    void refusesNewIkeSasOverTheLimit() {
        responder();
        responder();
        responder();
        assertEquals(Submission.REFUSED, manager.submitMessage(init("bb")));
        assertEquals(1, drops.of(DropReason.SA_LIMIT));
        assertThrows(IllegalStateException.class, () -> manager.createInitiator(id -> new FakeSa(id, 9)));
    }

    @Test
    void dropsRepeatsOfTheMessageBeingProcessedAndOfOneThatWaits() {
        FakeSa sa = responder();
        sa.onProcess = () -> {
            assertEquals(Submission.REFUSED, manager.submitMessage(to(sa, 1, "00")));
            assertEquals(Submission.QUEUED, manager.submitMessage(to(sa, 2, "01")));
            sa.onProcess = () -> {};
        };
        manager.submitMessage(to(sa, 1, "00"));
        assertEquals(Submission.REFUSED, manager.submitMessage(to(sa, 1, "00")));
        processor.runAll();
        assertEquals(2, drops.of(DropReason.DUPLICATE));
        assertEquals(3, sa.messages.size());
        // Once answered, a repeat is the task manager's: it sends the response again.
        assertEquals(Submission.STARTED, manager.submitMessage(to(sa, 1, "00")));
    }

    @Test
    void dropsRepeatsWhileARequestWaitsBeyondItsLease() {
        FakeSa sa = responder();
        sa.onProcess = () -> sa.waiting = 1;
        manager.submitMessage(to(sa, 1, "00"));
        processor.runAll();
        assertEquals(Submission.REFUSED, manager.submitMessage(to(sa, 1, "00")));
        manager.submitInternal(sa.id.localSpi(), lease -> sa.waiting = -1);
        processor.runAll();
        assertEquals(Submission.STARTED, manager.submitMessage(to(sa, 1, "00")));
    }

    @Test
    void letsAllFragmentsOfOneMessageThrough() {
        FakeSa sa = responder();
        for (int i = 0; i < 3; i++) {
            manager.submitMessage(
                    FakeSa.message(7, sa.id.responderSpi(), 53, IkeHeader.IKE_AUTH, INITIATOR, 1, "0" + i));
        }
        processor.runAll();
        assertEquals(4, sa.messages.size());
    }

    @Test
    void findsNothingForWrongSpisOrRoles() {
        FakeSa sa = responder();
        long spi = sa.id.responderSpi();
        assertEquals(Submission.GONE, manager.submitMessage(FakeSa.message(8, spi, 37, INITIATOR, 1, "")));
        assertEquals(Submission.GONE, manager.submitMessage(FakeSa.message(spi, 7, 37, RESPONSE, 1, "")));
        assertEquals(Submission.GONE, manager.submitMessage(FakeSa.message(7, spi + 1, 37, INITIATOR, 1, "")));
    }

    @Test
    void acceptsAnyResponderSpiUntilItIsKnown() {
        FakeSa sa;
        try (Lease lease = manager.createInitiator(id -> new FakeSa(id, 5))) {
            sa = (FakeSa) lease.sa();
            sa.id = sa.id.withResponderSpi(99);
            manager.responderSpiKnown(lease);
        }
        long spi = sa.id.initiatorSpi();
        assertEquals(Submission.GONE, manager.submitMessage(FakeSa.message(spi, 98, 34, RESPONSE, 0, "")));
        assertEquals(Submission.STARTED, manager.submitMessage(FakeSa.message(spi, 99, 34, RESPONSE, 0, "")));
        assertEquals(0, manager.halfOpen());
    }

    @Test
    void boundsCommandsAndPacketsButNeverCompletions() {
        FakeSa sa = responder();
        long spi = sa.id.localSpi();
        for (int i = 0; i < Entry.COMMANDS; i++) {
            assertNotEquals(Submission.REFUSED, manager.submitCommand(spi, note("c" + i)));
        }
        assertEquals(Submission.REFUSED, manager.submitCommand(spi, note("late")));
        for (int i = 0; i < Entry.PACKETS; i++) {
            assertEquals(Submission.QUEUED, manager.submitMessage(to(sa, i + 1, "")));
        }
        assertEquals(Submission.REFUSED, manager.submitMessage(to(sa, 1000, "")));
        assertEquals(1, drops.of(DropReason.LANE_FULL));
        for (int i = 0; i < 1000; i++) {
            assertEquals(Submission.QUEUED, manager.submitInternal(spi, note("i")));
        }
    }

    /** Large packets fill the lane sooner; one alone always finds room. */
    @Test
    void boundsTheOctetsOfPacketsThatWait() {
        FakeSa sa = responder();
        String large = "00".repeat(Entry.PACKET_OCTETS / 4);
        assertEquals(Submission.STARTED, manager.submitMessage(to(sa, 1, "00".repeat(2 * Entry.PACKET_OCTETS))));
        assertEquals(Submission.REFUSED, manager.submitMessage(to(sa, 2, large)));
        processor.runAll();
        for (int i = 0; i < 3; i++) {
            manager.submitMessage(to(sa, 10 + i, large));
        }
        assertEquals(Submission.REFUSED, manager.submitMessage(to(sa, 20, large)));
        assertEquals(2, drops.of(DropReason.LANE_FULL));
    }

    @Test
    void runsCompletionsThenTimersThenTakesTurns() {
        FakeSa sa = responder();
        long spi = sa.id.localSpi();
        sa.onProcess = () -> done.add("packet");
        manager.submitCommand(spi, note("command"));
        manager.submitMessage(to(sa, 1, ""));
        manager.submitTimer(spi, "dpd", note("old dpd"));
        manager.submitTimer(spi, "dpd", note("dpd"));
        manager.submitInternal(spi, note("completion"));
        processor.runAll();
        assertEquals(List.of("completion", "dpd", "command", "packet"), done);
    }

    @Test
    void checksInAfterEightItemsAndPostsOneDrain() {
        FakeSa sa = responder();
        for (int i = 0; i < 20; i++) {
            manager.submitInternal(sa.id.localSpi(), note("i"));
        }
        assertTrue(processor.runNext());
        assertEquals(8, done.size());
        assertEquals(2, processor.runAll());
        assertEquals(20, done.size());
    }

    @Test
    void checksInAfterTwoMilliseconds() {
        FakeSa sa = responder();
        for (int i = 0; i < 3; i++) {
            manager.submitInternal(sa.id.localSpi(), lease -> {
                done.add("slow");
                time.advance(Duration.ofMillis(3));
            });
        }
        processor.runNext();
        assertEquals(1, done.size());
        assertEquals(2, processor.runAll());
    }

    @Test
    void destroysOnlyTheIkeSaWhoseJobFails() {
        FakeSa sa = responder();
        FakeSa other = responder();
        manager.submitInternal(sa.id.localSpi(), lease -> {
            throw new IllegalStateException("on purpose");
        });
        manager.submitCommand(sa.id.localSpi(), note("command"));
        manager.submitTimer(sa.id.localSpi(), "dpd", note("dpd"));
        processor.runAll();
        assertEquals(1, sa.destroyed);
        assertEquals(0, other.destroyed);
        assertEquals(List.of("dpd gone", "command gone"), done);
        assertEquals(1, manager.size());
        assertEquals(1, manager.halfOpen());
        assertEquals(Submission.GONE, manager.submitCommand(sa.id.localSpi(), note("late")));
        assertEquals(List.of("dpd gone", "command gone"), done);
    }

    @Test
    void leavesNothingBehindWhenTheFactoryFails() {
        manager.factory((id, first) -> {
            throw new IllegalStateException("on purpose");
        });
        manager.submitMessage(init("aa"));
        processor.runAll();
        assertTrue(manager.isEmpty());
        assertEquals(0, manager.halfOpen());
        assertThrows(
                IllegalStateException.class,
                () -> manager.createInitiator(id -> {
                    throw new IllegalStateException("on purpose");
                }));
        assertTrue(manager.isEmpty());
    }

    @Test
    void leaseBelongsToItsThreadUntilItIsClosed() throws InterruptedException {
        Lease lease = manager.createInitiator(id -> new FakeSa(id, 5));
        assertTrue(lease.isHeld());
        List<Throwable> thrown = new ArrayList<>();
        Thread other = new Thread(() -> thrown.add(assertThrows(IllegalStateException.class, lease::sa)));
        other.start();
        other.join();
        assertEquals(1, thrown.size());
        lease.close();
        lease.close();
        assertThrows(IllegalStateException.class, lease::assertHeld);
    }

    @Test
    void runsEventsAfterTheCheckin() {
        FakeSa sa = responder();
        manager.submitInternal(sa.id.localSpi(), lease -> {
            lease.afterCheckin(() -> done.add(
                    manager.snapshots().findFirst().orElseThrow().state().name()));
            sa.halfOpen = false;
        });
        processor.runAll();
        assertEquals(List.of(IkeSaState.ESTABLISHED.name()), done);
        assertEquals(0, manager.halfOpen());
    }

    @Test
    void queuesForANewbornUntilItIsPublished() {
        Newborn newborn = manager.newborn(false, 77);
        ReceivedMessage early = FakeSa.message(77, newborn.localSpi(), 37, INITIATOR, 0, "");
        assertEquals(Submission.QUEUED, manager.submitMessage(early));
        FakeSa sa = new FakeSa(new org.jcharon.api.sa.IkeSaId(77, newborn.localSpi(), false), 12);
        try (Lease lease = newborn.adopt(sa)) {
            assertTrue(lease.isHeld());
        }
        processor.runAll();
        assertTrue(sa.messages.isEmpty());
        assertEquals(Submission.GONE, manager.submitUnique(12, note("hidden")));
        assertEquals(0, manager.snapshots().count());
        try (Lease lease = newborn.lease()) {
            newborn.publish();
            assertTrue(lease.isHeld());
        }
        processor.runAll();
        assertEquals(1, sa.messages.size());
        assertEquals(Submission.STARTED, manager.submitUnique(12, note("found")));
    }

    @Test
    void discardsANewbornLeasedOrNot() {
        Newborn bare = manager.newborn(true, 77);
        manager.submitInternal(bare.localSpi(), note("waits"));
        bare.discard();
        bare.discard();
        assertEquals(List.of("waits gone"), done);
        Newborn adopted = manager.newborn(true, 77);
        FakeSa sa = new FakeSa(new org.jcharon.api.sa.IkeSaId(adopted.localSpi(), 77, true), 12);
        try (Lease lease = adopted.adopt(sa)) {
            adopted.discard();
            assertTrue(lease.isDrivenOut());
        }
        assertEquals(1, sa.destroyed);
        adopted.publish();
        assertTrue(manager.isEmpty());
    }

    @Test
    void endsAllIkeSasAtShutdown() {
        FakeSa sa = responder();
        CompletionStage<Void> end = manager.shutdown(Duration.ofSeconds(5));
        assertFalse(end.toCompletableFuture().isDone());
        processor.runAll();
        assertTrue(end.toCompletableFuture().isDone());
        assertEquals(1, sa.destroyed);
        assertEquals(Submission.REFUSED, manager.submitMessage(init("cc")));
    }

    @Test
    void destroysAfterTheTimeOfShutdownWhatStillWaitsForItsPeer() {
        List<FakeSa> slow = new ArrayList<>();
        try (Lease lease = manager.createInitiator(id -> {
            FakeSa sa = new FakeSa(id, 4);
            slow.add(sa);
            return new Patient(sa);
        })) {
            assertTrue(lease.isHeld());
        }
        CompletionStage<Void> end = manager.shutdown(Duration.ofSeconds(5));
        scheduler.advance(Duration.ofSeconds(4));
        assertFalse(end.toCompletableFuture().isDone());
        scheduler.advance(Duration.ofSeconds(1));
        assertTrue(end.toCompletableFuture().isDone());
        assertEquals(1, slow.get(0).destroyed);
    }
}
