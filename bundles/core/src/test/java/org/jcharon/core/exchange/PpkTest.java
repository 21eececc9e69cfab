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
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.keymat.IkeKeys;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.PpkIdentity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Postquantum preshared keys (RFC 8784), with the rows of its table 1. */
class PpkTest {

    private static final Duration LONG = Duration.ofSeconds(400);

    /** How a side is configured: {@code none}, {@code optional}, {@code required}, with {@code -lost} where the key is missing. */
    private static void configure(Host host, PeerConfig.Builder connection, String how, String secret) {
        if (!how.equals("none")) {
            connection.ppkId("shared.ppk").ppkRequired(how.startsWith("required"));
            if (!how.endsWith("-lost")) {
                host.ppk(secret, "shared.ppk");
            }
        }
        host.connections.set(0, connection.build());
    }

    private static TwoDaemons with(String moon, String sun) {
        TwoDaemons two = TwoDaemons.withPsk();
        configure(two.moon, two.moonsConnection(), moon, "one");
        configure(two.sun, two.sunsConnection(), sun, "one");
        return two;
    }

    private static long count(List<IkeMessage> messages, NotifyType type) {
        return messages.stream().filter(m -> m.notify(type).isPresent()).count();
    }

    private static void fails(TwoDaemons two) {
        two.up();
        two.pass(LONG);
        assertFalse(two.moon.events.lines.contains("ike up sun"));
        assertEquals(List.of(), two.leaks());
    }

    @ParameterizedTest
    @CsvSource({
        "required, required, true",
        "required, optional, true",
        "optional, required, true",
        "optional, optional, true",
        "optional, optional-lost, false",
        "optional, none, false",
        "optional-lost, optional, false",
        "optional-lost, none, false",
        "none, optional, false",
        "none, optional-lost, false"
    })
    void comesUp(String moon, String sun, boolean used) {
        TwoDaemons two = with(moon, sun).established();
        assertEquals(used, two.moon.sa().snapshot().ppk());
        assertEquals(used, two.sun.sa().snapshot().ppk());
        assertEquals(two.moon.child().spiIn(), two.sun.child().spiOut());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @CsvSource({
        "required, none",
        "required, optional-lost",
        "required, required-lost",
        "required-lost, required",
        "required-lost, optional",
        "required-lost, none",
        "optional, required-lost",
        "optional-lost, required",
        "none, required",
        "none, required-lost"
    })
    void isRefused(String moon, String sun) {
        fails(with(moon, sun));
    }

    @ParameterizedTest
    @CsvSource({"required, required", "required, optional", "optional, required", "optional, optional"})
    void refusesAnotherSecretUnderTheSameIdentity(String moon, String sun) {
        TwoDaemons two = TwoDaemons.withPsk();
        configure(two.moon, two.moonsConnection(), moon, "one");
        configure(two.sun, two.sunsConnection(), sun, "two");
        fails(two);
    }

    @Test
    void saysWhyTheInitiatorGivesUp() {
        TwoDaemons two = with("required", "none");
        Outcome outcome = two.up();
        assertTrue(outcome.reason().contains("PPK required but peer does not support PPK"), outcome.reason());
    }

    @Test
    void tellsOfTheKeyInTheHistory() {
        TwoDaemons two = with("required", "required").established();
        for (Host host : List.of(two.moon, two.sun)) {
            assertTrue(host.sa().history().steps().stream()
                    .anyMatch(step -> step.toString().contains("postquantum preshared key 'shared.ppk'")));
        }
    }

    @Test
    void namesTheKeyInTheRequestAloneAndOffersToGoOnWithoutItOnlyIfOptional() {
        TwoDaemons required = with("required", "required").established();
        NotifyPayload named = required.moon.events.sent.stream()
                .flatMap(m -> m.notify(NotifyType.PPK_IDENTITY).stream())
                .findFirst()
                .orElseThrow();
        assertEquals(
                Chunk.concat(Chunk.of((byte) 2), Chunk.wrap("shared.ppk".getBytes(StandardCharsets.UTF_8))),
                named.data());
        assertEquals(0, count(required.moon.events.sent, NotifyType.NO_PPK_AUTH));
        NotifyPayload answer = required.sun.events.sent.stream()
                .flatMap(m -> m.notify(NotifyType.PPK_IDENTITY).stream())
                .findFirst()
                .orElseThrow();
        assertEquals(Chunk.EMPTY, answer.data());
        TwoDaemons optional = with("optional", "optional").established();
        assertEquals(1, count(optional.moon.events.sent, NotifyType.NO_PPK_AUTH));
        assertEquals(0, count(optional.sun.events.sent, NotifyType.NO_PPK_AUTH));
    }

    @Test
    void saysNothingOfKeysWithoutAConfiguration() {
        TwoDaemons two = with("none", "optional").established();
        assertEquals(0, count(two.moon.events.sent, NotifyType.USE_PPK));
        assertEquals(0, count(two.sun.events.sent, NotifyType.USE_PPK));
    }

    /** The responder's connection names no key: any that it has will do, as with charon. */
    @Test
    void takesTheKeyThatThePeerNamesWhereTheConnectionNamesNone() {
        TwoDaemons two = with("required", "none");
        two.sun.ppk("one", "shared.ppk");
        two.established();
        assertTrue(two.sun.sa().snapshot().ppk());
    }

    @Test
    void refusesAKeyThatTheConnectionDoesNotMean() {
        TwoDaemons two = with("required", "none");
        two.sun.connections.set(
                0, two.sunsConnection().ppkId("other.ppk").ppkRequired(true).build());
        two.sun.ppk("one", "shared.ppk");
        two.sun.ppk("two", "other.ppk");
        fails(two);
    }

    /** Two connections for one peer: the one that demands a key is passed over, the next takes the peer without. */
    @Test
    void triesTheNextConnectionWithoutTheKey() {
        TwoDaemons two = with("none", "required");
        PeerConfig second =
                two.sunsConnection().name("second").ppkId("").ppkRequired(false).build();
        two.sun.connections.add(second);
        two.established();
        assertEquals("second", two.sun.sa().name());
        assertFalse(two.sun.sa().snapshot().ppk());
    }

    private static byte[] revealed(IkeKeys keys, String which) {
        return switch (which) {
            case "d" -> keys.skD().reveal();
            case "pi" -> keys.skPi().reveal();
            default -> keys.skPr().reveal();
        };
    }

    /** prf+(PPK, SK) of one round, from the definition. */
    private static byte[] mixed(byte[] sk) throws GeneralSecurityException {
        Mac hmac = Mac.getInstance("HmacSHA256");
        hmac.init(new SecretKeySpec("one".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        hmac.update(sk);
        return hmac.doFinal(new byte[] {1});
    }

    /** RFC 8784 section 3: SK_d' = prf+(PPK, SK_d) and so on; the other keys stay. */
    @Test
    void derivesTheKeysAsTheRfcSays() throws GeneralSecurityException {
        TwoDaemons two = with("required", "required");
        List<IkeKeys> before = new ArrayList<>();
        two.onArrival(packet -> {
            if (before.isEmpty() && IkeHeader.of(packet.data()).exchangeType() == IkeHeader.IKE_AUTH) {
                before.add(two.moon.sa().keys().copy());
            }
            return packet;
        });
        two.established();
        for (String which : List.of("d", "pi", "pr")) {
            byte[] wanted = mixed(revealed(before.get(0), which));
            assertArrayEquals(wanted, revealed(two.moon.sa().keys(), which), which);
            assertArrayEquals(wanted, revealed(two.sun.sa().keys(), which), which);
        }
        assertArrayEquals(
                before.get(0).skEi().reveal(), two.sun.sa().keys().skEi().reveal());
        assertArrayEquals(
                before.get(0).skEr().reveal(), two.moon.sa().keys().skEr().reveal());
    }

    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void keepsTheFlagWhenTheIkeSaIsRekeyed(String initiator) {
        TwoDaemons two = with("required", "required").established();
        (initiator.equals("moon") ? two.moon : two.sun).with(sa -> sa.tasks().queueIkeRekey());
        two.run();
        assertTrue(two.moon.sa().snapshot().ppk());
        assertTrue(two.sun.sa().snapshot().ppk());
        ChildSa child = two.moon.child();
        two.moon.with(sa -> sa.tasks().queueRekey(child));
        two.pass(Duration.ofSeconds(10));
        assertEquals(two.moon.child().spiIn(), two.sun.child().spiOut());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** A responder that answers without the key though it must be used. */
    @Test
    void refusesAResponderThatDropsTheKey() {
        for (String how : List.of("required", "optional")) {
            TwoDaemons two = with(how, "optional");
            two.alter(
                    two.sun,
                    ExchangeType.IKE_AUTH,
                    m -> TwoDaemons.payloads(
                            m,
                            p -> p instanceof NotifyPayload n && n.notifyType().equals(NotifyType.PPK_IDENTITY)
                                    ? null
                                    : p));
            fails(two);
        }
    }

    private static void altered(NotifyType type, Chunk data, boolean comesUp) {
        TwoDaemons two = with("required", "required");
        two.alter(
                two.moon,
                ExchangeType.IKE_AUTH,
                m -> TwoDaemons.payloads(
                        m,
                        p -> p instanceof NotifyPayload n && n.notifyType().equals(type)
                                ? data == null ? null : new NotifyPayload(type, data)
                                : p));
        if (comesUp) {
            two.established();
        } else {
            fails(two);
        }
    }

    @Test
    void refusesARequestThatNamesNoKey() {
        altered(NotifyType.PPK_IDENTITY, null, false);
        altered(NotifyType.PPK_IDENTITY, Chunk.EMPTY, false);
        altered(NotifyType.PPK_IDENTITY, Chunk.of((byte) 2), false);
        altered(NotifyType.PPK_IDENTITY, new PpkIdentity(2, Chunk.of((byte) 'x')).encode(), false);
    }

    /** The type of the identity tells who may read it, nothing else. */
    @Test
    void takesTheIdentityWhateverItsType() {
        altered(
                NotifyType.PPK_IDENTITY,
                new PpkIdentity(1, Chunk.wrap("shared.ppk".getBytes(StandardCharsets.UTF_8))).encode(),
                true);
    }

    @Test
    void refusesAWrongAuthWithoutTheKey() {
        TwoDaemons two = with("optional", "none");
        two.sun.ppk("one", "another.ppk");
        two.alter(
                two.moon,
                ExchangeType.IKE_AUTH,
                m -> TwoDaemons.payloads(m, p -> {
                    if (!(p instanceof NotifyPayload n) || !n.notifyType().equals(NotifyType.NO_PPK_AUTH)) {
                        return p;
                    }
                    byte[] data = n.data().toArray();
                    data[0] ^= 1;
                    return new NotifyPayload(NotifyType.NO_PPK_AUTH, Chunk.wrap(data));
                }));
        fails(two);
    }

    /** Both announced keys, but not this one: AUTH of the NO_PPK_AUTH notify counts. */
    @Test
    void goesOnWithoutAKeyThatTheResponderLacks() {
        TwoDaemons two = with("optional", "none");
        two.sun.ppk("one", "another.ppk");
        two.established();
        assertEquals(1, count(two.sun.events.received, NotifyType.NO_PPK_AUTH));
        assertFalse(two.moon.sa().snapshot().ppk());
        assertFalse(two.sun.sa().snapshot().ppk());
    }

    @Test
    void refusesAPeerThatStripsTheAnnouncement() {
        for (String side : List.of("moon", "sun")) {
            TwoDaemons two = with("required", "required");
            two.alter(
                    side.equals("moon") ? two.moon : two.sun,
                    ExchangeType.IKE_SA_INIT,
                    m -> TwoDaemons.payloads(
                            m,
                            p -> p instanceof NotifyPayload n && n.notifyType().equals(NotifyType.USE_PPK) ? null : p));
            fails(two);
        }
    }

    @Test
    void survivesLossOfEachMessage() {
        for (int lost = 0; lost < 4; lost++) {
            TwoDaemons two = with("optional", "required");
            int[] count = {0};
            int which = lost;
            two.onArrival(packet -> count[0]++ == which ? null : packet);
            two.moon.begin("sun", "net");
            two.pass(Duration.ofSeconds(20));
            assertTrue(two.sun.sa().snapshot().ppk());
            assertTrue(two.moon.sa().snapshot().ppk());
            assertEquals(List.of(), two.leaksAfterClosing());
        }
    }

    @Test
    void signsTwiceWhereTheKeyIsOptional() {
        TwoDaemons two = with("none", "none");
        two.moon.identity("moon");
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .local(List.of(TwoDaemons.pubkey("moon.example.org")))
                        .ppkId("shared.ppk")
                        .build());
        two.sun.connections.set(
                0,
                two.sunsConnection()
                        .remote(List.of(TwoDaemons.pubkey("moon.example.org")))
                        .build());
        two.sun.anchors.add(two.sun.certificate("ca-ecdsa"));
        two.moon.secret("one and the same", "moon.example.org", "sun");
        two.sun.secret("one and the same", "moon.example.org", "sun");
        two.moon.ppk("one", "shared.ppk");
        two.sun.ppk("one", "another.ppk");
        two.established();
        assertFalse(two.sun.sa().snapshot().ppk());
        two.sun.ppk("one", "shared.ppk");
        two.leaksAfterClosing();
        two.established();
        assertTrue(two.sun.sa().snapshot().ppk());
    }

    @Test
    void wipesTheKeysWithoutTheSecret() {
        TwoDaemons two = with("required", "required");
        List<IkeKeys> before = new ArrayList<>();
        two.onArrival(packet -> {
            if (before.isEmpty() && IkeHeader.of(packet.data()).exchangeType() == IkeHeader.IKE_AUTH) {
                before.addAll(Arrays.asList(two.moon.sa().keys(), two.sun.sa().keys()));
            }
            return packet;
        });
        two.established();
        assertEquals(2, before.size());
        before.forEach(keys -> assertTrue(keys.skD().isClosed()));
    }
}
