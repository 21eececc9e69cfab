// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.PayloadType;
import org.jcharon.core.message.UnknownPayload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Repeats, time-outs and what is stale (RFC 7296 sections 2.1 to 2.4). */
class RetransmissionTest {

    @Test
    void repeatsWithStrongSwansTimingAndGivesUpAfter165Seconds() {
        TwoDaemons two = TwoDaemons.withPsk();
        List<Double> seconds = new ArrayList<>();
        double begin = two.time.nanos() / 1e9;
        two.filter(packet -> {
            seconds.add(Math.round((two.time.nanos() / 1e9 - begin) * 10) / 10.0);
            return null;
        });
        two.moon.begin("sun", "net");
        two.pass(Duration.ofMillis(165_000));
        assertEquals(List.of(0.0, 4.0, 11.2, 24.2, 47.5, 89.5), seconds);
        assertEquals(1, two.moon.sas().size());
        two.pass(Duration.ofMillis(200));
        assertEquals(List.of(), two.leaks());
        List<String> alerts = two.moon.events.alerts;
        assertEquals("retransmit-send: retransmit 1 of request with message ID 0", alerts.get(0));
        assertEquals(
                5, alerts.stream().filter(a -> a.startsWith("retransmit-send:")).count());
        assertTrue(alerts.get(5).contains("peer not responding: no answer from "));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3})
    void comesUpWhicheverPacketIsLost(int lost) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.filter(packet -> two.trace.size() == lost + 1 ? null : packet);
        two.moon.begin("sun", "net");
        two.pass(Duration.ofSeconds(10));
        assertEquals(1, two.moon.children().size());
        assertEquals(1, two.sun.children().size());
        assertEquals(1, two.sun.sas().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 2})
    void answersARepeatWithTheSameOctets(int request) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.begin("sun", "net");
        for (int i = 0; i <= request; i++) {
            two.step();
        }
        Packet original = two.trace.get(request);
        Packet answer = two.trace.get(request + 1);
        two.sun.receive(original);
        two.sun.receive(original);
        assertEquals(request + 4, two.trace.size());
        assertEquals(answer.data(), two.trace.get(request + 2).data());
        assertEquals(answer.data(), two.trace.get(request + 3).data());
        two.run();
        assertEquals(1, two.sun.sas().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void doesNotTakeAnotherMessageOfTheSameIdForARepeat() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Packet auth = two.trace.get(2);
        Packet forged = Octets.flip(auth, auth.data().length() - 1);
        two.sun.receive(forged);
        assertEquals(4, two.trace.size());
    }

    @Test
    void forgetsAHalfOpenIkeSaAfterItsTime() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.filter(packet -> IkeHeader.of(packet.data()).exchangeType() == IkeHeader.IKE_AUTH ? null : packet);
        two.moon.begin("sun", "net");
        two.pass(Duration.ofSeconds(29));
        assertEquals(1, two.sun.sas().size());
        assertEquals(1, two.sun.manager.halfOpen());
        two.pass(Duration.ofSeconds(2));
        assertEquals(0, two.sun.manager.size());
        assertEquals(0, two.sun.manager.halfOpen());
    }

    /** A recording of an old answer must not make a dead peer look alive (RFC 7296 section 2.4). */
    @Test
    void takesNoOldAnswerForASignOfLife() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.pass(Duration.ofSeconds(50));
        Packet answer = two.trace.get(3);
        two.moon.receive(answer);
        assertTrue(two.moon.sa().silence().compareTo(Duration.ofSeconds(49)) > 0);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void checksThatThePeerIsAliveAndGivesItUpIfItIsNot(boolean mobike) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .dpdDelay(Duration.ofSeconds(30))
                        .mobike(mobike)
                        .build());
        two.established();
        two.pass(Duration.ofSeconds(95));
        assertEquals(4 + 3 * 2, two.trace.size());
        IkeMessage check = two.moon.events.sent.get(2);
        assertEquals(ExchangeType.INFORMATIONAL, check.exchangeType());
        assertEquals(mobike ? 2 : 0, check.payloads().size(), "NAT detection");
        two.filter(packet -> null);
        two.pass(Duration.ofSeconds(30 + 170));
        assertEquals(List.of(), two.moon.leaks());
        assertEquals("ike down sun", two.moon.events.lines.get(2));
    }

    @Test
    void needsNoLivenessCheckWhileThePeerIsHeard() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0, two.moonsConnection().dpdDelay(Duration.ofSeconds(30)).build());
        two.sun.connections.set(
                0, two.sunsConnection().dpdDelay(Duration.ofSeconds(20)).build());
        two.established();
        two.pass(Duration.ofSeconds(100));
        assertEquals(
                List.of(),
                two.moon.events.sent.subList(2, two.moon.events.sent.size()).stream()
                        .filter(message -> !message.response())
                        .toList());
    }

    /** RFC 7296 section 2.5. */
    @Test
    void refusesAnUnknownCriticalPayloadOfAnEstablishedPeerAndLivesOn() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.moon.with(sa -> sa.tasks().queueDpd());
        Packet check = two.link.underway().get(0);
        IkeMessage message = two.read(check);
        two.alter(
                two.moon,
                ExchangeType.INFORMATIONAL,
                m -> message.toBuilder()
                        .add(new UnknownPayload(new PayloadType(201), true, Chunk.of((byte) 1)))
                        .build());
        two.run();
        IkeMessage answer = two.sun.events.sent.get(2);
        assertEquals(
                Chunk.of((byte) 201),
                answer.notify(NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD)
                        .orElseThrow()
                        .data());
        assertEquals(1, two.sun.children().size());
        two.onArrival(packet -> packet);
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void dropsRequestsOutOfOrder() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.moon.with(sa -> sa.tasks().queueDpd());
        Packet check = two.link.underway().get(0);
        IkeMessage message = two.read(check);
        two.run();
        int before = two.trace.size();
        for (long id : new long[] {0, 1, 4, 0xFFFF_FFFFL}) {
            IkeMessage other = IkeMessage.builder(message.spii(), message.spir(), message.exchangeType())
                    .initiatorFlag(true)
                    .messageId(id)
                    .build();
            two.sun.receive(two.write(check, other));
        }
        assertEquals(before, two.trace.size());
        assertFalse(two.sun.sas().isEmpty());
        assertEquals(List.of(), two.leaksAfterClosing());
    }
}
