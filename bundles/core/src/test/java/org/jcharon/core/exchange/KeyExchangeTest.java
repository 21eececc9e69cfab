// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.KePayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.PayloadType;
import org.jcharon.core.message.SaPayload;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What IKE_SA_INIT refuses: nonces, key exchange values and choices (RFC 7296 sections 2.7, 2.10 and 2.12; RFC 6989). */
class KeyExchangeTest {

    private static final Chunk MODP_2048 = Chunk.ofHex(
            "ffffffffffffffffc90fdaa22168c234c4c6628b80dc1cd129024e088a67cc74020bbea63b139b22514a08798e3404dd"
                    + "ef9519b3cd3a431b302b0a6df25f14374fe1356d6d51c245e485b576625e7ec6f44c42e9a637ed6b0bff5cb6f406b7ed"
                    + "ee386bfb5a899fa5ae9f24117c4b1fe649286651ece45b3dc2007cb8a163bf0598da48361c55d39a69163fa8fd24cf5f"
                    + "83655d23dca3ad961c62f356208552bb9ed529077096966d670c354e4abc9804f1746c08ca18217c32905e462e36ce3b"
                    + "e39e772c180e86039b2783a2ec07a28fb5c55df06f4c52c9de2bcbf6955817183995497cea956ae515d2261898fa0510"
                    + "15728e5a8aacaa68ffffffffffffffff");

    private static TwoDaemons withSuite(String suite) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.moon.connections.set(
                0,
                two.moonsConnection()
                        .ike(TwoDaemons.ike(two.moon, two.sun)
                                .proposals(List.of(TwoDaemons.proposal(ProtocolId.IKE, suite)))
                                .build())
                        .build());
        two.sun.connections.set(
                0,
                two.sunsConnection()
                        .ike(TwoDaemons.ike(two.sun, two.moon)
                                .proposals(List.of(TwoDaemons.proposal(ProtocolId.IKE, suite)))
                                .build())
                        .build());
        return two;
    }

    private static void fails(TwoDaemons two) {
        assertFalse(two.up().success());
        two.pass(Duration.ofSeconds(400));
        assertTrue(two.trace.stream().noneMatch(p -> IkeHeader.of(p.data()).exchangeType() == IkeHeader.IKE_AUTH));
        assertEquals(List.of(), two.leaks());
    }

    @ParameterizedTest
    @CsvSource({"moon, 15", "moon, 257", "sun, 15", "sun, 257"})
    void refusesANonceOfThatLength(String sender, int octets) {
        TwoDaemons two = TwoDaemons.withPsk();
        two.onArrival(packet -> packet.source().address().equals(two.host(sender).address)
                        && IkeHeader.of(packet.data()).exchangeType() == IkeHeader.IKE_SA_INIT
                        && packet.data().length() > 100
                ? Octets.body(packet, PayloadType.NONCE, Chunk.of(new byte[octets]))
                : packet);
        fails(two);
    }

    /** RFC 7296 section 2.10: at least half the key size of the PRF. */
    @ParameterizedTest
    @ValueSource(strings = {"moon", "sun"})
    void refusesANonceOfLessThanHalfThePrfsKey(String sender) {
        TwoDaemons two = withSuite("aes256gcm16-prfsha512-x25519");
        two.onArrival(packet -> packet.source().address().equals(two.host(sender).address)
                        && packet.data().length() > 100
                        && IkeHeader.of(packet.data()).exchangeType() == IkeHeader.IKE_SA_INIT
                ? Octets.body(packet, PayloadType.NONCE, Chunk.of(new byte[31]))
                : packet);
        fails(two);
    }

    private static Chunk badValue(String what, Chunk good) {
        return switch (what) {
            case "short" -> good.slice(0, good.length() - 1);
            case "long" -> Chunk.concat(good, Chunk.of((byte) 0));
            case "zeros" -> Chunk.of(new byte[good.length()]);
            case "one" -> Chunk.concat(Chunk.of(new byte[good.length() - 1]), Chunk.of((byte) 1));
            case "unit" -> Chunk.concat(Chunk.of((byte) 1), Chunk.of(new byte[good.length() - 1]));
            case "p-1" -> Chunk.concat(MODP_2048.slice(0, 255), Chunk.of((byte) 0xfe));
            case "p" -> MODP_2048;
            case "off" ->
                Chunk.concat(good.slice(0, good.length() - 1), Chunk.of((byte) (good.at(good.length() - 1) ^ 1)));
            default -> throw new AssertionError(what);
        };
    }

    @ParameterizedTest
    @CsvSource({
        "aes128-sha256-modp2048, short",
        "aes128-sha256-modp2048, long",
        "aes128-sha256-modp2048, zeros",
        "aes128-sha256-modp2048, one",
        "aes128-sha256-modp2048, p-1",
        "aes128-sha256-modp2048, p",
        "aes128-sha256-ecp256, short",
        "aes128-sha256-ecp256, long",
        "aes128-sha256-ecp256, zeros",
        "aes128-sha256-ecp256, off",
        "aes128-sha256-ecp384, off",
        "aes128-sha256-x25519, short",
        "aes128-sha256-x25519, long",
        "aes128-sha256-x25519, zeros",
        "aes128-sha256-x25519, unit"
    })
    void refusesABadPublicValueOfEitherSide(String suite, String what) {
        for (String sender : List.of("moon", "sun")) {
            TwoDaemons two = withSuite(suite);
            two.alter(
                    two.host(sender),
                    ExchangeType.IKE_SA_INIT,
                    message -> TwoDaemons.payloads(
                            message,
                            p -> p instanceof KePayload ke
                                    ? new KePayload(ke.method(), badValue(what, ke.data()))
                                    : p));
            fails(two);
        }
    }

    @Test
    void refusesAChoiceThatItDidNotOffer() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.alter(
                two.sun,
                ExchangeType.IKE_SA_INIT,
                message -> TwoDaemons.payloads(
                        message,
                        p -> p instanceof SaPayload
                                ? new SaPayload(
                                        List.of(TwoDaemons.proposal(ProtocolId.IKE, "aes256gcm16-prfsha256-x25519")
                                                .withNumber(1)))
                                : p));
        fails(two);
    }

    @Test
    void refusesAnAnswerWithAnotherGroupThanItsOwn() {
        TwoDaemons two = withSuite("aes128gcm16-prfsha256-x25519-ecp256");
        two.alter(
                two.sun,
                ExchangeType.IKE_SA_INIT,
                message -> TwoDaemons.payloads(
                        message, p -> p instanceof KePayload ke ? new KePayload(19, ke.data()) : p));
        fails(two);
    }

    @Test
    void refusesAnAnswerWithoutResponderSpi() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.onArrival(packet -> {
            if (packet.source().address().equals(two.moon.address)) {
                return packet;
            }
            byte[] octets = packet.data().toArray();
            Arrays.fill(octets, 8, 16, (byte) 0);
            return Octets.with(packet, Chunk.wrap(octets));
        });
        fails(two);
    }

    /** RFC 7296 section 2.5. */
    @Test
    void namesTheUnknownCriticalPayload() {
        TwoDaemons two = TwoDaemons.withPsk();
        two.onArrival(packet -> packet.source().address().equals(two.moon.address) ? critical(packet) : packet);
        assertFalse(two.up().success());
        assertEquals(
                Chunk.of((byte) 201),
                two.sun
                        .events
                        .sent
                        .get(0)
                        .notify(NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD)
                        .orElseThrow()
                        .data());
        assertEquals(List.of(), two.leaks());
    }

    private static Packet critical(Packet packet) {
        byte[] octets = packet.data().toArray();
        byte[] longer = Arrays.copyOf(octets, octets.length + 8);
        System.arraycopy(octets, IkeHeader.OCTETS, longer, IkeHeader.OCTETS + 8, octets.length - IkeHeader.OCTETS);
        longer[28] = octets[16];
        longer[29] = (byte) 0x80;
        longer[30] = 0;
        longer[31] = 8;
        longer[16] = (byte) 201;
        longer[26] = (byte) (longer.length >> 8);
        longer[27] = (byte) longer.length;
        return Octets.with(packet, Chunk.wrap(longer));
    }
}
