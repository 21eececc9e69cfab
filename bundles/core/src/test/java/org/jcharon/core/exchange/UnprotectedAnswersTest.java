// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeMessageCodec;
import org.jcharon.core.message.KePayload;
import org.jcharon.core.message.NoncePayload;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.Payload;
import org.jcharon.core.message.SaPayload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Answers to IKE_SA_INIT that anybody may have sent (RFC 7296 section 2.21.1). */
class UnprotectedAnswersTest {

    private static Stream<List<Payload>> lies() {
        List<Payload> broken = List.of(
                new SaPayload(TwoDaemons.ike(new TwoDaemons().moon, new TwoDaemons().sun)
                        .build()
                        .proposals()),
                new KePayload(31, Chunk.wrap(new byte[32])),
                new NoncePayload(Chunk.wrap(new byte[32])));
        return Stream.of(
                notify(NotifyType.NO_PROPOSAL_CHOSEN, Chunk.EMPTY),
                notify(NotifyType.INVALID_SYNTAX, Chunk.EMPTY),
                notify(NotifyType.AUTHENTICATION_FAILED, Chunk.EMPTY),
                notify(NotifyType.INVALID_KE_PAYLOAD, Chunk.of((byte) 0, (byte) 2)), // a group that was not offered
                notify(NotifyType.INVALID_KE_PAYLOAD, Chunk.of((byte) 0, (byte) 31)), // the one that was sent
                List.of(), // neither an error nor an answer
                broken); // a point of small order
    }

    private static Outcome ended(CompletableFuture<Outcome> result) {
        assertTrue(result.isDone(), "pending");
        return result.join();
    }

    private static List<Payload> notify(NotifyType type, Chunk data) {
        return List.of(new NotifyPayload(type, data));
    }

    /** An answer to a request of moon, as sun might have sent it. */
    private static Packet answer(Packet request, List<Payload> payloads) {
        IkeMessage message = IkeMessage.builder(IkeHeader.of(request.data()).spii(), 7, ExchangeType.IKE_SA_INIT)
                .response(true)
                .messageId(0)
                .addAll(payloads)
                .build();
        return new Packet(request.destination(), request.source(), IkeMessageCodec.encode(message));
    }

    @ParameterizedTest
    @MethodSource("lies")
    void doNoHarmBeforeTheTrueOne(List<Payload> lie) {
        TwoDaemons two = TwoDaemons.withPsk();
        CompletableFuture<Outcome> result = two.moon.begin("sun", "net");
        two.moon.receive(answer(two.trace.get(0), lie));
        two.moon.receive(answer(two.trace.get(0), lie));
        assertFalse(result.isDone());
        two.run();
        assertTrue(ended(result).success(), ended(result).reason());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** What can be read at all, that is; the rest is nothing. */
    private static Stream<List<Payload>> readableLies() {
        return lies().filter(lie -> !lie.isEmpty());
    }

    @ParameterizedTest
    @MethodSource("readableLies")
    void areTheReasonIfNoOtherComesInTime(List<Payload> lie) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.filter(packet -> null);
        CompletableFuture<Outcome> result = two.moon.begin("sun", "net");
        two.moon.receive(answer(two.trace.get(0), lie));
        two.pass(Duration.ofSeconds(3));
        assertFalse(result.isDone());
        two.pass(Duration.ofSeconds(2));
        assertFalse(ended(result).success());
        assertFalse(
                ended(result).reason().contains("not responding"), ended(result).reason());
        assertEquals(List.of(), two.moon.leaks());
    }

    /** The request is sent again meanwhile, and the true answer to that counts. */
    @Test
    void letTheRequestBeSentAgain() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.filter(packet -> two.trace.size() == 1 ? null : packet);
        CompletableFuture<Outcome> result = two.moon.begin("sun", "net");
        two.pass(Duration.ofSeconds(1));
        two.moon.receive(answer(two.trace.get(0), notify(NotifyType.NO_PROPOSAL_CHOSEN, Chunk.EMPTY)));
        two.pass(Duration.ofSeconds(5));
        assertTrue(ended(result).success(), ended(result).reason());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** After IKE_SA_INIT an unprotected message changes nothing. */
    @Test
    void areNothingAfterwards() {
        TwoDaemons two = TwoDaemons.withPsk();
        CompletableFuture<Outcome> result = two.moon.begin("sun", "net");
        two.step();
        two.step();
        Packet auth = two.trace.get(2);
        IkeHeader header = IkeHeader.of(auth.data());
        IkeMessage lie = IkeMessage.builder(header.spii(), header.spir(), ExchangeType.IKE_AUTH)
                .response(true)
                .messageId(1)
                .addAll(notify(NotifyType.AUTHENTICATION_FAILED, Chunk.EMPTY))
                .build();
        two.moon.receive(new Packet(auth.destination(), auth.source(), IkeMessageCodec.encode(lie)));
        assertFalse(result.isDone());
        two.run();
        assertTrue(ended(result).success(), ended(result).reason());
        assertEquals(List.of(), two.leaksAfterClosing());
    }
}
