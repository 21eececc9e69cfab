// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Packet;
import org.jcharon.core.manager.DropReason;
import org.jcharon.core.message.NotifyType;
import org.junit.jupiter.api.Test;

/** What happens while a task waits for somebody else's answer. */
class WaitTest {

    /** The responder waits for the pre-shared key with which it verifies IKE_AUTH. */
    private static TwoDaemons withWaitingResponder() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.sun.credentials.hold();
        two.moon.begin("sun", "net");
        two.run();
        assertEquals(1, two.sun.credentials.waiting());
        assertEquals(3, two.trace.size());
        return two;
    }

    @Test
    void answersOnceTheWaitIsOver() {
        TwoDaemons two = withWaitingResponder();
        two.pass(Duration.ofSeconds(2));
        two.sun.credentials.release();
        two.run();
        assertEquals(1, two.moon.children().size());
        assertEquals(1, two.sun.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void dropsRepeatsWhileItWaits() {
        TwoDaemons two = withWaitingResponder();
        Packet request = two.trace.get(2);
        two.sun.receive(request);
        two.sun.receive(request);
        assertEquals(3, two.trace.size());
        assertEquals(1, two.sun.credentials.waiting());
        assertEquals(2, two.sun.drops.of(DropReason.DUPLICATE));
        two.sun.credentials.release();
        two.run();
        assertEquals(1, two.sun.children().size());
        // the answer is stored like any other
        two.sun.receive(request);
        assertEquals(two.trace.get(3).data(), two.trace.get(4).data());
        two.run();
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void failsTheExchangeAtTheDeadlineAndDiscardsTheLateCompletion() {
        TwoDaemons two = withWaitingResponder();
        two.filter(packet -> packet.source().address().equals(two.moon.address) ? null : packet);
        two.pass(Duration.ofMillis(20_100));
        assertTrue(two.sun
                .events
                .sent
                .get(1)
                .notify(NotifyType.AUTHENTICATION_FAILED)
                .isPresent());
        assertEquals(0, two.sun.manager.size());
        two.sun.credentials.release();
        two.run();
        assertTrue(two.sun.kernel.sas().isEmpty());
        assertEquals(List.of(), two.sun.events.lines);
        assertEquals(List.of(), two.leaks());
    }

    @Test
    void isDeletedWhileItWaits() {
        TwoDaemons two = withWaitingResponder();
        two.sun.with(sa -> sa.delete("test"));
        assertEquals(0, two.sun.manager.size());
        two.sun.credentials.release();
        two.run();
        assertEquals(List.of(), two.sun.leaks());
        two.pass(Duration.ofSeconds(200));
        assertEquals(List.of(), two.leaks());
    }

    @Test
    void boundsTheSumOfAllWaitsByTheHalfOpenTimeOut() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.sun.credentials.hold();
        two.moon.begin("sun", "net");
        two.run();
        two.pass(Duration.ofSeconds(19));
        two.sun.credentials.release();
        two.sun.credentials.hold();
        // verified; now our own AUTH payload waits for its key
        two.processor.runAll();
        assertEquals(1, two.sun.credentials.waiting());
        two.pass(Duration.ofSeconds(10));
        assertEquals(1, two.sun.manager.size());
        two.pass(Duration.ofSeconds(2));
        assertEquals(0, two.sun.manager.size());
        two.sun.credentials.release();
        two.pass(Duration.ofSeconds(200));
        assertEquals(List.of(), two.leaks());
    }

    @Test
    void initiatorWaitsBeforeItAsksAndWhenItVerifies() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.credentials.hold();
        CompletableFuture<Outcome> result = two.moon.begin("sun", "net");
        two.run();
        assertEquals(2, two.trace.size());
        assertEquals(IkeSaState.CONNECTING, two.moon.sa().state());
        two.moon.credentials.release();
        two.moon.credentials.hold();
        two.run();
        assertEquals(4, two.trace.size());
        two.moon.receive(two.trace.get(3)); // a repeated answer changes nothing
        assertEquals(1, two.moon.credentials.waiting());
        assertTrue(two.moon.kernel.sas().isEmpty());
        assertFalse(result.isDone());
        two.moon.credentials.release();
        two.run();
        assertTrue(result.join().success());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void initiatorGivesUpAtTheDeadline() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.credentials.hold();
        CompletableFuture<Outcome> result = two.moon.begin("sun", "net");
        two.pass(Duration.ofSeconds(21));
        assertFalse(result.join().success());
        two.moon.credentials.release();
        two.pass(Duration.ofSeconds(60));
        assertEquals(List.of(), two.leaks());
    }

    @Test
    void initiatorThatGivesUpVerifyingTellsTheResponder() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.begin("sun", "net");
        two.step();
        two.step();
        two.moon.credentials.hold();
        two.run();
        assertEquals(1, two.sun.children().size());
        two.pass(Duration.ofSeconds(21));
        assertEquals(List.of(), two.leaks());
    }
}
