// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.message.AuthPayload;
import org.jcharon.core.message.CertPayload;
import org.jcharon.core.message.DeletePayload;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IdPayload;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.Payload;
import org.jcharon.core.message.PayloadType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** No SA comes up on either side unless both know whom they speak to (RFC 7296 section 2.15). */
class AuthenticationTest {

    /** Longer than retransmission, half-open time-out and waits together. */
    private static final Duration LONG = Duration.ofSeconds(400);

    private static void comesUpNowhere(TwoDaemons two) {
        boolean[] installed = new boolean[1];
        two.moon.begin("sun", "net");
        while (!two.link.underway().isEmpty()) {
            two.step();
            installed[0] |= !two.moon.kernel.sas().isEmpty();
        }
        two.pass(LONG);
        assertFalse(installed[0], "an SA was installed at the initiator");
        assertFalse(two.moon.events.lines.contains("ike up sun"));
        assertEquals(List.of(), two.leaks());
    }

    private static UnaryOperator<IkeMessage> each(UnaryOperator<Payload> change) {
        return message -> TwoDaemons.payloads(message, change);
    }

    /** Nobody has shown yet that it is worth the work. */
    @ParameterizedTest
    @CsvSource({"8, 8", "3, 3", "0, 1"})
    void looksAtNoMoreCertificatesThanConfigured(String limit, int decoded) {
        TwoDaemons two = TwoDaemons.withPsk(TwoDaemons.settings("charon.max_peer_certificates=" + limit));
        CertPayload certificate = new CertPayload(4, Chunk.wrap(new byte[100]));
        two.alter(
                two.moon,
                ExchangeType.IKE_AUTH,
                message -> message.toBuilder()
                        .addAll(Collections.nCopies(8, certificate))
                        .addAll(message.payloads())
                        .build());
        Outcome outcome = two.up();
        assertTrue(outcome.success(), outcome.reason());
        assertEquals(decoded, two.sun.credentials.decoded);
    }

    private static Payload flipAuth(Payload payload) {
        if (!(payload instanceof AuthPayload auth)) {
            return payload;
        }
        byte[] data = auth.data().toArray();
        data[data.length - 1] ^= 1;
        return new AuthPayload(auth.method(), Chunk.wrap(data));
    }

    private static Payload flipId(Payload payload) {
        if (!(payload instanceof IdPayload id)) {
            return payload;
        }
        byte[] data = id.data().toArray();
        data[0] ^= 1;
        return new IdPayload(id.initiator(), id.idType(), id.reserved(), Chunk.wrap(data));
    }

    private static Payload reserved(Payload payload) {
        return payload instanceof IdPayload id
                ? new IdPayload(id.initiator(), id.idType(), Chunk.ofHex("000001"), id.data())
                : payload;
    }

    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void refusesAnAuthPayloadWithOneBitChanged(String sender) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.alter(two.host(sender), ExchangeType.IKE_AUTH, each(AuthenticationTest::flipAuth));
        comesUpNowhere(two);
    }

    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void refusesAnIdentityWithOneBitChanged(String sender) {
        TwoDaemons two = TwoDaemons.withPsk();
        AuthConfig any =
                AuthConfig.builder().method(TwoDaemons.psk("x").method()).build();
        // whatever the identity, there is a connection and a key for it
        two.moon.connections.set(0, two.moonsConnection().remote(List.of(any)).build());
        two.sun.connections.set(0, two.sunsConnection().remote(List.of(any)).build());
        two.moon.secret("one and the same");
        two.sun.secret("one and the same");
        two.alter(two.host(sender), ExchangeType.IKE_AUTH, each(AuthenticationTest::flipId));
        comesUpNowhere(two);
    }

    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void refusesAnIdentityWithAReservedBitChanged(String sender) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.alter(two.host(sender), ExchangeType.IKE_AUTH, each(AuthenticationTest::reserved));
        comesUpNowhere(two);
    }

    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void refusesAFirstMessageWithOneBitChanged(String sender) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.onArrival(packet -> {
            boolean meant = packet.source().address().equals(two.host(sender).address)
                    && IkeHeader.of(packet.data()).exchangeType() == IkeHeader.IKE_SA_INIT;
            // a reserved bit of a generic header: it changes no key, and nobody else would notice
            return meant ? Octets.flip(packet, Octets.find(packet.data(), PayloadType.NONCE) + 1) : packet;
        });
        comesUpNowhere(two);
    }

    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void refusesANonceWithOneBitChanged(String sender) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.onArrival(packet -> {
            boolean meant = packet.source().address().equals(two.host(sender).address)
                    && IkeHeader.of(packet.data()).exchangeType() == IkeHeader.IKE_SA_INIT;
            return meant ? Octets.flip(packet, Octets.find(packet.data(), PayloadType.NONCE) + 9) : packet;
        });
        comesUpNowhere(two);
    }

    @Test
    void refusesItsOwnAuthPayloadReflected() {
        TwoDaemons two = TwoDaemons.withPsk();
        List<AuthPayload> ours = new ArrayList<>();
        two.onArrival(packet -> {
            if (IkeHeader.of(packet.data()).exchangeType() != IkeHeader.IKE_AUTH) {
                return packet;
            }
            IkeMessage message = two.read(packet);
            if (!message.response()) {
                ours.add(message.first(AuthPayload.class).orElseThrow());
                return packet;
            }
            return two.write(packet, TwoDaemons.payloads(message, p -> p instanceof AuthPayload ? ours.get(0) : p));
        });
        comesUpNowhere(two);
        assertFalse(ours.isEmpty());
    }

    @Test
    void refusesItsOwnIdentityAndAuthPayloadReflected() {
        TwoDaemons two = TwoDaemons.withPsk();
        AuthConfig any =
                AuthConfig.builder().method(TwoDaemons.psk("x").method()).build();
        two.moon.connections.set(0, two.moonsConnection().remote(List.of(any)).build());
        two.moon.secret("one and the same");
        two.sun.secret("one and the same");
        List<IkeMessage> ours = new ArrayList<>();
        two.onArrival(packet -> {
            if (IkeHeader.of(packet.data()).exchangeType() != IkeHeader.IKE_AUTH) {
                return packet;
            }
            IkeMessage message = two.read(packet);
            if (!message.response()) {
                ours.add(message);
                return packet;
            }
            IdPayload id = ours.get(0).id(true).orElseThrow();
            return two.write(
                    packet,
                    TwoDaemons.payloads(
                            message,
                            p -> p instanceof AuthPayload
                                    ? ours.get(0).first(AuthPayload.class).orElseThrow()
                                    : p instanceof IdPayload
                                            ? new IdPayload(false, id.idType(), id.reserved(), id.data())
                                            : p));
        });
        comesUpNowhere(two);
    }

    @Test
    void refusesAnotherPreSharedKey() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.sun.secrets.clear();
        two.sun.secret("another one", "moon", "sun");
        comesUpNowhere(two);
    }

    @Test
    void refusesAPreSharedKeyWhereACertificateIsDemanded() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.sun.connections.set(
                0,
                two.sunsConnection().remote(List.of(TwoDaemons.pubkey("moon"))).build());
        comesUpNowhere(two);
    }

    @Test
    void refusesACertificateWhereAPreSharedKeyIsDemanded() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.identity("moon");
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .local(List.of(TwoDaemons.pubkey("moon.example.org")))
                        .build());
        two.sun.connections.set(
                0,
                two.sunsConnection()
                        .remote(List.of(TwoDaemons.psk("moon.example.org")))
                        .build());
        two.sun.secret("one and the same", "moon.example.org", "sun");
        two.sun.anchors.add(two.sun.certificate("ca-ecdsa"));
        comesUpNowhere(two);
    }

    @ParameterizedTest
    @CsvSource({
        // no anchor, another anchor, valid but for another identity
        "moon, moon.example.org, ",
        "moon, moon.example.org, ca-rsa",
        "moon, sun.example.org, ca-ecdsa",
        "sun, 192.0.2.77, ca-rsa"
    })
    void refusesACertificateThatDoesNotProveTheIdentity(String resource, String id, String anchor) {
        TwoDaemons two = new TwoDaemons();
        AuthConfig theirs = TwoDaemons.pubkey(id);
        two.moon.connections.add(two.moonsConnection().local(List.of(theirs)).build());
        two.sun.connections.add(two.sunsConnection().remote(List.of(theirs)).build());
        two.moon.identity(resource);
        two.moon.secret("for sun", "sun");
        two.sun.secret("for sun", "sun");
        if (anchor != null) {
            two.sun.anchors.add(two.sun.certificate(anchor));
        }
        // what moon's certificate does not confirm it would not even say, so that it is told in its place
        two.alter(
                two.moon,
                ExchangeType.IKE_AUTH,
                each(p -> p instanceof IdPayload payload && payload.initiator()
                        ? IdPayload.of(true, Identification.parse(id))
                        : p));
        comesUpNowhere(two);
    }

    /** Before the peer is known the proposals of all connections at its address count, afterwards those of its own. */
    @Test
    void refusesAPeerWhoseOwnConnectionHasNotTheProposalThatWasAgreedOn() {
        TwoDaemons two = TwoDaemons.withPsk();
        PeerConfig strong = two.sunsConnection()
                .ike(TwoDaemons.ike(two.sun, two.moon)
                        .proposals(List.of(TwoDaemons.proposal(ProtocolId.IKE, "aes256gcm16-prfsha384-ecp384")))
                        .build())
                .build();
        PeerConfig weak = two.sunsConnection()
                .name("weak")
                .remote(List.of(TwoDaemons.psk("bob")))
                .build();
        two.sun.connections.clear();
        two.sun.connections.addAll(List.of(weak, strong));
        comesUpNowhere(two);
        two.sun.connections.set(1, two.sunsConnection().build());
        assertTrue(two.up().success());
    }

    static Stream<Arguments> demandsThatNobodyMeets() {
        return Stream.<UnaryOperator<AuthConfig.Builder>>of(
                        round -> round.groups(List.of("admins")),
                        round -> round.certPolicies(List.of("1.2.3")),
                        round -> round.revocation("strict"),
                        round -> round)
                .flatMap(demand -> Stream.of("moon", "sun").map(side -> Arguments.of(demand, side)));
    }

    /** What is not checked must not pass for checked; the demand that changes nothing comes as a second round. */
    @ParameterizedTest
    @MethodSource("demandsThatNobodyMeets")
    void refusesAPeerOfWhomMoreIsDemandedThanItCanShow(UnaryOperator<AuthConfig.Builder> demand, String side) {
        TwoDaemons two = TwoDaemons.withPsk();
        boolean moon = side.equals("moon");
        AuthConfig plain = TwoDaemons.psk(moon ? "sun" : "moon");
        AuthConfig demanding = demand.apply(plain.toBuilder()).build();
        List<AuthConfig> rounds = demanding.equals(plain) ? List.of(plain, plain) : List.of(demanding);
        (moon ? two.moon : two.sun)
                .connections.set(
                        0,
                        (moon ? two.moonsConnection() : two.sunsConnection())
                                .remote(rounds)
                                .build());
        comesUpNowhere(two);
    }

    @Test
    void refusesAnExpiredCertificate() {
        TwoDaemons two = new TwoDaemons();
        AuthConfig theirs = TwoDaemons.pubkey("moon.example.org");
        two.moon.connections.add(two.moonsConnection().local(List.of(theirs)).build());
        two.sun.connections.add(two.sunsConnection().remote(List.of(theirs)).build());
        two.moon.identity("moon");
        two.moon.secret("for sun", "sun");
        two.sun.secret("for sun", "sun");
        two.sun.anchors.add(two.sun.certificate("ca-ecdsa"));
        two.time.advance(Duration.ofDays(21 * 366));
        comesUpNowhere(two);
    }

    @Test
    void initiatorRefusesAnotherIdentityThanTheConfiguredOne() {
        TwoDaemons two = TwoDaemons.withPsk();
        // a peer that is trusted, and that answers as somebody else
        two.moon.connections.set(
                0,
                two.moonsConnection().remote(List.of(TwoDaemons.psk("venus"))).build());
        two.moon.secret("one and the same", "moon", "sun", "venus");
        two.sun.secret("one and the same", "moon", "sun", "venus");
        two.alter(two.moon, ExchangeType.IKE_AUTH, each(p -> p instanceof IdPayload id && !id.initiator() ? null : p));
        comesUpNowhere(two);
        assertTrue(two.sun.events.lines.contains("ike down moon"), "the responder learned of the refusal");
    }

    @Test
    void refusesAnAnswerWithoutAuth() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.alter(two.sun, ExchangeType.IKE_AUTH, each(p -> p instanceof AuthPayload ? null : p));
        two.moon.begin("sun", "net");
        two.run();
        assertEquals(List.of(), two.moon.leaks());
        assertFalse(two.moon.events.lines.contains("ike up sun"));
        assertEquals(List.of(), two.sun.leaks(), "it is up for nobody");
    }

    @Test
    void refusesARequestWithoutAuth() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.alter(two.moon, ExchangeType.IKE_AUTH, each(p -> p instanceof AuthPayload ? null : p));
        comesUpNowhere(two);
        assertEquals(List.of(), two.sun.events.lines);
    }

    @Test
    void answersOnlyAuthenticationFailedAndNothingAboutTheChild() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.alter(two.moon, ExchangeType.IKE_AUTH, each(AuthenticationTest::flipAuth));
        two.moon.begin("sun", "net");
        two.run();
        IkeMessage answer = two.sun.events.sent.get(1);
        assertEquals(1, answer.payloads().size());
        assertTrue(answer.notify(NotifyType.AUTHENTICATION_FAILED).isPresent());
        assertTrue(two.sun.kernel.sas().isEmpty());
    }

    @Test
    void takesNoRequestOfAnUnauthenticatedInitiatorButIkeAuth() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.onArrival(packet -> {
            if (IkeHeader.of(packet.data()).exchangeType() != IkeHeader.IKE_AUTH) {
                return packet;
            }
            IkeMessage auth = two.read(packet);
            if (auth.response()) {
                return packet;
            }
            IkeMessage other = IkeMessage.builder(auth.spii(), auth.spir(), ExchangeType.CREATE_CHILD_SA)
                    .initiatorFlag(true)
                    .messageId(1)
                    .addAll(auth.payloads().stream()
                            .filter(p -> !(p instanceof IdPayload) && !(p instanceof AuthPayload))
                            .toList())
                    .build();
            return two.write(packet, other);
        });
        two.moon.begin("sun", "net");
        two.run();
        assertEquals(1, two.sun.events.sent.size(), "nothing but the IKE_SA_INIT response");
        assertTrue(two.sun.kernel.sas().isEmpty());
        two.pass(LONG);
        assertEquals(List.of(), two.leaks());
    }

    /** A responder that is authentic as somebody else must not choose the connection for us by authenticating as an initiator. */
    @Test
    void takesNoIkeAuthRequestAsInitiator() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.add(two.moonsConnection()
                .name("other")
                .remote(List.of(TwoDaemons.psk("venus")))
                .build());
        two.moon.begin("sun", "net");
        two.step();
        two.step();
        Packet request = two.link.underway().get(0);
        IkeMessage forged = IkeMessage.builder(
                        two.moon.sa().id().initiatorSpi(), two.moon.sa().id().responderSpi(), ExchangeType.IKE_AUTH)
                .messageId(0)
                .add(IdPayload.of(true, Identification.parse("venus")))
                .add(new AuthPayload(2, Chunk.of(new byte[32])))
                .build();
        Packet back = new Packet(
                /* source= */ request.destination(),
                /* destination= */ request.source(),
                two.trace.get(1).data());
        int before = two.trace.size();
        two.moon.receive(two.write(asFromResponder(back), forged));
        assertEquals(before, two.trace.size(), "no answer");
        assertEquals("sun", two.moon.sa().peerConfig().name());
        two.run();
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    private static Packet asFromResponder(Packet init) {
        byte[] octets = init.data().toArray();
        octets[18] = IkeHeader.IKE_AUTH;
        octets[19] = 0;
        return Octets.with(init, Chunk.wrap(octets));
    }

    @Test
    void takesNoSecondIkeAuthOnceEstablished() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Packet auth = two.trace.get(2);
        IkeMessage again = two.read(auth);
        IkeMessage second = IkeMessage.builder(again.spii(), again.spir(), ExchangeType.IKE_AUTH)
                .initiatorFlag(true)
                .messageId(2)
                .addAll(again.payloads())
                .build();
        two.sun.receive(two.write(auth, second));
        two.run();
        assertEquals(1, two.sun.children().size());
        assertEquals("moon", two.sun.sa().remoteId().toString());
        assertEquals(List.of("ike up moon", "child up net"), two.sun.events.lines);
    }

    @Test
    void ignoresWhatComesBeforeKeysWereAgreed() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.begin("sun", "net");
        Packet init = two.link.underway().get(0);
        byte[] early = init.data().toArray();
        early[16] = (byte) PayloadType.SK.value();
        early[18] = IkeHeader.IKE_AUTH;
        early[19] = IkeHeader.FLAG_RESPONSE;
        early[15] = 1;
        two.moon.receive(
                new Packet(/* source= */ init.destination(), /* destination= */ init.source(), Chunk.wrap(early)));
        assertEquals(1, two.trace.size());
        two.run();
        assertEquals(1, two.moon.children().size());
        assertEquals(List.of(), two.leaksAfterClosing());
    }

    @Test
    void deletesNothingForAnyoneWithoutKeys() {
        TwoDaemons two = TwoDaemons.withPsk().established();
        Packet auth = two.trace.get(2);
        IkeMessage delete = IkeMessage.builder(
                        two.sun.sa().id().initiatorSpi(), two.sun.sa().id().responderSpi(), ExchangeType.INFORMATIONAL)
                .initiatorFlag(true)
                .messageId(2)
                .add(DeletePayload.ofIke())
                .build();
        Packet authentic = two.write(auth, delete);
        two.sun.receive(Octets.flip(authentic, authentic.data().length() - 1));
        assertEquals(1, two.sun.sas().size());
        assertEquals(4, two.trace.size());
    }
}
