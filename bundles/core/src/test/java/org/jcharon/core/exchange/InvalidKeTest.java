// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.KePayload;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.SaPayload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Key exchanges in CREATE_CHILD_SA: which are offered, and INVALID_KE_PAYLOAD (RFC 7296 sections 1.2, 1.3 and 2.8). */
class InvalidKeTest {

    private static final int X25519 = 31;
    private static final int ECP256 = 19;

    private static final String IKE_BOTH = "aes128gcm16-prfsha256-x25519-ecp256";
    private static final String ESP_BOTH = "aes128gcm16-x25519-ecp256";

    /** Moon offers x25519 and ecp256 for everything; sun has ecp256 alone for its CHILD_SAs. */
    private static TwoDaemons established() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .ike(TwoDaemons.ike(two.moon, two.sun)
                                .proposals(List.of(TwoDaemons.proposal(ProtocolId.IKE, IKE_BOTH)))
                                .build())
                        .children(List.of(TwoDaemons.child("10.1.0.0/16", "10.2.0.0/16")
                                .proposals(List.of(TwoDaemons.proposal(ProtocolId.ESP, ESP_BOTH)))
                                .build()))
                        .build());
        two.sun.connections.set(
                0,
                two.sunsConnection()
                        .children(List.of(TwoDaemons.child("10.2.0.0/16", "10.1.0.0/16")
                                .proposals(List.of(TwoDaemons.proposal(ProtocolId.ESP, "aes128gcm16-ecp256")))
                                .build()))
                        .build());
        two.established();
        // from now on sun takes ecp256 alone for the IKE_SA too
        two.sun.with(sa -> sa.ikeConfig(TwoDaemons.ike(two.sun, two.moon)
                .proposals(List.of(TwoDaemons.proposal(ProtocolId.IKE, "aes128gcm16-prfsha256-ecp256")))
                .build()));
        return two;
    }

    private static void begin(Host host, String what, AtomicReference<Outcome> outcome) {
        host.with(sa -> {
            switch (what) {
                case "create" -> sa.tasks().queueChild(TwoDaemons.another(sa), List.of(), outcome::set);
                case "rekey" -> sa.tasks().queueRekey(sa.children().all().get(0), outcome::set);
                default -> sa.tasks().queueIkeRekey(outcome::set);
            }
        });
    }

    private static List<Integer> methodsSent(Host host) {
        return host.events.sent.stream()
                .filter(message -> !message.response() && message.exchangeType().equals(ExchangeType.CREATE_CHILD_SA))
                .map(message -> message.first(KePayload.class).orElseThrow().method())
                .toList();
    }

    private static long refusals(Host host) {
        return host.events.sent.stream()
                .filter(message -> message.notify(NotifyType.INVALID_KE_PAYLOAD).isPresent())
                .count();
    }

    @Test
    void offersNoKeyExchangeForTheChildInIkeAuth() {
        TwoDaemons two = established();
        IkeMessage auth = two.moon.events.sent.get(1);
        assertEquals(ExchangeType.IKE_AUTH, auth.exchangeType());
        SaPayload sa = auth.first(SaPayload.class).orElseThrow();
        assertTrue(sa.proposals().stream().noneMatch(proposal -> proposal.has(TransformType.KE)));
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        begin(two.moon, "rekey", outcome);
        two.run();
        List<Proposal> offered =
                two.moon.events.sent.get(2).first(SaPayload.class).orElseThrow().proposals();
        assertEquals(2, offered.get(0).all(TransformType.KE).size());
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "rekey", "ike"})
    void takesTheGroupThatThePeerAsksFor(String what) {
        TwoDaemons two = established();
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        begin(two.moon, what, outcome);
        two.step();
        assertEquals(ChildSaState.INSTALLED, two.sun.child().state(), "the old one is in use");
        two.run();
        assertTrue(outcome.get().success(), outcome.get().reason());
        assertEquals(List.of(X25519, ECP256), methodsSent(two.moon));
        assertEquals(1, refusals(two.sun));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** Sun asks for nothing but what moon takes. */
    @ParameterizedTest
    @ValueSource(strings = {"create", "rekey", "ike"})
    void needsNoSecondTryInTheOtherDirection(String what) {
        TwoDaemons two = established();
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        begin(two.sun, what, outcome);
        two.pass(Duration.ofSeconds(6));
        assertTrue(outcome.get().success(), outcome.get().reason());
        assertEquals(ECP256, methodsSent(two.sun).get(methodsSent(two.sun).size() - 1));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void beginsTheNextRekeyingWithTheGroupInUse() {
        TwoDaemons two = established();
        for (int i = 0; i < 3; i++) {
            begin(two.moon, "rekey", new AtomicReference<>());
            two.pass(Duration.ofSeconds(10));
        }
        assertEquals(1, refusals(two.sun));
        assertEquals(List.of(X25519, ECP256, ECP256, ECP256), methodsSent(two.moon));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** One that we did not offer, and the one that we sent. */
    @ParameterizedTest
    @CsvSource({
        "create, 000e", "rekey, 000e", "ike, 000e",
        "create, 001f", "rekey, 001f", "ike, 001f"
    })
    void takesNoOtherGroupThanOneItOffered(String what, String data) {
        TwoDaemons two = established();
        two.answerNewSas(two.moon, () -> List.of(new NotifyPayload(NotifyType.INVALID_KE_PAYLOAD, Chunk.ofHex(data))));
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        begin(two.moon, what, outcome);
        two.run();
        assertFalse(outcome.get().success());
        assertTrue(
                outcome.get().reason().contains("key exchange"), outcome.get().reason());
        assertEquals(List.of(X25519), methodsSent(two.moon));
        assertEquals(IkeSaState.ESTABLISHED, two.moon.sa().state());
        assertEquals(ChildSaState.INSTALLED, two.moon.child().state());
        two.onArrival(packet -> packet);
        two.sun.with(sa -> sa.delete("test"));
        two.run();
        assertEquals(List.of(), two.leaks());
    }

    @ParameterizedTest
    @ValueSource(strings = {"create", "rekey", "ike"})
    void givesUpWhenThePeerKeepsChangingItsMind(String what) {
        TwoDaemons two = established();
        List<Integer> asked = new ArrayList<>();
        two.answerNewSas(two.moon, () -> {
            int other = asked.size() % 2 == 0 ? ECP256 : X25519;
            asked.add(other);
            return List.of(new NotifyPayload(NotifyType.INVALID_KE_PAYLOAD, Chunk.of((byte) 0, (byte) other)));
        });
        AtomicReference<Outcome> outcome = new AtomicReference<>();
        begin(two.moon, what, outcome);
        two.run();
        assertFalse(outcome.get().success());
        assertEquals(6, methodsSent(two.moon).size(), "five more");
        assertEquals(ChildSaState.INSTALLED, two.moon.child().state());
    }

    /** RFC 7296 section 2.9.2: what is in use, not what is configured now or what may be narrowed differently. */
    @Test
    void aRekeyingOffersTheSelectorsInUse() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .children(List.of(
                                TwoDaemons.child("10.0.0.0/8", "10.0.0.0/8").build()))
                        .build());
        two.established();
        assertEquals("[10.1.0.0/16]", two.moon.child().localSelectors().toString());
        int spi = two.moon.child().spiIn();
        begin(two.moon, "rekey", new AtomicReference<>());
        two.pass(Duration.ofSeconds(10));
        assertNotEquals(spi, two.moon.child().spiIn());
        IkeMessage request = two.moon.events.sent.stream()
                .filter(message -> message.notify(NotifyType.REKEY_SA).isPresent())
                .findFirst()
                .orElseThrow();
        assertTrue(request.all(org.jcharon.core.message.TsPayload.class).stream()
                .allMatch(ts -> ts.selectors().toString().matches("\\[10\\.[12]\\.0\\.0/16]")));
        assertEquals(List.of(), two.leaksAfterClosing());
    }
}
