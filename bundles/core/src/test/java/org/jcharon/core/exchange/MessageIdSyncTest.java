// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireWriter;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A member of moon's cluster takes over and asks sun for the state of the counters (RFC 6311 section 5.1). */
class MessageIdSyncTest {

    private static final Chunk NONCE = Chunk.ofHex("01020304");

    /** The request of message ID 0 that the other member sends. */
    private static Packet request(TwoDaemons two, long send, long receive) {
        IkeSa sa = two.moon.sa();
        IkeMessage message = IkeMessage.builder(
                        sa.id().initiatorSpi(), sa.id().responderSpi(), ExchangeType.INFORMATIONAL)
                .initiatorFlag(true)
                .messageId(0)
                .add(new NotifyPayload(
                        NotifyType.IKEV2_MESSAGE_ID_SYNC,
                        new WireWriter().chunk(NONCE).u32(send).u32(receive).toChunk()))
                .build();
        Packet last = two.trace.get(2); // some packet of moon, for its header and ends
        return two.write(last, message);
    }

    /** What sun answers; null if nothing. */
    private static NotifyPayload answer(TwoDaemons two, Packet request) {
        int before = two.sun.events.sent.size();
        two.filter(packet -> null);
        two.sun.receive(request);
        two.filter(packet -> packet);
        List<IkeMessage> sent = two.sun.events.sent.subList(before, two.sun.events.sent.size());
        return sent.isEmpty()
                ? null
                : sent.get(0).notify(NotifyType.IKEV2_MESSAGE_ID_SYNC).orElseThrow();
    }

    /** Sun has answered 0 and 1, so that it expects 2, and has sent nothing. */
    @ParameterizedTest
    @CsvSource({"2, 0, 0, 2", "7, 0, 0, 7", "2, 5, 5, 2", "4294967295, 9, 9, 4294967295"})
    void answersTheHigherOfEachCounter(long send, long receive, long sunsSend, long sunsReceive) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        NotifyPayload answer = answer(two, request(two, send, receive));
        assertEquals(
                new WireWriter()
                        .chunk(NONCE)
                        .u32(sunsSend)
                        .u32(sunsReceive)
                        .toChunk()
                        .toHex(),
                answer.data().toHex());
    }

    @Test
    void goesOnWithTheNumbersThatWereAgreed() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        answer(two, request(two, 2, 6));
        CompletableFuture<Outcome> result = two.sun
                .controller
                .rekey(Controller.Selector.child("net"), Duration.ofSeconds(9))
                .toCompletableFuture();
        two.filter(packet -> null);
        two.processor.runAll();
        assertEquals(6, two.sun.events.sent.get(two.sun.events.sent.size() - 1).messageId());
        assertTrue(!result.isDone());
    }

    /** What waits for an answer has had its number, whether the other member has seen that or not, and is a new request to it. */
    @ParameterizedTest
    @ValueSource(longs = {0, 1})
    void asksAgainUnderAnotherNumberWhatWasNotAnswered(long seen) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.filter(packet -> null);
        two.sun.with(sa -> sa.tasks().queueDpd());
        assertEquals(0, two.sun.events.sent.get(two.sun.events.sent.size() - 1).messageId());
        NotifyPayload answer = answer(two, request(two, 2, seen));
        assertEquals("010203040000000100000002", answer.data().toHex());
        IkeMessage again = two.sun.events.sent.get(two.sun.events.sent.size() - 1);
        assertEquals(1, again.messageId());
        assertTrue(!again.response());
    }

    /** Sun expects 2, so that 1 was seen; and once a member has announced 5, that was seen too. */
    @Test
    void dropsNumbersThatWereSeen() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        assertEquals(null, answer(two, request(two, 1, 0)));
        assertNotNull(answer(two, request(two, 5, 0)));
        assertEquals(null, answer(two, request(two, 5, 3)));
        assertEquals(null, answer(two, request(two, 4, 0)));
        assertNotNull(answer(two, request(two, 6, 0)));
    }

    /** The answer was lost, and the request comes again as it was. */
    @Test
    void answersARetransmissionByTheStoredOctets() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        List<Chunk> sent = new ArrayList<>();
        two.filter(packet -> {
            sent.add(packet.data());
            return null;
        });
        Packet request = request(two, 2, 0);
        two.sun.receive(request);
        two.sun.receive(request);
        assertEquals(2, sent.size());
        assertEquals(sent.get(0), sent.get(1));
    }

    /** After another request it is no retransmission: nothing is said, and counters stay where they are. */
    @Test
    void doesNothingForARecordedRequest() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Packet recorded = request(two, 2, 0);
        assertNotNull(answer(two, recorded));
        two.moon.with(sa -> sa.tasks().queueDpd());
        two.run();
        assertEquals(null, answer(two, recorded));
        two.moon.with(sa -> sa.tasks().queueDpd());
        two.run();
        assertEquals(1, two.moon.sas().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** What {@code host} says of the extension does not arrive. */
    private static void hideSupport(TwoDaemons two, Host host) {
        two.alter(
                host,
                ExchangeType.IKE_AUTH,
                message -> TwoDaemons.payloads(
                        message,
                        payload -> payload instanceof NotifyPayload notify
                                        && notify.notifyType().equals(NotifyType.IKEV2_MESSAGE_ID_SYNC_SUPPORTED)
                                ? null
                                : payload));
    }

    @Test
    void ignoresItFromWhoDidNotAnnounceIt() {
        TwoDaemons two = TwoDaemons.withPsk();
        hideSupport(two, two.moon);
        two.established();
        assertEquals(null, answer(two, request(two, 9, 9)));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** Sun has sent no request yet, so that its first one would have message ID 0 too. */
    @Test
    void answersAMemberWhoseFirstRequestItIs() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        assertTrue(takesOver(two.sun, 0, 2));
        two.run();
        two.sun.with(sa -> sa.tasks().queueDpd());
        two.run();
        assertEquals(1, two.sun.lastSent().messageId());
        assertEquals(1, two.moon.lastSent().messageId());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    private static boolean takesOver(Host host, long nextSent, long nextReceived) {
        boolean[] done = new boolean[1];
        host.with(sa -> done[0] = sa.tasks().takeOver(nextSent, nextReceived));
        return done[0];
    }

    /** After seven exchanges of either side. */
    private static TwoDaemons busy() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        for (int i = 0; i < 7; i++) {
            for (Host host : List.of(two.moon, two.sun)) {
                host.with(sa -> sa.tasks().queueDpd());
                two.run();
            }
        }
        return two;
    }

    /** Another member knows how things were some time ago; moon has sent 2 + 7 requests and sun 7. */
    @ParameterizedTest
    @CsvSource({"moon, 8, 2, 9, 7", "moon, 9, 7, 10, 7", "sun, 6, 4, 7, 9", "sun, 7, 0, 8, 9", "moon, 30, 7, 31, 7"})
    void goesOnAfterAFailover(String name, long knownSent, long knownReceived, long nextSent, long nextReceived) {
        TwoDaemons two = busy();
        Host host = two.host(name);
        Host peer = host == two.moon ? two.sun : two.moon;
        assertTrue(takesOver(host, knownSent, knownReceived));
        IkeMessage asked = host.lastSent();
        assertEquals(0, asked.messageId());
        assertEquals(ExchangeType.INFORMATIONAL, asked.exchangeType());
        host.with(sa -> sa.tasks().queueChild(TwoDaemons.another(sa), List.of(), null));
        two.run();
        assertEquals(2, host.children().size(), "what was queued goes on");
        assertEquals(nextSent, peer.lastSent().messageId());
        peer.with(sa -> sa.tasks().queueDpd());
        two.run();
        assertEquals(
                nextReceived,
                peer.events.sent.stream()
                        .filter(message -> !message.response())
                        .reduce((one, other) -> other)
                        .orElseThrow()
                        .messageId());
        assertEquals(nextReceived, host.lastSent().messageId());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void asksAgainUntilItIsAnsweredAndWithAnotherNonceNextTime() {
        TwoDaemons two = busy();
        two.filter(packet -> null);
        takesOver(two.moon, 8, 2);
        two.pass(Duration.ofSeconds(5));
        Chunk nonce = nonce(two.moon.lastSent());
        two.filter(packet -> packet);
        two.pass(Duration.ofSeconds(10));
        takesOver(two.moon, 9, 2);
        assertTrue(!nonce.equals(nonce(two.moon.lastSent())));
        two.run();
        two.moon.with(sa -> sa.tasks().queueDpd());
        two.run();
        assertEquals(10, two.sun.lastSent().messageId());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** A member that knows less than the RFC wants is not answered, as if the peer were gone. */
    @Test
    void isNotAnsweredIfItKnowsTooLittle() {
        TwoDaemons two = busy();
        takesOver(two.moon, 7, 7);
        two.pass(Duration.ofMinutes(10));
        assertEquals(0, two.moon.sas().size());
        assertEquals(1, two.sun.sas().size());
    }

    private static Chunk nonce(IkeMessage message) {
        return message.notify(NotifyType.IKEV2_MESSAGE_ID_SYNC)
                .orElseThrow()
                .data()
                .slice(0, 4);
    }

    /** An answer to an earlier question is authentic, comes from anywhere, and says nothing. */
    @Test
    void takesNoAnswerThatWasRecorded() {
        TwoDaemons two = busy();
        takesOver(two.moon, 8, 2);
        two.step();
        Packet recorded = two.link.underway().get(0);
        two.run();
        two.filter(packet -> null);
        takesOver(two.moon, 9, 2);
        two.pass(Duration.ofSeconds(20));
        Packet elsewhere = new Packet(two.sun.sa().local().withPort(666), recorded.destination(), recorded.data());
        two.moon.receive(elsewhere);
        assertEquals(two.sun.sa().local(), two.moon.sa().remote());
        assertTrue(two.moon.sa().silence().toSeconds() >= 20, "no sign of life either");
        two.filter(packet -> packet);
        two.pass(Duration.ofSeconds(60));
        two.moon.with(sa -> sa.tasks().queueDpd());
        two.run();
        assertEquals(10, two.sun.lastSent().messageId());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** Sun's first request had message ID 0, and moon's answer was recorded. */
    @Test
    void takesNoAnswerToTheFirstRequest() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.sun.with(sa -> sa.tasks().queueDpd());
        two.step();
        Packet recorded = two.link.underway().get(0);
        two.run();
        two.filter(packet -> null);
        takesOver(two.sun, 0, 0);
        two.sun.receive(recorded);
        two.filter(packet -> packet);
        two.pass(Duration.ofSeconds(10));
        two.sun.with(sa -> sa.tasks().queueDpd());
        two.run();
        assertEquals(1, two.moon.lastSent().messageId());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** The first answer is not what it ought to be: moon waits for another one. */
    @ParameterizedTest
    @CsvSource({"01020304, 9, 7", "own, 8, 7", "own, 9, 6", "own, 0, 0"})
    void takesNoAnswerThatIsWrong(String nonce, long theirsReceived, long theirsSent) {
        TwoDaemons two = busy();
        int[] answers = {0};
        two.alter(
                two.sun,
                ExchangeType.INFORMATIONAL,
                message -> message.messageId() != 0 || !message.response() || answers[0]++ > 0
                        ? message
                        : message.toBuilder()
                                .add(new NotifyPayload(
                                        NotifyType.IKEV2_MESSAGE_ID_SYNC,
                                        new WireWriter()
                                                .chunk(nonce.equals("own") ? nonce(message) : Chunk.ofHex(nonce))
                                                .u32(theirsSent)
                                                .u32(theirsReceived)
                                                .toChunk()))
                                .build());
        takesOver(two.moon, 8, 7); // announces 9, so that sun may expect nothing below
        two.run();
        two.moon.with(sa -> sa.tasks().queueDpd());
        two.run();
        assertEquals(0, two.moon.lastSent().messageId());
        assertTrue(two.moon.lastSent().notify(NotifyType.IKEV2_MESSAGE_ID_SYNC).isPresent());
        two.pass(Duration.ofSeconds(5));
        two.moon.with(sa -> sa.tasks().queueDpd());
        two.run();
        assertEquals(9, two.sun.lastSent().messageId());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** Both clusters fail over at once. */
    @Test
    void asksAndAnswersAtOnce() {
        TwoDaemons two = busy();
        Wire wire = new Wire(two);
        takesOver(two.moon, 8, 6);
        takesOver(two.sun, 6, 8);
        wire.settle();
        for (Host host : List.of(two.moon, two.sun)) {
            host.with(sa -> sa.tasks().queueDpd());
            two.run();
            assertTrue(host.sa().tasks().activeNames().isEmpty());
        }
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** Moon computes something: the question is neither answered nor taken for an ordinary first request. */
    @Test
    void doesNotAnswerWhileItIsBusy() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.moon.with(sa -> sa.moveTo(IkeSaState.REKEYING));
        takesOver(two.sun, 0, 2);
        two.run();
        assertEquals(1, two.moon.lastSent().messageId(), "the last is IKE_AUTH");
        two.moon.with(sa -> sa.moveTo(IkeSaState.ESTABLISHED));
        two.pass(Duration.ofSeconds(5));
        two.sun.with(sa -> sa.tasks().queueDpd());
        two.run();
        assertEquals(1, two.moon.lastSent().messageId());
        assertTrue(two.moon.lastSent().response());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void asksNobodyWhoDoesNotKnowHow() {
        TwoDaemons two = TwoDaemons.withPsk();
        hideSupport(two, two.sun);
        two.established();
        assertTrue(!takesOver(two.moon, 0, 0));
        assertEquals(List.of(), two.leaksAfterClosing());
    }
}
