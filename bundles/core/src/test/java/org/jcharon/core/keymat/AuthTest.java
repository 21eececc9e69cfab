// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.keymat;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.Transforms;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.lib.testkit.Vectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 7296 sections 2.15 and 2.23, RFC 9242 section 3.3.2. */
final class AuthTest {

    private static final TransformId SHA256 = TransformId.prf(Transforms.PRF_HMAC_SHA2_256);

    private final TestCrypto crypto = new TestCrypto();

    static Stream<Vectors> psk() {
        return Vectors.cases(AuthTest.class, "sk_keys_and_psk_auth.json").stream()
                .filter(c -> c.has("psk"));
    }

    static Stream<Vectors> signatures() {
        return Vectors.cases(AuthTest.class, "signature_auth.json").stream();
    }

    static Stream<Vectors> nat() {
        return Vectors.cases(AuthTest.class, "nat_detection.json").stream();
    }

    @ParameterizedTest
    @MethodSource("psk")
    void authenticatesByPresharedKey(Vectors c) {
        TransformId prf = TestCrypto.named(c.text("prf"));
        Secret psk = Secret.own(c.bytes("psk"));
        Chunk octets = AuthOctets.of(
                crypto,
                prf,
                c.octets("real_message_1"),
                c.octets("Nr"),
                Secret.own(c.bytes("SK_pi")),
                c.octets("id_i_body"));
        assertEquals(c.octets("initiator_signed_octets"), octets);
        assertEquals(c.octets("auth"), PskAuth.compute(crypto, prf, psk, octets));
        assertTrue(PskAuth.verify(crypto, prf, psk, octets, c.octets("auth")));
        assertFalse(PskAuth.verify(crypto, prf, psk, octets, c.octets("auth").slice(0, 19)));
        assertFalse(PskAuth.verify(crypto, prf, Secret.own(new byte[] {1}), octets, c.octets("auth")));
    }

    @ParameterizedTest
    @MethodSource("signatures")
    void makesTheOctetsThatTheResponderSigned(Vectors c) {
        Chunk octets = AuthOctets.of(
                crypto,
                TestCrypto.named(c.text("prf")),
                c.octets("real_message_2"),
                c.octets("Ni"),
                Secret.own(c.bytes("SK_pr")),
                c.octets("id_r_body"));
        assertEquals(c.octets("responder_signed_octets"), octets);
    }

    @ParameterizedTest
    @MethodSource("nat")
    void hashesAddressesAsTheRecordedPeersDid(Vectors c) {
        Chunk hash = NatDetection.hash(
                crypto,
                c.octets("spi_i").buffer().getLong(),
                c.octets("spi_r").buffer().getLong(),
                Addresses.literal(c.text("address")).orElseThrow(),
                c.number("port"));
        assertEquals(c.flag("hash_matches_capture"), hash.equals(c.octets("data")));
    }

    @Test
    void chainsIntermediateExchangesIntoTheSignedOctets() {
        Secret skP = Secret.own(new byte[32]);
        Chunk one = AuthOctets.intAuth(crypto, SHA256, skP, Chunk.EMPTY, Chunk.ofHex("01"));
        Chunk two = AuthOctets.intAuth(crypto, SHA256, skP, one, Chunk.ofHex("02"));
        assertEquals(Chunk.wrap(PrfPlus.prf(crypto, SHA256, skP, new byte[] {1})), one);
        assertEquals(Chunk.wrap(PrfPlus.prf(crypto, SHA256, skP, one.toArray(), new byte[] {2})), two);
        Chunk tail = AuthOctets.intAuthTail(two, one, 3);
        assertEquals(Chunk.concat(two, one, Chunk.ofHex("00000003")), tail);
        Chunk octets =
                AuthOctets.of(crypto, SHA256, Chunk.ofHex("aa"), Chunk.ofHex("bb"), skP, Chunk.ofHex("cc"), tail);
        assertEquals(tail, octets.slice(2 + 32, octets.length()));
    }
}
