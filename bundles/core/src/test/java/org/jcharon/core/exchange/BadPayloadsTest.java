// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.MessageCrypter;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.PayloadType;
import org.jcharon.core.message.RawMessage;
import org.jcharon.core.sa.IkeSa;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Authentic requests that are wrong: each payload with a wrong length, a wrong count, in a place where it is forbidden, and unknown
 * ones with the critical bit. The answer is the one that RFC 7296 sections 2.5 and 2.21.3 ask for, and the IKE_SA stays as it was.
 */
class BadPayloadsTest {

    private static final int UNKNOWN = 200;

    /** One that is right, and some that are wrong inside. */
    record Body(String right, List<String> wrong) {}

    private static final String PROPOSAL =
            "0000002c010100040300000c0100000c800e0080030000080200000503000008" + "0300000c0000000804000013";
    static final Map<PayloadType, Body> BODIES = Map.ofEntries(
            Map.entry(PayloadType.SA, new Body(PROPOSAL, List.of("", "00", "000000ff01030401", "00000004"))),
            Map.entry(PayloadType.KE, new Body("001f0000" + "11".repeat(32), List.of("", "001f", "001f00"))),
            Map.entry(PayloadType.IDI, new Body("02000000" + "6d6f6f6e", List.of("", "0200", "01000000c00002"))),
            Map.entry(PayloadType.IDR, new Body("02000000" + "73756e", List.of("", "02", "05000000c0000201"))),
            Map.entry(PayloadType.CERT, new Body("04" + "30".repeat(8), List.of(""))),
            Map.entry(PayloadType.CERTREQ, new Body("04" + "11".repeat(20), List.of("", "0411"))),
            Map.entry(PayloadType.AUTH, new Body("02000000" + "22".repeat(32), List.of("", "020000"))),
            Map.entry(PayloadType.NONCE, new Body("33".repeat(32), List.of("", "33".repeat(15), "33".repeat(257)))),
            Map.entry(
                    PayloadType.NOTIFY,
                    new Body("00004000", List.of("", "000040", "03044009c0", "00004006", "03034000112233"))),
            Map.entry(
                    PayloadType.DELETE,
                    new Body(
                            "03040001c0000001",
                            List.of("", "0304", "03040002c0000001", "03030001c00000", "0104000111223344"))),
            Map.entry(
                    PayloadType.TSI,
                    new Body(
                            "01000000070000100000ffff0a0100000a01ffff",
                            List.of(
                                    "",
                                    "01000000",
                                    "02000000070000100000ffff0a0100000a01ffff",
                                    "010000000700000f0000ffff0a0100000a01ff",
                                    "01000000070000ff0000ffff0a0100000a01ffff"))),
            Map.entry(
                    PayloadType.TSR,
                    new Body(
                            "01000000070000100000ffff0a0200000a02ffff",
                            List.of("", "00", "02000000070000100000ffff0a0200000a02ffff"))),
            Map.entry(
                    PayloadType.CP,
                    new Body("0100000000010000", List.of("", "0100", "01000000000100ff", "010000000001"))),
            Map.entry(PayloadType.EAP, new Body("0101000501", List.of("", "010100", "010100ff01", "0101000301"))));

    private record Case(String name, ExchangeType exchange, int first, Chunk payloads, NotifyType answer, String data) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final List<PayloadType> CREATION =
            List.of(PayloadType.SA, PayloadType.NONCE, PayloadType.TSI, PayloadType.TSR);

    /** A request for a CHILD_SA in which one payload, the last, is wrong. */
    private static Case amongRightOnes(PayloadType wrong, Chunk bad) {
        List<PayloadType> right =
                CREATION.stream().filter(type -> !type.equals(wrong)).toList();
        return syntax(
                "request for a CHILD_SA with " + wrong + " " + bad.toHex(),
                ExchangeType.CREATE_CHILD_SA,
                right.get(0),
                Chunk.concat(chain(right, wrong.value()), bad));
    }

    private static Chunk chain(List<PayloadType> types, int last) {
        Chunk chain = Chunk.EMPTY;
        for (int i = 0; i < types.size(); i++) {
            int next = i + 1 < types.size() ? types.get(i + 1).value() : last;
            Chunk body = Chunk.ofHex(BODIES.get(types.get(i)).right());
            chain = Chunk.concat(chain, RawMessage.payload(next, false, body));
        }
        return chain;
    }

    private static Case syntax(String name, ExchangeType exchange, PayloadType first, Chunk payloads) {
        return new Case(name, exchange, first.value(), payloads, NotifyType.INVALID_SYNTAX, "");
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        new TreeMap<>(Map.of(
                        "INFORMATIONAL",
                        ExchangeType.INFORMATIONAL,
                        "CREATE_CHILD_SA",
                        ExchangeType.CREATE_CHILD_SA,
                        "IKE_FOLLOWUP_KE",
                        ExchangeType.IKE_FOLLOWUP_KE))
                .forEach((name, exchange) -> BODIES.forEach((type, body) -> {
                    Chunk right = Chunk.ofHex(body.right());
                    for (int length : new int[] {0, 3, right.length() + 5, 0xFFFF}) {
                        cases.add(syntax(
                                type + " of length " + length + " in " + name,
                                exchange,
                                type,
                                RawMessage.payload(0, false, right, length)));
                    }
                    body.wrong()
                            .forEach(wrong -> cases.add(syntax(
                                    type + " with '" + wrong + "' in " + name,
                                    exchange,
                                    type,
                                    RawMessage.payload(0, false, Chunk.ofHex(wrong)))));
                }));
        for (PayloadType type : List.of(
                PayloadType.SA,
                PayloadType.KE,
                PayloadType.NONCE,
                PayloadType.AUTH,
                PayloadType.IDI,
                PayloadType.TSI,
                PayloadType.EAP)) {
            cases.add(syntax(
                    type + ", forbidden in INFORMATIONAL",
                    ExchangeType.INFORMATIONAL,
                    type,
                    RawMessage.payload(0, false, Chunk.ofHex(BODIES.get(type).right()))));
        }
        for (PayloadType type : CREATION) {
            Body body = BODIES.get(type);
            body.wrong().stream()
                    .map(wrong -> RawMessage.payload(0, false, Chunk.ofHex(wrong)))
                    .forEach(bad -> cases.add(amongRightOnes(type, bad)));
            cases.add(amongRightOnes(type, RawMessage.payload(0, false, Chunk.ofHex(body.right()), 0xFFFF)));
        }
        Chunk nonce = Chunk.ofHex(BODIES.get(PayloadType.NONCE).right());
        cases.add(syntax(
                "two nonces in CREATE_CHILD_SA",
                ExchangeType.CREATE_CHILD_SA,
                PayloadType.NONCE,
                Chunk.concat(
                        RawMessage.payload(PayloadType.NONCE.value(), false, nonce),
                        RawMessage.payload(0, false, nonce))));
        Chunk rekey = Chunk.ofHex("03044009c0000001");
        cases.add(syntax(
                "two REKEY_SA in CREATE_CHILD_SA",
                ExchangeType.CREATE_CHILD_SA,
                PayloadType.NOTIFY,
                Chunk.concat(
                        RawMessage.payload(PayloadType.NOTIFY.value(), false, rekey),
                        RawMessage.payload(CREATION.get(0).value(), false, rekey),
                        chain(CREATION, 0))));
        cases.add(syntax("nothing in CREATE_CHILD_SA", ExchangeType.CREATE_CHILD_SA, PayloadType.NONE, Chunk.EMPTY));
        for (ExchangeType exchange :
                List.of(ExchangeType.INFORMATIONAL, ExchangeType.CREATE_CHILD_SA, ExchangeType.IKE_FOLLOWUP_KE)) {
            cases.add(new Case(
                    "unknown and critical in " + exchange,
                    exchange,
                    UNKNOWN,
                    RawMessage.payload(0, true, Chunk.ofHex("0102")),
                    NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD,
                    "c8"));
        }
        cases.add(new Case(
                "unknown and not critical",
                ExchangeType.INFORMATIONAL,
                UNKNOWN,
                RawMessage.payload(0, false, Chunk.ofHex("0102")),
                null,
                ""));
        return cases.stream();
    }

    /** Or the requests above would be refused for another reason than the one payload that is wrong. */
    @Test
    void theOthersOfThatRequestAreRight() {
        IkeMessage answer = answer(
                new Case("right", ExchangeType.CREATE_CHILD_SA, CREATION.get(0).value(), chain(CREATION, 0), null, ""));
        assertTrue(answer.notify(NotifyType.INVALID_SYNTAX).isEmpty(), answer.summary());
    }

    private IkeMessage answer(Case bad) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        deliver(two, bad);
        return two.sun.events.sent.get(0);
    }

    private static void deliver(TwoDaemons two, Case bad) {
        two.sun.events.sent.clear();
        two.filter(packet -> null);
        two.sun.receive(two.raw(bad.exchange(), 2, bad.first(), bad.payloads()));
        two.filter(packet -> packet);
    }

    @ParameterizedTest
    @MethodSource("cases")
    void areAnsweredAndChangeNothing(Case bad) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        deliver(two, bad);
        assertEquals(1, two.sun.events.sent.size());
        IkeMessage answer = two.sun.events.sent.get(0);
        assertTrue(answer.response());
        List<NotifyPayload> notifies = answer.all(NotifyPayload.class);
        assertEquals(notifies.size(), answer.payloads().size());
        if (bad.answer() == null) {
            assertEquals(List.of(), notifies);
        } else {
            assertEquals(bad.answer(), notifies.get(0).notifyType());
            assertEquals(bad.data(), notifies.get(0).data().toHex());
        }
        assertEquals(IkeSaState.ESTABLISHED, two.sun.sa().state());
        assertEquals(ChildSaState.INSTALLED, two.sun.child().state());
        two.sun.with(sa -> sa.tasks().queueDpd());
        two.pass(Duration.ofSeconds(1));
        assertEquals(1, two.sun.sas().size());
        assertEquals(List.of(), two.sun.sa().tasks().activeNames());
    }

    static Stream<Case> answers() {
        List<Case> cases = new ArrayList<>(cases().filter(bad -> bad.exchange().equals(ExchangeType.INFORMATIONAL))
                .toList());
        Chunk status = Chunk.ofHex("0000c350"); // 50000, which nobody knows
        Chunk notifies = Chunk.EMPTY;
        for (int i = 20; i >= 0; i--) {
            notifies =
                    Chunk.concat(notifies, RawMessage.payload(i == 0 ? 0 : PayloadType.NOTIFY.value(), false, status));
        }
        cases.add(syntax("21 notifies", ExchangeType.INFORMATIONAL, PayloadType.NOTIFY, notifies));
        return cases.stream();
    }

    /** To a liveness check: whoever answers is alive, whatever else it says. */
    @ParameterizedTest
    @MethodSource("answers")
    void asAnswersTheyEndNothing(Case bad) {
        TwoDaemons two = TwoDaemons.withPsk().established();
        answerWith(two, bad);
        assertEquals(List.of(), two.moon.sa().tasks().activeNames(), "the exchange is over");
        assertEquals(1, two.moon.children().size());
        two.moon.with(sa -> sa.tasks().queueRekey(sa.children().all().get(0)));
        two.run();
        assertEquals(IkeSaState.ESTABLISHED, two.moon.sa().state());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void anAnswerOfAnotherExchangeIsIgnored() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Case other = new Case(
                "", ExchangeType.CREATE_CHILD_SA, PayloadType.NONE.value(), Chunk.EMPTY, NotifyType.INVALID_SYNTAX, "");
        answerWith(two, other);
        assertEquals(1, two.moon.sa().tasks().activeNames().size(), "the answer is still to come");
        two.pass(Duration.ofSeconds(5)); // the request is repeated, and answered in earnest
        assertEquals(IkeSaState.ESTABLISHED, two.moon.sa().state());
        assertEquals(List.of(), two.moon.sa().tasks().activeNames());
    }

    /** Moon asks whether sun is alive; instead of its answer comes this one. */
    private static void answerWith(TwoDaemons two, Case bad) {
        two.onArrival(packet -> {
            if (!packet.source().address().equals(two.sun.address)) {
                return packet;
            }
            IkeMessage real = two.read(packet);
            IkeSa sun = two.sun.sa();
            try (MessageCrypter crypter =
                    MessageCrypter.create(TwoDaemons.crypto(), sun.proposal(), sun.keys(), false)) {
                return new Packet(
                        packet.source(),
                        packet.destination(),
                        RawMessage.response(real, bad.exchange(), bad.first(), bad.payloads(), crypter));
            }
        });
        two.moon.with(sa -> sa.tasks().queueDpd());
        two.run();
        two.onArrival(packet -> packet);
    }
}
