// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.Outcome;
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
    @CsvSource({"2, 0, 0, 2", "7, 0, 0, 7", "1, 0, 0, 2", "2, 5, 5, 2", "4294967295, 9, 9, 4294967295"})
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
                .rekey(Controller.Selector.child("net"), java.time.Duration.ofSeconds(9))
                .toCompletableFuture();
        two.filter(packet -> null);
        two.processor.runAll();
        assertEquals(6, two.sun.events.sent.get(two.sun.events.sent.size() - 1).messageId());
        assertTrue(!result.isDone());
    }

    /** What waits for an answer is a new request for the other member if that has seen its number. */
    @Test
    void asksAgainUnderAnotherNumberWhatWasNotAnswered() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        two.filter(packet -> null);
        two.sun.with(sa -> sa.tasks().queueDpd());
        assertEquals(0, two.sun.events.sent.get(two.sun.events.sent.size() - 1).messageId());
        answer(two, request(two, 2, 1));
        IkeMessage again = two.sun.events.sent.get(two.sun.events.sent.size() - 1);
        assertEquals(1, again.messageId());
        assertTrue(!again.response());
    }

    /** A recorded request comes again: counters stay where they are. */
    @Test
    void doesNothingForARecordedRequest() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Packet recorded = request(two, 2, 0);
        answer(two, recorded);
        two.moon.with(sa -> sa.tasks().queueDpd());
        two.run();
        NotifyPayload answer = answer(two, recorded);
        assertEquals("010203040000000000000003", answer.data().toHex());
        two.moon.with(sa -> sa.tasks().queueDpd());
        two.run();
        assertEquals(1, two.moon.sas().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void ignoresItFromWhoDidNotAnnounceIt() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.alter(
                two.moon,
                ExchangeType.IKE_AUTH,
                message -> TwoDaemons.payloads(
                        message,
                        payload -> payload instanceof NotifyPayload notify
                                        && notify.notifyType().equals(NotifyType.IKEV2_MESSAGE_ID_SYNC_SUPPORTED)
                                ? null
                                : payload));
        two.established();
        assertEquals(null, answer(two, request(two, 9, 9)));
        assertEquals(List.of(), two.leaksAfterClosing());
    }
}
