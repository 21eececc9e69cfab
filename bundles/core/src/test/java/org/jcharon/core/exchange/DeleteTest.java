// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.message.DeletePayload;
import org.jcharon.core.message.IkeMessage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deletion of CHILD_SAs and IKE_SAs (RFC 7296 section 1.4.1). */
class DeleteTest {

    private static CompletableFuture<Outcome> terminate(Host host, Controller.Selector selector, boolean force) {
        return host.controller
                .terminate(selector, force, Duration.ofSeconds(5), null)
                .toCompletableFuture();
    }

    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void closesAChildAndKeepsTheIkeSa(String initiator) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Host we = two.host(initiator);
        Host peer = we == two.moon ? two.sun : two.moon;
        final Chunk ours = ChildSa.spiOctets(we.child().spiIn());
        final Chunk theirs = ChildSa.spiOctets(peer.child().spiIn());
        CompletableFuture<Outcome> result = terminate(we, Controller.Selector.child("net"), false);
        two.run();
        assertTrue(result.join().success(), result.join().reason());
        assertEquals(List.of(), two.moon.kernel.leaks());
        assertEquals(List.of(), two.sun.kernel.leaks());
        assertEquals(IkeSaState.ESTABLISHED, two.moon.sa().state());
        assertEquals(IkeSaState.ESTABLISHED, two.sun.sa().state());
        IkeMessage request = we.lastSent();
        IkeMessage answer = peer.lastSent();
        assertEquals(
                List.of(ours), request.first(DeletePayload.class).orElseThrow().spis());
        assertEquals(
                List.of(theirs), answer.first(DeletePayload.class).orElseThrow().spis());
        assertTrue(peer.events.lines.contains("child down net"));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void bothCloseTheSameChildAtOnce() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        CompletableFuture<Outcome> moons = terminate(two.moon, Controller.Selector.child("net"), false);
        CompletableFuture<Outcome> suns = terminate(two.sun, Controller.Selector.child("net"), false);
        two.run();
        assertTrue(moons.join().success() && suns.join().success());
        assertEquals(List.of(), two.moon.kernel.leaks());
        assertEquals(
                1,
                two.moon.events.lines.stream().filter("child down net"::equals).count());
        assertEquals(
                1,
                two.sun.events.lines.stream().filter("child down net"::equals).count());
        // RFC 7296 section 1.4.1: answers to crossing deletions name no SPI
        assertTrue(
                two.moon.lastSent().response() && two.moon.lastSent().payloads().isEmpty());
        assertEquals(1, two.moon.sas().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void closesTheIkeSaWithEverything(String initiator) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Host we = two.host(initiator);
        String peer = we == two.moon ? "sun" : "moon";
        CompletableFuture<Outcome> result = terminate(we, Controller.Selector.ike(peer), false);
        two.run();
        assertTrue(result.join().success(), result.join().reason());
        assertEquals(List.of(), two.leaks());
        assertTrue(we.lastSent().first(DeletePayload.class).orElseThrow().spis().isEmpty());
    }

    @Test
    void bothCloseTheIkeSaAtOnce() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        terminate(two.moon, Controller.Selector.ike("sun"), false);
        terminate(two.sun, Controller.Selector.ike("moon"), false);
        two.run();
        assertEquals(List.of(), two.leaks());
    }

    @Test
    void saysThatThePeerDidNotAnswerAndStillClosesInTheEnd() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.filter(packet -> null);
        CompletableFuture<Outcome> result = terminate(two.moon, Controller.Selector.ike("sun"), false);
        two.pass(Duration.ofSeconds(6));
        assertFalse(result.join().success());
        two.pass(Duration.ofSeconds(165));
        assertEquals(List.of(), two.moon.leaks());
    }

    @Test
    void closesAtOnceWhenForced() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.filter(packet -> null);
        CompletableFuture<Outcome> result = terminate(two.moon, Controller.Selector.ike("sun"), true);
        two.run();
        assertTrue(result.join().success());
        assertEquals(List.of(), two.moon.leaks());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void closesAtEveryStageOfComingUp(int packets) {
        TwoDaemons two = TwoDaemons.withPsk();
        CompletableFuture<Outcome> result = two.moon.begin("sun", "net");
        for (int i = 0; i < packets; i++) {
            two.step();
        }
        two.moon.with(sa -> sa.delete("test"));
        two.pass(Duration.ofSeconds(200));
        assertFalse(result.join().success());
        assertEquals(List.of(), two.moon.leaks());
        if (packets < 2) { // later the responder is up, and only its liveness check finds out
            assertEquals(List.of(), two.leaks());
        }
    }

    @Test
    void closesWhileItRekeysAChild() {
        for (int packets = 0; packets < 4; packets++) {
            TwoDaemons two = TwoDaemons.withPsk().established();
            two.moon.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0)));
            for (int i = 0; i < packets; i++) {
                two.step();
            }
            two.sun.with(sa -> sa.delete("test"));
            two.pass(Duration.ofSeconds(200));
            assertEquals(List.of(), two.leaks(), "after " + packets + " packets");
        }
    }

    @Test
    void closesWhileItRekeysItself() {
        for (int packets = 0; packets < 4; packets++) {
            TwoDaemons two = TwoDaemons.withPsk().established();
            two.moon.with(sa -> sa.tasks().queueIkeRekey());
            for (int i = 0; i < packets; i++) {
                two.step();
            }
            for (Host host : List.of(two.sun, two.moon)) {
                host.sas().forEach(sa -> host.with(sa.uniqueId(), found -> found.delete("test")));
            }
            two.pass(Duration.ofSeconds(400));
            assertEquals(List.of(), two.leaks(), "after " + packets + " packets");
        }
    }

    @Test
    void deletesAChildWhileThePeerRekeysIt() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.moon.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0)));
        two.sun.with(sa -> sa.tasks().queueDelete(sa.children().all().get(0)));
        two.pass(Duration.ofSeconds(60));
        assertEquals(two.moon.children().size(), two.sun.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void rekeysTheIkeSaWhileThePeerClosesAChild() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.moon.with(sa -> sa.tasks().queueIkeRekey());
        two.sun.with(sa -> sa.tasks().queueDelete(sa.children().all().get(0)));
        two.pass(Duration.ofSeconds(60));
        assertEquals(0, two.moon.children().size());
        assertEquals(0, two.sun.children().size());
        assertEquals(1, two.moon.sas().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void endsAllOnShutdownAndTellsThePeer() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        CompletableFuture<Void> end =
                two.moon.manager.shutdown(Duration.ofSeconds(5)).toCompletableFuture();
        two.run();
        assertTrue(end.isDone());
        assertEquals(List.of(), two.moon.leaks());
        assertEquals(List.of(), two.sun.leaks());
    }
}
