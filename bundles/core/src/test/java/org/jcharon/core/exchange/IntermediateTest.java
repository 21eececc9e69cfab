// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.keymat.IkeKeys;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.message.AuthPayload;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IdPayload;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.KePayload;
import org.jcharon.core.message.NoncePayload;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.Payload;
import org.jcharon.core.message.SaPayload;
import org.jcharon.core.sa.IkeSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Exchanges between IKE_SA_INIT and IKE_AUTH (RFC 9242), and key exchanges in them (RFC 9370 section 2.2.2). */
class IntermediateTest {

    private static final String BASE = "aes128gcm16-prfsha256-x25519";
    private static final String HYBRID = BASE + "-ke1_mlkem768";
    private static final String SEVEN =
            BASE + "-ke1_mlkem512-ke2_mlkem768-ke3_mlkem1024-ke4_ecp256-ke5_ecp384-ke6_ecp521-ke7_modp2048";
    private static final Duration LONG = Duration.ofSeconds(400);

    /** No message of these tests is fragmented, so that the middle can read it. */
    static final IkeSettings WHOLE = TwoDaemons.settings("charon.fragment_size=9000");

    private static TwoDaemons between(TwoDaemons two, String moon, String sun) {
        two.moon.connections.add(with(two, two.moon, moon));
        two.sun.connections.add(with(two, two.sun, sun));
        two.moon.secret("one and the same", "moon", "sun");
        two.sun.secret("one and the same", "moon", "sun");
        return two;
    }

    private static PeerConfig with(TwoDaemons two, Host host, String suite) {
        boolean moon = host == two.moon;
        return (moon ? two.moonsConnection() : two.sunsConnection())
                .ike(TwoDaemons.ike(host, moon ? two.sun : two.moon)
                        .proposals(List.of(TwoDaemons.proposal(ProtocolId.IKE, suite)))
                        .build())
                .build();
    }

    private static TwoDaemons both(String suite) {
        return between(new TwoDaemons(), suite, suite);
    }

    private static TwoDaemons whole(String suite) {
        return between(new TwoDaemons(WHOLE), suite, suite);
    }

    private static void fails(TwoDaemons two) {
        two.up();
        two.pass(LONG);
        assertFalse(two.moon.events.lines.contains("ike up sun"));
        assertFalse(two.sun.events.lines.contains("ike up moon"));
        assertEquals(List.of(), two.leaks());
    }

    private static void agree(TwoDaemons two) {
        assertEquals(two.moon.sa().proposal(), two.sun.sa().proposal());
        assertArrayEquals(
                two.moon.sa().keys().skD().reveal(), two.sun.sa().keys().skD().reveal());
        assertEquals(two.moon.child().spiIn(), two.sun.child().spiOut());
    }

    private static List<Packet> of(TwoDaemons two, Host sender, ExchangeType exchange) {
        return two.trace.stream()
                .filter(p -> p.source().address().equals(sender.address))
                .filter(p -> IkeHeader.of(p.data()).exchangeType() == exchange.value())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7})
    void doesUpToSevenKeyExchanges(int count) {
        String[] all = SEVEN.split("-");
        String suite = String.join("-", Arrays.copyOf(all, 3 + count));
        TwoDaemons two = both(suite).established();
        agree(two);
        for (int i = 1; i <= 7; i++) {
            assertEquals(i <= count, two.sun.sa().proposal().has(TransformType.additionalKe(i)));
        }
        long exchanges = two.moon.events.sent.stream()
                .filter(m -> m.exchangeType().equals(ExchangeType.IKE_INTERMEDIATE))
                .count();
        assertEquals(count, exchanges);
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @CsvSource({"mlkem512", "mlkem768", "mlkem1024"})
    void takesEachMlKemAlone(String method) {
        TwoDaemons two = both("aes128gcm16-prfsha256-" + method).established();
        agree(two);
        assertEquals(0, of(two, two.moon, ExchangeType.IKE_INTERMEDIATE).size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void numbersFromTheFirstTransformThatIsThere() {
        TwoDaemons two = both(BASE + "-ke3_mlkem512-ke5_ecp256").established();
        agree(two);
        assertEquals(
                2,
                two.moon.events.sent.stream()
                        .filter(m -> m.exchangeType().equals(ExchangeType.IKE_INTERMEDIATE))
                        .count());
    }

    @ParameterizedTest
    @CsvSource({
        "x25519-ke1_mlkem768-ke1_none, x25519, false",
        "x25519, x25519-ke1_mlkem768-ke1_none, false",
        "x25519-ke1_mlkem768-ke1_none, x25519-ke1_mlkem768, true",
        "x25519-ke1_mlkem768, x25519-ke1_mlkem768-ke1_none, true",
        "x25519-ke1_mlkem768-ke1_mlkem512, x25519-ke1_mlkem512, true"
    })
    void agreesOnWhatBothTake(String moon, String sun, boolean used) {
        TwoDaemons two = between(new TwoDaemons(), "aes128gcm16-prfsha256-" + moon, "aes128gcm16-prfsha256-" + sun)
                .established();
        agree(two);
        boolean has = two.sun
                .sa()
                .proposal()
                .first(TransformType.additionalKe(1))
                .filter(t -> t.id() != 0)
                .isPresent();
        assertEquals(used, has);
    }

    @ParameterizedTest
    @CsvSource({
        "x25519-ke1_mlkem768, x25519",
        "x25519, x25519-ke1_mlkem768",
        "x25519-ke1_mlkem768, x25519-ke2_mlkem768",
        "x25519-ke1_mlkem768, x25519-ke1_mlkem512",
        // RFC 9370 section 2.2.1: never the same method twice
        "x25519-ke1_x25519, x25519-ke1_x25519"
    })
    void agreesOnNothingElse(String moon, String sun) {
        TwoDaemons two = between(new TwoDaemons(), "aes128gcm16-prfsha256-" + moon, "aes128gcm16-prfsha256-" + sun);
        fails(two);
        assertEquals(0, of(two, two.moon, ExchangeType.IKE_INTERMEDIATE).size());
    }

    @Test
    void announcesTheExchangeOnlyWhereItIsWanted() {
        TwoDaemons two = both(BASE).established();
        assertTrue(two.moon.events.sent.stream()
                .noneMatch(m ->
                        m.notify(NotifyType.INTERMEDIATE_EXCHANGE_SUPPORTED).isPresent()));
        two = both(HYBRID).established();
        for (Host host : List.of(two.moon, two.sun)) {
            assertTrue(host.events
                    .sent
                    .get(0)
                    .notify(NotifyType.INTERMEDIATE_EXCHANGE_SUPPORTED)
                    .isPresent());
        }
    }

    // ---- what AUTH covers
    // ---------------------------------------------------------------------------------------------------

    private static byte[] payload(Host host, ExchangeType exchange, Class<? extends Payload> type) {
        Payload found = host.events.sent.stream()
                .filter(m -> m.exchangeType().equals(exchange))
                .flatMap(m -> m.all(type).stream())
                .findFirst()
                .orElseThrow();
        if (found instanceof NoncePayload nonce) {
            return nonce.data().toArray();
        }
        return found instanceof AuthPayload auth
                ? auth.data().toArray()
                : ((IdPayload) found).body().toArray();
    }

    private static List<byte[]> datagrams(TwoDaemons two, Host sender, int messageId) {
        return of(two, sender, ExchangeType.IKE_INTERMEDIATE).stream()
                .filter(p -> IkeHeader.of(p.data()).messageId() == messageId)
                .map(p -> p.data().toArray())
                .toList();
    }

    /** Keys and AUTH of both sides against a derivation of their own, with one, two and seven exchanges, whole and in fragments. */
    @ParameterizedTest
    @ValueSource(strings = {HYBRID, BASE + "-ke1_ecp256", BASE + "-ke1_mlkem512-ke2_mlkem1024", SEVEN})
    void derivesKeysAndAuthenticatesAsTheRfcsSay(String suite) throws GeneralSecurityException {
        RecordingCrypto recording = new RecordingCrypto();
        TwoDaemons two = between(new TwoDaemons(TwoDaemons.DEFAULTS, recording.over(TwoDaemons.crypto())), suite, suite)
                .established();
        byte[] ni = payload(two.moon, ExchangeType.IKE_SA_INIT, NoncePayload.class);
        byte[] nr = payload(two.sun, ExchangeType.IKE_SA_INIT, NoncePayload.class);
        byte[] request =
                of(two, two.moon, ExchangeType.IKE_SA_INIT).get(0).data().toArray();
        byte[] response =
                of(two, two.sun, ExchangeType.IKE_SA_INIT).get(0).data().toArray();
        byte[] spis = Arrays.copyOf(response, 16);
        List<byte[]> secrets = recording.secrets().subList(0, suite.split("-").length - 2);
        PlainKeys keys = PlainKeys.initial(ni, nr, spis, secrets.get(0));
        byte[] requests = {};
        byte[] responses = {};
        int id = 1;
        for (byte[] shared : secrets.subList(1, secrets.size())) {
            requests = PlainKeys.prf(keys.skPi, requests, keys.authenticated(datagrams(two, two.moon, id)));
            responses = PlainKeys.prf(keys.skPr, responses, keys.authenticated(datagrams(two, two.sun, id)));
            keys = keys.next(ni, nr, spis, shared);
            id++;
        }
        assertArrayEquals(keys.skD, two.moon.sa().keys().skD().reveal());
        assertArrayEquals(keys.skD, two.sun.sa().keys().skD().reveal());
        assertArrayEquals(keys.skEi, two.sun.sa().keys().skEi().reveal());
        byte[] intAuth = PlainKeys.intAuth(requests, responses, id);
        byte[] padded = PlainKeys.prf(
                "one and the same".getBytes(StandardCharsets.UTF_8),
                "Key Pad for IKEv2".getBytes(StandardCharsets.UTF_8));
        byte[] idi = PlainKeys.prf(keys.skPi, payload(two.moon, ExchangeType.IKE_AUTH, IdPayload.class));
        assertArrayEquals(
                PlainKeys.prf(padded, request, nr, idi, intAuth),
                payload(two.moon, ExchangeType.IKE_AUTH, AuthPayload.class));
        byte[] idr = PlainKeys.prf(keys.skPr, payload(two.sun, ExchangeType.IKE_AUTH, IdPayload.class));
        assertArrayEquals(
                PlainKeys.prf(padded, response, ni, idr, intAuth),
                payload(two.sun, ExchangeType.IKE_AUTH, AuthPayload.class));
        two.leaksAfterClosing();
        assertEquals(List.of(), recording.leaks());
    }

    /** Whoever has the keys of IKE_SA_INIT alone can change a message, but not the AUTH that covers it. */
    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void refusesAMessageThatWasChangedOnItsWay(String sender) {
        TwoDaemons two = whole(HYBRID);
        two.alter(
                two.host(sender),
                ExchangeType.IKE_INTERMEDIATE,
                m -> m.toBuilder()
                        .add(new NotifyPayload(NotifyType.SET_WINDOW_SIZE, Chunk.ofHex("00000001")))
                        .build());
        fails(two);
    }

    // ---- what is refused
    // ----------------------------------------------------------------------------------------------------

    private static Payload choice(Payload payload, boolean additional) {
        if (!(payload instanceof SaPayload sa)) {
            return payload;
        }
        Proposal p = sa.proposals().get(0);
        return new SaPayload(List.of(new Proposal(
                p.number(),
                p.protocol(),
                p.spi(),
                p.transforms().stream()
                        .filter(t -> t.type().isAdditionalKe() == additional
                                || !t.type().isAdditionalKe())
                        .toList())));
    }

    @Test
    void refusesAResponderThatDropsARequiredKeyExchange() {
        TwoDaemons two = whole(HYBRID);
        two.alter(
                two.sun, ExchangeType.IKE_SA_INIT, m -> TwoDaemons.payloads(m, p -> IntermediateTest.choice(p, false)));
        fails(two);
    }

    private static Payload withoutAnnouncement(Payload payload) {
        return payload instanceof NotifyPayload n && n.notifyType().equals(NotifyType.INTERMEDIATE_EXCHANGE_SUPPORTED)
                ? null
                : payload;
    }

    @Test
    void saysThatAPeerDoesNotAnnounceTheExchange() {
        TwoDaemons two = whole(HYBRID);
        two.alter(
                two.moon, ExchangeType.IKE_SA_INIT, m -> TwoDaemons.payloads(m, IntermediateTest::withoutAnnouncement));
        fails(two);
        assertTrue(
                two.sun.events.alerts.stream().anyMatch(line -> line.contains("need IKE_INTERMEDIATE")),
                two.sun.events.alerts::toString);
    }

    @Test
    void refusesAPeerWithoutTheExchange() {
        TwoDaemons two = whole(HYBRID);
        two.alter(
                two.sun, ExchangeType.IKE_SA_INIT, m -> TwoDaemons.payloads(m, IntermediateTest::withoutAnnouncement));
        fails(two);
        two = whole(HYBRID);
        two.alter(
                two.moon, ExchangeType.IKE_SA_INIT, m -> TwoDaemons.payloads(m, IntermediateTest::withoutAnnouncement));
        fails(two);
        assertTrue(
                two.sun.events.sent.get(0).notify(NotifyType.NO_PROPOSAL_CHOSEN).isPresent());
    }

    /** The initiator believes that none was agreed on, and comes with IKE_AUTH at once. */
    @Test
    void refusesAnInitiatorThatSkipsAKeyExchange() {
        TwoDaemons two = between(new TwoDaemons(WHOLE), HYBRID + "-ke1_none", HYBRID);
        two.alter(
                two.sun, ExchangeType.IKE_SA_INIT, m -> TwoDaemons.payloads(m, p -> IntermediateTest.choice(p, false)));
        fails(two);
        IkeMessage answer = two.sun.events.sent.get(1);
        assertEquals(ExchangeType.IKE_AUTH, answer.exchangeType());
        assertTrue(answer.notify(NotifyType.INVALID_SYNTAX).isPresent());
    }

    private static Payload ke(Payload payload, String what) {
        if (!(payload instanceof KePayload ke)) {
            return payload;
        }
        return switch (what) {
            case "none" -> null;
            case "method" -> new KePayload(35, ke.data());
            case "short" ->
                new KePayload(ke.method(), ke.data().slice(0, ke.data().length() - 1));
            default -> new KePayload(ke.method(), Chunk.concat(ke.data(), Chunk.of((byte) 0)));
        };
    }

    @ParameterizedTest
    @CsvSource({
        "moon, none",
        "moon, method",
        "moon, short",
        "moon, long",
        "sun, none",
        "sun, method",
        "sun, short",
        "sun, long"
    })
    void refusesABadKeyExchange(String sender, String what) {
        TwoDaemons two = whole(HYBRID);
        two.alter(
                two.host(sender),
                ExchangeType.IKE_INTERMEDIATE,
                m -> TwoDaemons.payloads(m, p -> IntermediateTest.ke(p, what)));
        fails(two);
    }

    @Test
    void refusesAnInvalidMlKemKey() {
        TwoDaemons two = whole(HYBRID);
        two.alter(
                two.moon,
                ExchangeType.IKE_INTERMEDIATE,
                m -> TwoDaemons.payloads(m, p -> {
                    byte[] bad = new byte[1184];
                    Arrays.fill(bad, (byte) 0xff);
                    return p instanceof KePayload ? new KePayload(36, Chunk.wrap(bad)) : p;
                }));
        fails(two);
    }

    /** A ciphertext for another key gives another secret (FIPS 203 section 7.3): nothing can be decrypted any more. */
    @Test
    void comesUpNowhereWithAnotherCiphertext() {
        TwoDaemons two = whole(HYBRID);
        two.alter(
                two.sun,
                ExchangeType.IKE_INTERMEDIATE,
                m -> TwoDaemons.payloads(
                        m,
                        p -> p instanceof KePayload ke
                                ? new KePayload(36, Chunk.of(new byte[ke.data().length()]))
                                : p));
        fails(two);
    }

    @Test
    void answersAnErrorWithTheEnd() {
        TwoDaemons two = whole(HYBRID);
        two.alter(
                two.sun,
                ExchangeType.IKE_INTERMEDIATE,
                m -> TwoDaemons.payloads(m, p -> new NotifyPayload(NotifyType.NO_PROPOSAL_CHOSEN, Chunk.EMPTY)));
        fails(two);
    }

    @Test
    void ignoresTheExchangeOnceTheSaIsUp() {
        TwoDaemons two = whole(HYBRID).established();
        Packet old = of(two, two.moon, ExchangeType.IKE_INTERMEDIATE).get(0);
        int before = two.sun.events.received.size();
        IkeMessage late = IkeMessage.builder(
                        two.moon.sa().id().initiatorSpi(),
                        two.moon.sa().id().responderSpi(),
                        ExchangeType.IKE_INTERMEDIATE)
                .initiatorFlag(true)
                .messageId(3)
                .build();
        two.link.send(two.write(old, late));
        two.run();
        assertEquals(before, two.sun.events.received.size());
        agree(two);
    }

    /** RFC 9242 lets others use the exchange for what we do not know: it is answered, but not for ever. */
    @Test
    void answersEmptyExchangesUpToALimit() {
        TwoDaemons two = whole(HYBRID);
        two.moon.begin("sun", "net");
        two.step();
        two.step();
        Packet held = two.link.underway().get(0);
        two.filter(packet -> packet.source().address().equals(two.moon.address) ? packet : null);
        two.onArrival(packet -> packet.data().length() < 500 ? packet : null);
        for (int id = 1; id <= 15; id++) {
            IkeMessage empty = IkeMessage.builder(
                            two.sun.sa().id().initiatorSpi(),
                            two.sun.sa().id().responderSpi(),
                            ExchangeType.IKE_INTERMEDIATE)
                    .initiatorFlag(true)
                    .messageId(id)
                    .build();
            two.link.send(two.write(held, empty));
            two.run();
            IkeMessage answer = two.sun.events.sent.get(two.sun.events.sent.size() - 1);
            assertEquals(id, answer.messageId());
            assertEquals(id > 14, answer.notify(NotifyType.INVALID_SYNTAX).isPresent());
        }
        two.pass(LONG);
        assertEquals(List.of(), two.leaks());
    }

    /** The peer is silent before the first key exchange is through: the next attempt begins with nothing of this one. */
    @Test
    void comesUpAtTheNextTry() {
        TwoDaemons two = whole(HYBRID);
        two.moon.connections.set(
                0, two.moon.connections.get(0).toBuilder().keyingTries(2).build());
        boolean[] silent = {true};
        two.onArrival(packet ->
                silent[0] && IkeHeader.of(packet.data()).exchangeType() == ExchangeType.IKE_INTERMEDIATE.value()
                        ? null
                        : packet);
        two.moon.begin("sun", "net");
        two.pass(Duration.ofSeconds(160));
        silent[0] = false;
        two.pass(Duration.ofSeconds(60));
        agree(two);
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void wipesTheKeysOfEveryStep() {
        TwoDaemons two = both(SEVEN);
        List<IkeKeys> seen = new ArrayList<>();
        two.onArrival(packet -> {
            if (IkeHeader.of(packet.data()).exchangeType() != IkeHeader.IKE_SA_INIT) {
                seen.add(two.moon.sa().keys());
                seen.add(two.sun.sa().keys());
            }
            return packet;
        });
        two.established();
        seen.removeAll(List.of(two.moon.sa().keys(), two.sun.sa().keys()));
        assertTrue(seen.size() > 14);
        seen.forEach(keys -> assertTrue(
                keys.skD().isClosed() && keys.skPi().isClosed() && keys.skEr().isClosed()));
    }

    // ---- bad networks
    // ----------------------------------------------------------------------------------------------------------

    @Test
    void survivesLossOfEachDatagram() {
        int datagrams = both(HYBRID).established().trace.size();
        assertTrue(datagrams > 6, "in fragments");
        for (int lost = 0; lost < datagrams; lost++) {
            TwoDaemons two = both(HYBRID);
            int[] count = {0};
            int which = lost;
            two.onArrival(packet -> count[0]++ == which ? null : packet);
            two.moon.begin("sun", "net");
            two.pass(Duration.ofSeconds(20));
            agree(two);
            assertEquals(List.of(), two.leaksAfterClosing());
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void comesUpOrNotWhateverIsLostRepeatedOrReordered(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TwoDaemons two = both(BASE + "-ke1_mlkem512-ke2_mlkem1024");
        List<Packet> recorded = new ArrayList<>();
        two.onArrival(packet -> {
            recorded.add(packet);
            if (random.nextInt(5) == 0) {
                two.link.send(recorded.get(random.nextInt(recorded.size())));
            }
            return random.nextInt(5) == 0 ? null : packet;
        });
        two.moon.begin("sun", "net");
        two.pass(Duration.ofSeconds(200));
        two.onArrival(packet -> packet);
        two.pass(LONG);
        if (!two.moon.sas().isEmpty()) {
            agree(two);
        }
        two.moon.sas().forEach(sa -> two.moon.with(sa.uniqueId(), found -> found.delete("test ends")));
        two.pass(LONG);
        assertEquals(List.of(), two.leaks());
    }
}
