// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.PayloadType;
import org.jcharon.core.message.RawMessage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The requests that come before an IKE_SA is up, with one payload that is wrong. Nobody vouches for IKE_SA_INIT, so that only an
 * unknown critical payload is answered (RFC 7296 sections 2.5 and 3.10.1), and the right request is taken afterwards. The others are
 * protected: the answer names the error, and the IKE_SA is not made (section 2.21.2).
 */
class BadFirstPayloadsTest {

    private static final int HEADER = 28;
    private static final int UNKNOWN = 200;
    private static final Chunk ANYTHING = Chunk.ofHex("0102");

    private record Case(String name, ExchangeType exchange, int first, Chunk payloads, NotifyType answer) {
        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> cases() {
        List<Case> cases = new ArrayList<>();
        for (ExchangeType exchange : List.of(ExchangeType.IKE_INTERMEDIATE, ExchangeType.IKE_AUTH)) {
            BadPayloadsTest.BODIES.forEach((type, body) -> {
                Chunk right = Chunk.ofHex(body.right());
                for (int length : new int[] {0, 3, right.length() + 5, 0xFFFF}) {
                    Chunk bad = RawMessage.payload(0, false, right, length);
                    cases.add(syntax(exchange, type + " of length " + length, type, bad));
                }
                body.wrong().forEach(wrong -> {
                    Chunk bad = RawMessage.payload(0, false, Chunk.ofHex(wrong));
                    cases.add(syntax(exchange, type + " with '" + wrong + "'", type, bad));
                });
            });
            for (PayloadType type : forbidden(exchange)) {
                Chunk right = Chunk.ofHex(BadPayloadsTest.BODIES.get(type).right());
                cases.add(syntax(exchange, "only " + type, type, RawMessage.payload(0, false, right)));
            }
            cases.add(new Case(
                    "unknown and critical in " + exchange,
                    exchange,
                    UNKNOWN,
                    RawMessage.payload(0, true, ANYTHING),
                    NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD));
        }
        Chunk id = Chunk.ofHex(BadPayloadsTest.BODIES.get(PayloadType.IDI).right());
        cases.add(syntax(
                ExchangeType.IKE_AUTH,
                "two of IDi",
                PayloadType.IDI,
                Chunk.concat(
                        RawMessage.payload(PayloadType.IDI.value(), false, id), RawMessage.payload(0, false, id))));
        cases.add(syntax(ExchangeType.IKE_AUTH, "nothing", PayloadType.NONE, Chunk.EMPTY));
        return cases.stream();
    }

    private static List<PayloadType> forbidden(ExchangeType exchange) {
        return exchange.equals(ExchangeType.IKE_AUTH)
                ? List.of(PayloadType.KE, PayloadType.NONCE, PayloadType.DELETE)
                : List.of(PayloadType.AUTH, PayloadType.IDI, PayloadType.SA, PayloadType.TSI, PayloadType.EAP);
    }

    private static Case syntax(ExchangeType exchange, String name, PayloadType first, Chunk payloads) {
        return new Case(name + " in " + exchange, exchange, first.value(), payloads, NotifyType.INVALID_SYNTAX);
    }

    /** Moon has sent the first protected request, which the test has taken from it. */
    private static TwoDaemons untilProtected(ExchangeType exchange) {
        String suite = "aes128gcm16-prfsha256-x25519"
                + (exchange.equals(ExchangeType.IKE_INTERMEDIATE) ? "-ke1_mlkem768" : "");
        TwoDaemons two = new TwoDaemons();
        for (Host host : List.of(two.moon, two.sun)) {
            boolean moon = host == two.moon;
            host.connections.add((moon ? two.moonsConnection() : two.sunsConnection())
                    .ike(TwoDaemons.ike(host, moon ? two.sun : two.moon)
                            .proposals(List.of(TwoDaemons.proposal(ProtocolId.IKE, suite)))
                            .build())
                    .build());
            host.secret("one and the same", "moon", "sun");
        }
        two.filter(packet -> isInit(packet) ? packet : null);
        two.moon.begin("sun", "net");
        two.run();
        return two;
    }

    private static boolean isInit(Packet packet) {
        return IkeHeader.of(packet.data()).exchangeType() == IkeHeader.IKE_SA_INIT;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void areAnsweredWithTheErrorAndMakeNoIkeSa(Case bad) {
        TwoDaemons two = untilProtected(bad.exchange());
        two.sun.events.sent.clear();
        two.sun.receive(two.raw(bad.exchange(), 1, bad.first(), bad.payloads()));
        assertEquals(1, two.sun.events.sent.size());
        IkeMessage answer = two.sun.events.sent.get(0);
        assertEquals(bad.exchange(), answer.exchangeType());
        List<NotifyPayload> notifies = answer.all(NotifyPayload.class);
        assertEquals(notifies.size(), answer.payloads().size(), answer::summary);
        assertEquals(bad.answer(), notifies.get(0).notifyType());
        assertEquals(List.of(), two.sun.sas());
        assertEquals(List.of(), two.sun.leaks());
    }

    private record Init(String name, Chunk octets, boolean critical) {
        @Override
        public String toString() {
            return name;
        }
    }

    /** The request that moon sends, which each case changes a little. */
    private static Packet init(TwoDaemons two) {
        two.filter(packet -> null);
        two.moon.begin("sun", "net");
        two.run();
        return two.trace.get(0);
    }

    /** Where its payloads begin, with their types and where the last ends. */
    private static List<int[]> payloads(byte[] message) {
        List<int[]> all = new ArrayList<>();
        int type = message[16] & 0xFF;
        int at = HEADER;
        while (type != 0) {
            int length = (message[at + 2] & 0xFF) << 8 | message[at + 3] & 0xFF;
            all.add(new int[] {type, at, length});
            type = message[at] & 0xFF;
            at += length;
        }
        return all;
    }

    /** The header, with these payloads in place of its own. */
    private static Chunk message(byte[] old, List<Chunk> bodies, List<Integer> types, boolean critical) {
        Chunk all = Chunk.of(old, 0, HEADER);
        for (int i = 0; i < bodies.size(); i++) {
            int next = i + 1 < types.size() ? types.get(i + 1) : 0;
            all = Chunk.concat(all, RawMessage.payload(next, critical && types.get(i) == UNKNOWN, bodies.get(i)));
        }
        byte[] octets = all.toArray();
        octets[16] = types.get(0).byteValue();
        setLength(octets);
        return Chunk.of(octets);
    }

    private static void setLength(byte[] octets) {
        octets[24] = 0;
        octets[25] = 0;
        octets[26] = (byte) (octets.length >> 8);
        octets[27] = (byte) octets.length;
    }

    static Stream<Init> inits() {
        byte[] right = init(TwoDaemons.withPsk()).data().toArray();
        List<Init> cases = new ArrayList<>();
        List<Chunk> bodies = new ArrayList<>();
        List<Integer> types = new ArrayList<>();
        for (int[] one : payloads(right)) {
            types.add(one[0]);
            bodies.add(Chunk.of(right, one[1] + 4, one[2] - 4));
            for (int length : new int[] {0, 3, one[2] + 5, 0xFFFF}) {
                byte[] changed = right.clone();
                changed[one[1] + 2] = (byte) (length >> 8);
                changed[one[1] + 3] = (byte) length;
                cases.add(new Init("payload " + one[0] + " of length " + length, Chunk.of(changed), false));
            }
        }
        for (int type : new int[] {PayloadType.SA.value(), PayloadType.KE.value(), PayloadType.NONCE.value()}) {
            int index = types.indexOf(type);
            List<Chunk> fewer = new ArrayList<>(bodies);
            List<Integer> others = new ArrayList<>(types);
            fewer.remove(index);
            others.remove(index);
            cases.add(new Init("no payload " + type, message(right, fewer, others, false), false));
            List<Chunk> more = new ArrayList<>(bodies);
            List<Integer> twice = new ArrayList<>(types);
            more.add(bodies.get(index));
            twice.add(type);
            cases.add(new Init("two payloads " + type, message(right, more, twice, false), false));
            BadPayloadsTest.BODIES.get(new PayloadType(type)).wrong().forEach(wrong -> {
                List<Chunk> changed = new ArrayList<>(bodies);
                changed.set(index, Chunk.ofHex(wrong));
                cases.add(new Init(
                        "payload " + type + " with '" + wrong + "'", message(right, changed, types, false), false));
            });
        }
        bodies.add(ANYTHING);
        types.add(UNKNOWN);
        cases.add(new Init("unknown and critical", message(right, bodies, types, true), true));
        return cases.stream();
    }

    /** Each with SPIs and a nonce of its own: the SPI of the case is replaced by that of the request that comes after it. */
    @ParameterizedTest
    @MethodSource("inits")
    void inIkeSaInitLeaveRoomForTheRightOne(Init bad) {
        TwoDaemons two = TwoDaemons.withPsk();
        Packet real = init(two);
        byte[] octets = bad.octets().toArray();
        System.arraycopy(real.data().toArray(), 0, octets, 0, 8);
        two.sun.receive(new Packet(real.source(), real.destination(), Chunk.of(octets)));
        if (bad.critical()) {
            IkeMessage answer = two.sun.events.sent.get(0);
            List<NotifyPayload> notifies = answer.all(NotifyPayload.class);
            assertEquals(1, answer.payloads().size(), answer::summary);
            assertEquals(
                    NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD, notifies.get(0).notifyType());
            assertEquals("c8", notifies.get(0).data().toHex());
        } else {
            assertEquals(List.of(), two.sun.events.sent);
        }
        assertEquals(List.of(), two.sun.sas());
        two.filter(packet -> packet);
        two.pass(TwoDaemons.DEFAULTS.retransmitTimeout());
        assertEquals(1, two.moon.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }
}
