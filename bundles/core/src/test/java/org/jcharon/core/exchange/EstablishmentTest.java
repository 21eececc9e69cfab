// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.auth.AuthMethods;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.message.AuthPayload;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeMessageCodec;
import org.jcharon.core.message.KePayload;
import org.jcharon.core.message.NoncePayload;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.SaPayload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** IKE_SA_INIT and IKE_AUTH as far as both sides come up (RFC 7296 section 1.2). */
class EstablishmentTest {

    private static IkeMessage answer(TwoDaemons two, Packet request, NotifyType type, Chunk data) {
        IkeMessage in = two.read(request);
        IkeMessage out = IkeMessage.builder(in.spii(), 0, ExchangeType.IKE_SA_INIT)
                .response(true)
                .add(new NotifyPayload(type, data))
                .build();
        two.link.send(new Packet(
                /* source= */ request.destination(), /* destination= */ request.source(), IkeMessageCodec.encode(out)));
        return in;
    }

    @Test
    void comesUpWithAPreSharedKeyAndClosesWithoutLeaks() {
        TwoDaemons two = TwoDaemons.withPsk();
        Outcome outcome = two.up();
        assertTrue(outcome.success(), outcome.reason());
        assertEquals(4, two.trace.size());
        assertEquals(IkeSaState.ESTABLISHED, two.moon.sa().state());
        assertEquals(IkeSaState.ESTABLISHED, two.sun.sa().state());
        assertEquals(ChildSaState.INSTALLED, two.moon.child().state());
        assertEquals(ChildSaState.INSTALLED, two.sun.child().state());
        assertEquals(two.moon.child().spiIn(), two.sun.child().spiOut());
        assertEquals(two.sun.child().spiIn(), two.moon.child().spiOut());
        for (KernelSa ours : two.moon.kernel.sas()) {
            KernelSa theirs = two.sun.kernel.sas().stream()
                    .filter(sa -> sa.id().equals(ours.id()))
                    .findFirst()
                    .orElseThrow();
            assertTrue(ours.encryptionKey().matches(theirs.encryptionKey()));
            assertEquals(!ours.inbound(), theirs.inbound());
        }
        assertEquals(List.of("ike up sun", "child up net"), two.moon.events.lines);
        assertEquals(List.of(), two.leaksAfterClosing());
        assertEquals(List.of("ike up sun", "child up net", "ike down sun", "child down net"), two.moon.events.lines);
    }

    @Test
    void comesUpFromTheOtherSideToo() {
        TwoDaemons two = TwoDaemons.withPsk();
        CompletableFuture<Outcome> result = two.sun.begin("moon", "net");
        two.run();
        assertTrue(result.join().success(), result.join().reason());
        assertEquals(ChildSaState.INSTALLED, two.moon.child().state());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void sendsTheFourHashesAndNeverSha1() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        for (Packet init : two.trace.subList(0, 2)) {
            Chunk hashes = two.read(init)
                    .notify(NotifyType.SIGNATURE_HASH_ALGORITHMS)
                    .orElseThrow()
                    .data();
            assertEquals("0002000300040005", hashes.toHex());
        }
    }

    private static TwoDaemons withCertificates(String resource, String id, String anchor) {
        TwoDaemons two = new TwoDaemons();
        AuthConfig own = TwoDaemons.pubkey(id);
        two.moon.connections.add(two.moonsConnection()
                .local(List.of(own))
                .remote(List.of(TwoDaemons.psk("sun")))
                .build());
        two.sun.connections.add(two.sunsConnection().remote(List.of(own)).build());
        two.moon.identity(resource);
        two.moon.secret("for sun", "sun");
        two.sun.secret("for sun", "sun");
        two.sun.anchors.add(two.sun.certificate(anchor));
        if (resource.equals("carol")) {
            two.moon.certificates.add(two.moon.certificate("sub"));
        }
        return two;
    }

    @ParameterizedTest
    @CsvSource({
        "sun, sun.example.org, ca-rsa",
        "moon, moon.example.org, ca-ecdsa",
        "carol, carol@example.org, ca-ed25519"
    })
    void authenticatesTheInitiatorByCertificate(String resource, String id, String anchor) {
        TwoDaemons two = withCertificates(resource, id, anchor);
        Outcome outcome = two.up();
        assertTrue(outcome.success(), outcome.reason() + two.sun.events.alerts);
        assertEquals(id, two.sun.sa().remoteId().toString());
        AuthPayload auth =
                two.sun.events.received.get(1).first(AuthPayload.class).orElseThrow();
        assertEquals(AuthMethods.DIGITAL_SIGNATURE, auth.method());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @CsvSource({
        "sun, sun.example.org, ca-rsa",
        "moon, moon.example.org, ca-ecdsa",
        "carol, carol@example.org, ca-ed25519"
    })
    void authenticatesTheResponderByCertificate(String resource, String id, String anchor) {
        TwoDaemons two = new TwoDaemons();
        AuthConfig theirs = TwoDaemons.pubkey(id);
        two.moon.connections.add(two.moonsConnection().remote(List.of(theirs)).build());
        two.sun.connections.add(two.sunsConnection().local(List.of(theirs)).build());
        two.sun.identity(resource);
        two.moon.secret("for moon", "moon");
        two.sun.secret("for moon", "moon");
        two.moon.anchors.add(two.moon.certificate(anchor));
        if (resource.equals("carol")) {
            two.sun.certificates.add(two.sun.certificate("sub"));
        }
        Outcome outcome = two.up();
        assertTrue(outcome.success(), outcome.reason() + two.moon.events.alerts);
        assertEquals(id, two.moon.sa().remoteId().toString());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** The first IKE_SA_INIT request to sun is answered with a cookie; all of them, as they arrive. */
    private static List<IkeMessage> askForACookie(TwoDaemons two, Chunk cookie) {
        List<IkeMessage> requests = new ArrayList<>();
        two.onArrival(packet -> {
            boolean init = packet.destination().address().equals(two.sun.address)
                    && IkeHeader.of(packet.data()).exchangeType() == IkeHeader.IKE_SA_INIT;
            if (init) {
                requests.add(two.read(packet));
                if (requests.size() == 1) {
                    answer(two, packet, NotifyType.COOKIE, cookie);
                    return null;
                }
            }
            return packet;
        });
        return requests;
    }

    @Test
    void repeatsTheRequestWithTheCookieAndWhatWasInIt() {
        TwoDaemons two = TwoDaemons.withPsk();
        Chunk cookie = Chunk.ofHex("0102030405");
        List<IkeMessage> requests = askForACookie(two, cookie);
        Outcome outcome = two.up();
        assertTrue(outcome.success(), outcome.reason());
        IkeMessage first = requests.get(0);
        IkeMessage second = requests.get(1);
        // RFC 7296 section 2.6: the cookie is the first payload, all else is unchanged
        assertEquals(
                new NotifyPayload(NotifyType.COOKIE, cookie), second.payloads().get(0));
        assertEquals(
                first.payloads(), second.payloads().subList(1, second.payloads().size()));
        assertEquals(first.spii(), second.spii());
        assertEquals(0, second.messageId());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void endsWhenThePeerKeepsAskingForCookies() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.onArrival(packet -> {
            if (packet.destination().address().equals(two.sun.address)) {
                answer(two, packet, NotifyType.COOKIE, Chunk.of((byte) two.trace.size()));
                return null;
            }
            return packet;
        });
        assertFalse(two.up().success());
        long requests = two.trace.stream()
                .filter(packet -> packet.destination().address().equals(two.sun.address))
                .map(Packet::data)
                .distinct()
                .count();
        assertEquals(1 + 5, requests);
        assertEquals(List.of(), two.leaks());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 65})
    void refusesACookieOfAnotherLength(int octets) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.onArrival(packet -> {
            if (packet.destination().address().equals(two.sun.address)) {
                answer(two, packet, NotifyType.COOKIE, Chunk.of(new byte[octets]));
                return null;
            }
            return packet;
        });
        two.up();
        two.pass(Duration.ofSeconds(200));
        assertEquals(List.of(), two.leaks());
    }

    private static TwoDaemons withGroups(String moons, String suns) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .ike(TwoDaemons.ike(two.moon, two.sun)
                                .proposals(List.of(TwoDaemons.proposal(ProtocolId.IKE, moons)))
                                .build())
                        .build());
        two.sun.connections.set(
                0,
                two.sunsConnection()
                        .ike(TwoDaemons.ike(two.sun, two.moon)
                                .proposals(List.of(TwoDaemons.proposal(ProtocolId.IKE, suns)))
                                .build())
                        .build());
        return two;
    }

    @Test
    void repeatsTheRequestWithTheGroupThatThePeerWants() {
        TwoDaemons two = withGroups("aes128gcm16-prfsha256-x25519-ecp256", "aes128gcm16-prfsha256-ecp256");
        Outcome outcome = two.up();
        assertTrue(outcome.success(), outcome.reason());
        IkeMessage first = two.read(two.trace.get(0));
        IkeMessage second = two.read(two.trace.get(2));
        assertEquals(31, first.first(KePayload.class).orElseThrow().method());
        assertEquals(19, second.first(KePayload.class).orElseThrow().method());
        assertEquals(first.first(SaPayload.class), second.first(SaPayload.class));
        assertEquals(first.first(NoncePayload.class), second.first(NoncePayload.class));
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    /** RFC 7296 section 2.6.1: the responder that asked for it need not ask again. */
    @Test
    void keepsTheCookieWhenThePeerWantsAnotherGroup() {
        TwoDaemons two = withGroups("aes128gcm16-prfsha256-x25519-ecp256", "aes128gcm16-prfsha256-ecp256");
        Chunk cookie = Chunk.ofHex("0102030405");
        List<IkeMessage> requests = askForACookie(two, cookie);
        Outcome outcome = two.up();
        assertTrue(outcome.success(), outcome.reason());
        assertEquals(3, requests.size());
        for (IkeMessage request : requests.subList(1, 3)) {
            assertEquals(
                    new NotifyPayload(NotifyType.COOKIE, cookie),
                    request.payloads().get(0));
        }
        assertEquals(
                List.of(31, 31, 19),
                requests.stream()
                        .map(request ->
                                request.first(KePayload.class).orElseThrow().method())
                        .toList());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @ParameterizedTest
    @CsvSource({"0002, did not offer", "001f, which we sent", "00, without a key exchange method"})
    void followsNoGroupThatItDidNotOffer(String data, String reason) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.onArrival(packet -> {
            if (packet.destination().address().equals(two.sun.address)) {
                answer(two, packet, NotifyType.INVALID_KE_PAYLOAD, Chunk.ofHex(data));
                return null;
            }
            return packet;
        });
        Outcome outcome = two.up();
        two.pass(Duration.ofSeconds(200));
        assertFalse(outcome.success());
        assertEquals(List.of(), two.leaks());
        assertTrue(outcome.reason().contains(reason) || data.length() == 2, outcome.reason());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "aes256gcm16-prfsha384-ecp384",
                "aes256-sha512-modp2048",
                "aes128-sha256-modp3072",
                "chacha20poly1305-prfsha512-x25519",
                "aes256-sha384-ecp256"
            })
    void comesUpWithEachKindOfSuite(String suite) {
        TwoDaemons two = withGroups(suite, suite);
        Outcome outcome = two.up();
        assertTrue(outcome.success(), outcome.reason());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void namesWhatItOfferedWhenNoProposalFits() {
        TwoDaemons two = withGroups("aes128gcm16-prfsha256-x25519", "aes256gcm16-prfsha256-x25519");
        Outcome outcome = two.up();
        assertFalse(outcome.success());
        assertTrue(outcome.reason().contains("NO_PROPOSAL_CHOSEN"), outcome.reason());
        assertEquals(List.of(), two.leaks());
    }
}
