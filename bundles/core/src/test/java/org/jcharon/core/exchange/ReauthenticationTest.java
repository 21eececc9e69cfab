// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Reauthentication, make before break and break before make, and the lifetimes of RFC 4478. */
class ReauthenticationTest {

    private static IkeSettings makeBeforeBreak(boolean first) {
        return TwoDaemons.settings("charon.make_before_break=" + (first ? "yes" : "no"));
    }

    private static CompletableFuture<Outcome> reauthenticate(Host host) {
        return host.controller
                .rekey(Controller.Selector.ALL, true, Duration.ofSeconds(30))
                .toCompletableFuture();
    }

    @ParameterizedTest
    @CsvSource({"true, moon", "true, sun", "false, moon", "false, sun"})
    void replacesTheIkeSaAndItsChildren(boolean makeFirst, String who) {
        TwoDaemons two = TwoDaemons.withPsk(makeBeforeBreak(makeFirst)).established();
        Host we = who.equals("moon") ? two.moon : two.sun;
        final List<Long> ikes = List.of(two.moon.sa().uniqueId(), two.sun.sa().uniqueId());
        final long child = two.moon.child().uniqueId();
        two.trace.clear();
        CompletableFuture<Outcome> result = reauthenticate(we);
        two.run();
        assertTrue(result.join().success(), result.join().reason());
        assertNotEquals(ikes, List.of(two.moon.sa().uniqueId(), two.sun.sa().uniqueId()));
        assertNotEquals(child, two.moon.child().uniqueId());
        assertEquals(
                makeFirst ? IkeHeader.IKE_SA_INIT : IkeHeader.INFORMATIONAL,
                IkeHeader.of(two.trace.get(0).data()).exchangeType());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /**
     * The peer's policy closes the old one while children of the new one are still made: that is no closing to act on, and the
     * reauthentication is through when they are.
     */
    @Test
    void isThroughThoughThePeerClosesTheOldOneFirst() {
        TwoDaemons two = TwoDaemons.withPsk();
        withTimes(
                two.moonsConnection()
                        .children(List.of(
                                starting("net", "10.1.0.0/16", "10.2.0.0/16"),
                                starting("other", "10.3.0.0/16", "10.4.0.0/16"))),
                two.sunsConnection()
                        .unique(PeerConfig.Unique.REPLACE)
                        .children(List.of(
                                TwoDaemons.child("10.2.0.0/16", "10.1.0.0/16").build(),
                                TwoDaemons.child("10.4.0.0/16", "10.3.0.0/16")
                                        .name("other")
                                        .build())),
                two);
        two.moon.begin("sun", "other");
        two.run();
        final long before = two.moon.sa().uniqueId();
        CompletableFuture<Outcome> result = reauthenticate(two.moon);
        two.run();
        assertTrue(result.isDone() && result.join().success());
        assertNotEquals(before, two.moon.sa().uniqueId());
        assertEquals(2, two.moon.children().size());
        assertEquals(1, two.sun.sas().size());
    }

    /** The peer rekeys the IKE_SA while the reauthentication waits for its turn, or for the new one. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void goesOnInTheIkeSaThatThePeerRekeysMeanwhile(boolean makeFirst) {
        TwoDaemons two = TwoDaemons.withPsk(makeBeforeBreak(makeFirst)).established();
        Wire wire = new Wire(two);
        two.moon.with(sa -> sa.tasks().queueDpd());
        CompletableFuture<Outcome> result = reauthenticate(two.moon);
        two.processor.runAll();
        two.sun.with(sa -> sa.tasks().queueIkeRekey());
        two.moon.receive(wire.takeLast(two.sun));
        wire.release();
        two.pass(Duration.ofSeconds(30));
        assertTrue(result.isDone() && result.join().success());
        assertEquals(1, two.moon.sas().size());
        assertEquals(1, two.sun.sas().size());
        assertEquals(1, two.moon.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void endsWithTheIkeSa() {
        TwoDaemons two = TwoDaemons.withPsk(makeBeforeBreak(false)).established();
        two.filter(packet -> null);
        CompletableFuture<Outcome> result = reauthenticate(two.moon);
        two.moon.with(sa -> sa.destroy("test"));
        two.run();
        assertTrue(result.isDone());
        assertFalse(result.join().success());
    }

    private static ChildConfig starting(String name, String local, String remote) {
        return TwoDaemons.child(local, remote)
                .name(name)
                .closeAction(ChildConfig.StartAction.START)
                .build();
    }

    @Test
    void keepsTheOldOneIfTheNewOneFails() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        long old = two.moon.sa().uniqueId();
        two.filter(packet -> IkeHeader.of(packet.data()).exchangeType() == IkeHeader.IKE_SA_INIT ? null : packet);
        CompletableFuture<Outcome> result = reauthenticate(two.moon);
        two.pass(Duration.ofSeconds(170));
        assertFalse(result.join().success());
        assertEquals(old, two.moon.sa().uniqueId());
        assertEquals(IkeSaState.ESTABLISHED, two.moon.sa().state());
        two.filter(packet -> packet);
        CompletableFuture<Outcome> again = reauthenticate(two.moon);
        two.run();
        assertTrue(again.join().success(), again.join().reason());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void comesBackThoughThePeerDidNotAnswerTheDelete() {
        TwoDaemons two = TwoDaemons.withPsk(makeBeforeBreak(false)).established();
        two.filter(packet -> IkeHeader.of(packet.data()).exchangeType() == IkeHeader.INFORMATIONAL ? null : packet);
        reauthenticate(two.moon);
        two.pass(Duration.ofSeconds(170));
        assertEquals(IkeSaState.ESTABLISHED, two.moon.sa().state());
        assertEquals(1, two.moon.children().size());
        two.filter(packet -> packet);
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    private static TwoDaemons withTimes(PeerConfig.Builder moons, PeerConfig.Builder suns, TwoDaemons two) {
        two.moon.connections.set(0, moons.build());
        two.sun.connections.set(0, suns.build());
        return two.established();
    }

    @Test
    void comesByTimeAndSurvivesARekeyingBefore() {
        TwoDaemons two = TwoDaemons.withPsk();
        withTimes(
                two.moonsConnection()
                        .reauthTime(Duration.ofSeconds(100))
                        .rekeyTime(Duration.ofSeconds(60))
                        .overTime(Duration.ofSeconds(30))
                        .randTime(Duration.ZERO),
                two.sunsConnection(),
                two);
        final long first = two.moon.sa().uniqueId();
        assertEquals(
                Duration.ofSeconds(100),
                Duration.between(two.time.now(), two.moon.sa().reauthAt().orElseThrow()));
        two.pass(Duration.ofSeconds(61));
        final long rekeyed = two.moon.sa().uniqueId();
        assertNotEquals(first, rekeyed);
        assertTrue(two.moon.events.lines.stream().noneMatch("ike down sun"::equals));
        two.pass(Duration.ofSeconds(40));
        assertNotEquals(rekeyed, two.moon.sa().uniqueId());
        assertTrue(two.moon.events.lines.stream().anyMatch("ike down sun"::equals));
        assertEquals(1, two.moon.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void tellsTheInitiatorHowLongItsAuthenticationCounts() {
        TwoDaemons two = TwoDaemons.withPsk();
        withTimes(
                two.moonsConnection().overTime(Duration.ofSeconds(20)),
                two.sunsConnection()
                        .reauthTime(Duration.ofSeconds(100))
                        .overTime(Duration.ofSeconds(30))
                        .randTime(Duration.ZERO),
                two);
        assertEquals(
                Duration.ofSeconds(80),
                Duration.between(two.time.now(), two.moon.sa().reauthAt().orElseThrow()));
        final long before = two.moon.sa().uniqueId();
        two.pass(Duration.ofSeconds(81));
        assertNotEquals(before, two.moon.sa().uniqueId());
        assertEquals(1, two.sun.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** However short it is, reauthentication must not follow upon reauthentication without end. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1, 5, 0xFFFF_FFFFL})
    void takesEveryLifetime(long seconds) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.alter(
                two.sun,
                ExchangeType.IKE_AUTH,
                message -> message.toBuilder()
                        .addAll(message.payloads())
                        .add(new NotifyPayload(
                                NotifyType.AUTH_LIFETIME,
                                Chunk.of((byte) (seconds >> 24), (byte) (seconds >> 16), (byte) (seconds >> 8), (byte)
                                        seconds)))
                        .build());
        assertTrue(two.up().success());
        Duration until =
                Duration.between(two.time.now(), two.moon.sa().reauthAt().orElseThrow());
        assertTrue(until.toSeconds() >= 1 && until.toSeconds() <= Math.max(1, seconds), until.toString());
        assertEquals(List.of(), two.leaksAfterClosing());
    }
}
