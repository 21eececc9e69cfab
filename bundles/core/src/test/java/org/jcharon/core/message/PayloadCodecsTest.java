// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireReader;
import org.jcharon.api.wire.WireWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 7296 sections 3.2 to 3.16. */
final class PayloadCodecsTest {

    @Provide
    Arbitrary<List<Payload>> payloads() {
        return Payloads.some();
    }

    @Provide
    Arbitrary<Payload> payload() {
        return Payloads.any();
    }

    @Property(tries = 2000)
    void decodesWhatItEncodes(@ForAll("payload") Payload payload) throws IkeProtocolException {
        assertEquals(List.of(payload), decode(payload.type(), encode(List.of(payload))));
    }

    @Property(tries = 300)
    void decodesChains(@ForAll("payloads") List<Payload> payloads) throws IkeProtocolException {
        Chunk octets = encode(payloads);
        List<Payload> decoded = decode(PayloadCodecs.firstType(payloads), octets);
        assertEquals(payloads, decoded);
        assertEquals(octets, encode(decoded));
    }

    @Property(tries = 500)
    void rejectsEveryTruncation(@ForAll("payload") Payload payload) {
        Chunk octets = encode(List.of(payload));
        for (int length = 0; length < octets.length(); length++) {
            Chunk cut = octets.slice(0, length);
            IkeProtocolException e = assertThrows(IkeProtocolException.class, () -> decode(payload.type(), cut));
            assertEquals(NotifyType.INVALID_SYNTAX, e.notifyType());
        }
    }

    @Property(tries = 5000)
    void throwsOnlyWhatItDeclaresForMutatedChains(
            @ForAll("payloads") List<Payload> payloads,
            @ForAll @Size(max = 4) List<Integer> places,
            @ForAll byte value) {
        byte[] octets = encode(payloads).toArray();
        if (octets.length == 0) {
            return;
        }
        places.forEach(place -> octets[Math.floorMod(place, octets.length)] = value);
        try {
            List<Payload> decoded = decode(PayloadCodecs.firstType(payloads), Chunk.of(octets));
            encode(decoded);
            new IkeMessage(1, 2, ExchangeType.IKE_AUTH, true, false, 1, decoded).summary();
        } catch (IkeProtocolException e) {
            assertTrue(e.notifyType().isError());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "33, 0000000401, last substructure neither 0 nor 2",
        "33, 0000000301010000, proposal length too short for its header",
        "33, 0000000801010401, SPI size and transforms beyond the end",
        "33, 0000000c0103080000112233, ESP with an SPI of eight octets",
        "33, 0000000800010000, proposal number 0",
        "33, 0000001001010001 0300000801000003, last transform marked as not last",
        "33, 0000001001010001 0000000701000003, transform length 7",
        "33, 0000000801010000ff, octet behind the last proposal",
        "34, 00130000, key exchange without data",
        "35, 0100000001, IPv4 identity of one octet",
        "40, 000102030405060708090a0b0c0d0e, nonce of 15 octets",
        "41, 0304400000, notify with an SPI beyond its end",
        "41, 00004004aabb, NAT detection of two octets",
        "41, 0000001100, INVALID_KE_PAYLOAD with one octet",
        "42, 03080001aabbccddaabbccdd, ESP SPI of eight octets",
        "42, 0104000100000001, delete of IKE with SPIs",
        "42, 0304ffff00000001, more SPIs than octets",
        "42, 030000010, SPI of no octets",
        "44, 00000000, no traffic selector",
        "44, 02000000070000100000ffff00000000ffffffff, fewer selectors than said",
        "44, 01000000070000100000ffffffffffff00000000, range that ends before it starts",
        "44, 0100000007000010ffff000100000000ffffffff, ports that end before they start",
        "44, 01000000070000180000ffff00000000ffffffff0000000000000000, IPv4 range of 24 octets",
        "44, 0100000007000003, selector length 3",
        "47, 0100000000010004aabb, attribute beyond the end",
        "48, 01010005, EAP packet shorter than its length",
    })
    void rejectsMalformedBodies(int type, String hex, String why) {
        String digits = hex.replace(" ", "");
        Chunk body = Chunk.ofHex(digits.substring(0, digits.length() / 2 * 2));
        Chunk octets =
                new WireWriter().u16(0).u16(4 + body.length()).chunk(body).toChunk();
        IkeProtocolException e =
                assertThrows(IkeProtocolException.class, () -> decode(new PayloadType(type), octets), why);
        assertEquals(NotifyType.INVALID_SYNTAX, e.notifyType());
        assertTrue(e.getMessage().startsWith("payload 1 ("), e.getMessage());
    }

    @Test
    void refusesCriticalPayloadsOfUnknownType() {
        // RFC 7296 section 2.5
        Chunk octets = encode(List.of(new UnknownPayload(new PayloadType(200), true, Chunk.ofHex("00"))));
        IkeProtocolException e = assertThrows(IkeProtocolException.class, () -> decode(new PayloadType(200), octets));
        assertEquals(NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD, e.notifyType());
        assertEquals(Chunk.ofHex("c8"), e.data());
    }

    @Test
    void ignoresTheCriticalBitOfKnownPayloads() throws IkeProtocolException {
        assertEquals(
                List.of(new VendorPayload(Chunk.ofHex("01"))), decode(PayloadType.VENDOR, Chunk.ofHex("0080000501")));
    }

    @Test
    void refusesEncryptedPayloadsInsideOthers() {
        assertThrows(IkeProtocolException.class, () -> decode(PayloadType.SK, Chunk.ofHex("00000004")));
        assertThrows(IkeProtocolException.class, () -> decode(PayloadType.SKF, Chunk.ofHex("00000004")));
    }

    @Test
    void refusesMorePayloadsThanAnyExchangeNeeds() {
        Chunk one = Chunk.ofHex("c8000004");
        Chunk[] many = new Chunk[PayloadCodecs.MAX_PAYLOADS + 1];
        java.util.Arrays.fill(many, one);
        many[many.length - 1] = Chunk.ofHex("00000004");
        Chunk chain = Chunk.concat(many);
        assertThrows(IkeProtocolException.class, () -> decode(new PayloadType(200), chain));
    }

    @Test
    void makesATransformWithAnUnknownAttributeUnusable() throws IkeProtocolException {
        // RFC 7296 section 3.3.6: the transform is unacceptable, another of its type may do
        Chunk octets = Chunk.ofHex("00000028" + "00000024" + "01010002"
                + "03000010" + "0100000c" + "800e0080" + "80070001"
                + "0000000c" + "0100000c" + "800e0100");
        SaPayload sa = (SaPayload) decode(PayloadType.SA, octets).get(0);
        assertEquals(
                List.of(new TransformId(TransformType.ENCR, SaPayload.UNUSABLE, 128), TransformId.encr(12, 256)),
                sa.proposals().get(0).transforms());
    }

    @Test
    void keepsMappedAddressesInOneFamily() throws IkeProtocolException {
        Chunk octets = Chunk.ofHex("00000030" + "01000000" + "08000028" + "0000ffff"
                + "00000000000000000000ffff0a000000" + "00000000000000000000ffff0a0000ff");
        TsPayload ts = (TsPayload) decode(PayloadType.TSI, octets).get(0);
        assertTrue(ts.selectors().get(0).isIpv6());
        assertEquals(octets, encode(List.of(ts)));
    }

    private static Chunk encode(List<Payload> payloads) {
        WireWriter out = new WireWriter();
        PayloadCodecs.encodeChain(payloads, out);
        return out.toChunk();
    }

    private static List<Payload> decode(PayloadType first, Chunk octets) throws IkeProtocolException {
        return PayloadCodecs.decodeChain(first, new WireReader(octets));
    }
}
