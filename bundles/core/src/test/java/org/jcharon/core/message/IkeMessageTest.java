// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jcharon.api.attribute.ConfigurationAttribute;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Headers, rules of exchanges and summaries (RFC 7296 sections 1.2 to 1.5 and 3.1). */
final class IkeMessageTest {

    private static final Payload SA = new SaPayload(
            List.of(new Proposal(ProtocolId.IKE, List.of(TransformId.encr(12, 256), TransformId.ke(31)))));
    private static final Payload KE = new KePayload(31, Chunk.of(new byte[32]));
    private static final Payload NONCE = new NoncePayload(Chunk.of(new byte[32]));
    private static final Payload COOKIE = new NotifyPayload(NotifyType.COOKIE, Chunk.ofHex("0102"));

    @Provide
    Arbitrary<IkeMessage> initRequests() {
        return Payloads.message(
                ExchangeType.IKE_SA_INIT,
                net.jqwik.api.Combinators.combine(Payloads.sa(), Payloads.ke(), Payloads.nonce())
                        .as(List::of));
    }

    @Property(tries = 300)
    void decodesWhatItEncodes(@ForAll("initRequests") IkeMessage message) {
        Chunk octets = IkeMessageCodec.encode(message);
        assertEquals(new DecodeResult.Whole(message), IkeMessageCodec.decode(octets));
    }

    @Property(tries = 3000)
    void neverThrowsForArbitraryOctets(@ForAll byte[] octets) {
        assertInstanceOf(DecodeResult.UnprotectedError.class, IkeMessageCodec.decode(octets));
    }

    @Property(tries = 2000)
    void neverThrowsForMutatedMessages(
            @ForAll("initRequests") IkeMessage message, @ForAll int place, @ForAll byte value, @ForAll int other) {
        byte[] octets = IkeMessageCodec.encode(message).toArray();
        octets[Math.floorMod(place, octets.length)] = value;
        octets[Math.floorMod(other, octets.length)] ^= value;
        DecodeResult result = IkeMessageCodec.decode(octets);
        if (result instanceof DecodeResult.Whole whole) {
            assertFalse(whole.message().summary().isEmpty());
            IkeMessageCodec.encode(whole.message());
        }
    }

    @Test
    void judgesTheHeader() throws WireException {
        byte[] octets = IkeMessageCodec.encode(init(false, SA, KE, NONCE)).toArray();
        IkeHeader header = IkeHeader.decode(Chunk.of(octets));
        assertEquals(octets.length, header.length());
        assertTrue(header.initiatorFlag());
        byte[] version3 = octets.clone();
        version3[17] = 0x30;
        assertEquals(NotifyType.INVALID_MAJOR_VERSION, error(version3).notifyType());
        byte[] minor1 = octets.clone();
        minor1[17] = 0x21; // RFC 7296 section 2.5: minor version and reserved flags are ignored
        minor1[19] |= (byte) 0xC7;
        assertInstanceOf(DecodeResult.Whole.class, IkeMessageCodec.decode(minor1));
        byte[] longer = octets.clone();
        longer[27]++;
        assertEquals(NotifyType.INVALID_SYNTAX, error(longer).notifyType());
        assertTrue(error(java.util.Arrays.copyOf(octets, 27)).reason().contains("IKE header"));
    }

    @Test
    void wantsWhatTheExchangeNeeds() {
        assertOk(init(false, SA, KE, NONCE));
        assertOk(init(false, COOKIE, SA, KE, NONCE));
        assertOk(init(true, COOKIE));
        assertSyntaxError(init(false, COOKIE), "request without SA");
        assertSyntaxError(init(false, SA, KE), "no nonce");
        assertSyntaxError(init(false, SA, KE, NONCE, NONCE), "two nonces");
        assertSyntaxError(init(false, SA, KE, NONCE, new AuthPayload(2, Chunk.ofHex("00"))), "AUTH in IKE_SA_INIT");
        assertSyntaxError(init(true), "empty response");
    }

    @Test
    void boundsTheNumberOfPayloads() {
        assertOk(init(false, with(20, new NotifyPayload(NotifyType.COOKIE2, Chunk.of(new byte[8])))));
        assertSyntaxError(
                init(false, with(21, new NotifyPayload(NotifyType.COOKIE2, Chunk.of(new byte[8])))), "21 notifies");
        assertSyntaxError(init(false, with(21, new VendorPayload(Chunk.EMPTY))), "21 vendor IDs");
        assertSyntaxError(
                init(false, with(11, new NotifyPayload(NotifyType.NAT_DETECTION_SOURCE_IP, Chunk.of(new byte[20])))),
                "11 NAT detections");
    }

    @Test
    void takesOnlyNotifiesFromOutsideOfAnIkeSa() {
        NotifyPayload notify = new NotifyPayload(NotifyType.INVALID_IKE_SPI);
        assertOk(message(ExchangeType.INFORMATIONAL, true, notify));
        assertOk(message(ExchangeType.INFORMATIONAL, false, notify));
        assertSyntaxError(message(ExchangeType.INFORMATIONAL, false, DeletePayload.ofIke()), "delete");
        assertSyntaxError(message(ExchangeType.IKE_AUTH, false, notify), "IKE_AUTH request");
        assertSyntaxError(message(new ExchangeType(99), false, notify), "unknown exchange");
    }

    @Test
    void findsPayloads() {
        IkeMessage message =
                init(false, SA, COOKIE, KE, NONCE, new NotifyPayload(NotifyType.COOKIE, Chunk.ofHex("03")));
        assertEquals(COOKIE, message.notify(NotifyType.COOKIE).orElseThrow());
        assertEquals(2, message.notifies(NotifyType.COOKIE).size());
        assertEquals(31, message.first(KePayload.class).orElseThrow().method());
        assertTrue(message.first(PayloadType.TSI).isEmpty());
        assertTrue(message.notify(NotifyType.REKEY_SA).isEmpty());
    }

    @Test
    void summarisesLikeCharon() {
        assertEquals(
                "IKE_SA_INIT request 0 [ SA KE No N(COOKIE) N(FRAG_SUP) N(41999) ]".replace("41999", "(41999)"),
                init(
                                false,
                                SA,
                                KE,
                                NONCE,
                                COOKIE,
                                new NotifyPayload(NotifyType.IKEV2_FRAGMENTATION_SUPPORTED),
                                new NotifyPayload(new NotifyType(41999)))
                        .summary());
        TrafficSelector any = TrafficSelector.all(false);
        IkeMessage auth = message(
                ExchangeType.IKE_AUTH,
                true,
                IdPayload.of(true, Identification.ofFqdn("moon")),
                IdPayload.of(false, Identification.ofFqdn("sun")),
                new CertPayload(4, Chunk.EMPTY),
                new CertReqPayload(4, Chunk.EMPTY),
                new AuthPayload(14, Chunk.EMPTY),
                new CpPayload(
                        CpPayload.REQUEST,
                        List.of(
                                new ConfigurationAttribute(1, Chunk.EMPTY),
                                new ConfigurationAttribute(3, Chunk.EMPTY),
                                new ConfigurationAttribute(28672, Chunk.EMPTY),
                                new ConfigurationAttribute(30000, Chunk.EMPTY))),
                new TsPayload(true, List.of(any)),
                new TsPayload(false, List.of(any)),
                new UnknownPayload(new PayloadType(200), false, Chunk.EMPTY));
        assertEquals(
                "IKE_AUTH response 1 [ IDi IDr CERT CERTREQ AUTH CPRQ(ADDR DNS U_BANNER (30000)) TSi TSr UNKN(200) ]",
                auth.summary());
        assertEquals(
                "INFORMATIONAL request 4294967295 [ ]",
                new IkeMessage(1, 2, ExchangeType.INFORMATIONAL, true, false, 0xFFFF_FFFFL, List.of()).summary());
    }

    @ParameterizedTest
    @CsvSource({
        "0101000a016d6f6f6e21, EAP/REQ/ID",
        "0201000604aa, EAP/RES/MD5",
        "03010004, EAP/SUCC",
        "04010004, EAP/FAIL",
        "01010005fd, EAP/REQ/(253)",
        "0101000cfe00000000000017, EAP/REQ/AKA",
        "0101000cfe00013700000009, EAP/REQ/9-311",
        "02010005fe, EAP/RES/EXP",
        "09010004, EAP/(9)",
    })
    void summarisesEapLikeCharon(String packet, String wanted) {
        IkeMessage message = message(ExchangeType.IKE_AUTH, false, new EapPayload(Chunk.ofHex(packet)));
        assertEquals("IKE_AUTH request 1 [ " + wanted + " ]", message.summary());
    }

    @Test
    void namesNotifies() {
        assertEquals("NO_PROPOSAL_CHOSEN", NotifyType.NO_PROPOSAL_CHOSEN.toString());
        assertEquals("NO_PROP", NotifyType.NO_PROPOSAL_CHOSEN.shortName());
        assertEquals("USE_ASSIGNED_HoA", NotifyType.USE_ASSIGNED_HOA.toString());
        assertEquals("(12000)", new NotifyType(12000).toString());
        assertTrue(NotifyType.NO_PROPOSAL_CHOSEN.isError());
        assertTrue(new NotifyType(16383).isError());
        assertFalse(NotifyType.INITIAL_CONTACT.isError());
    }

    private static Payload[] with(int count, Payload more) {
        List<Payload> all = new ArrayList<>(List.of(SA, KE, NONCE));
        all.addAll(Collections.nCopies(count, more));
        return all.toArray(Payload[]::new);
    }

    private static IkeMessage init(boolean response, Payload... payloads) {
        return new IkeMessage(1, 0, ExchangeType.IKE_SA_INIT, !response, response, 0, List.of(payloads));
    }

    private static IkeMessage message(ExchangeType exchange, boolean response, Payload... payloads) {
        return IkeMessage.builder(1, 2, exchange)
                .initiatorFlag(true)
                .response(response)
                .messageId(1)
                .addAll(List.of(payloads))
                .build();
    }

    private static void assertOk(IkeMessage message) {
        assertEquals(new DecodeResult.Whole(message), IkeMessageCodec.decode(IkeMessageCodec.encode(message)));
    }

    private static void assertSyntaxError(IkeMessage message, String why) {
        DecodeResult result = IkeMessageCodec.decode(IkeMessageCodec.encode(message));
        assertInstanceOf(DecodeResult.UnprotectedError.class, result, why);
        assertEquals(NotifyType.INVALID_SYNTAX, ((DecodeResult.UnprotectedError) result).notifyType(), why);
    }

    private static DecodeResult.UnprotectedError error(byte[] octets) {
        return (DecodeResult.UnprotectedError) IkeMessageCodec.decode(octets);
    }
}
