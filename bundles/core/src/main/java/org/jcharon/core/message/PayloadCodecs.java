// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jcharon.api.attribute.ConfigurationAttribute;
import org.jcharon.api.credential.IdType;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;
import org.jcharon.api.wire.WireWriter;

/** The codec of each payload type, and the chain of payloads that they form (RFC 7296 section 3.2). */
final class PayloadCodecs {

    /** Length of the generic payload header in octets. */
    static final int GENERIC_OCTETS = 4;

    /** Payloads of one message, unknown ones included: far over what any exchange needs. */
    static final int MAX_PAYLOADS = 200;

    static final int CRITICAL = 0x80;

    private interface Decoder<P extends Payload> {
        P decode(WireReader in) throws WireException;
    }

    private interface Encoder<P extends Payload> {
        void encode(P payload, WireWriter out);
    }

    private record Codec<P extends Payload>(Class<P> kind, Decoder<P> decoder, Encoder<P> encoder) {
        void encode(Payload payload, WireWriter out) {
            encoder.encode(kind.cast(payload), out);
        }
    }

    private static final Map<PayloadType, Codec<?>> CODECS = table();

    private PayloadCodecs() {}

    private static Map<PayloadType, Codec<?>> table() {
        Map<PayloadType, Codec<?>> table = new HashMap<>();
        table.put(PayloadType.SA, new Codec<>(SaPayload.class, SaCodec::decode, SaCodec::encode));
        table.put(PayloadType.KE, new Codec<>(KePayload.class, PayloadCodecs::ke, PayloadCodecs::ke));
        table.put(PayloadType.IDI, new Codec<>(IdPayload.class, in -> id(true, in), PayloadCodecs::id));
        table.put(PayloadType.IDR, new Codec<>(IdPayload.class, in -> id(false, in), PayloadCodecs::id));
        table.put(
                PayloadType.CERT,
                new Codec<>(
                        CertPayload.class,
                        in -> new CertPayload(in.u8("certificate encoding"), in.rest()),
                        (cert, out) -> out.u8(cert.encoding()).chunk(cert.data())));
        table.put(
                PayloadType.CERTREQ,
                new Codec<>(
                        CertReqPayload.class,
                        in -> new CertReqPayload(in.u8("certificate encoding"), in.rest()),
                        (request, out) -> out.u8(request.encoding()).chunk(request.data())));
        table.put(PayloadType.AUTH, new Codec<>(AuthPayload.class, PayloadCodecs::auth, PayloadCodecs::auth));
        table.put(
                PayloadType.NONCE,
                new Codec<>(NoncePayload.class, PayloadCodecs::nonce, (nonce, out) -> out.chunk(nonce.data())));
        table.put(
                PayloadType.NOTIFY,
                new Codec<>(NotifyPayload.class, PayloadCodecs::notification, PayloadCodecs::notification));
        table.put(PayloadType.DELETE, new Codec<>(DeletePayload.class, PayloadCodecs::delete, PayloadCodecs::delete));
        table.put(
                PayloadType.VENDOR,
                new Codec<>(
                        VendorPayload.class,
                        in -> new VendorPayload(in.rest()),
                        (vendor, out) -> out.chunk(vendor.data())));
        table.put(PayloadType.TSI, new Codec<>(TsPayload.class, in -> TsCodec.decode(true, in), TsCodec::encode));
        table.put(PayloadType.TSR, new Codec<>(TsPayload.class, in -> TsCodec.decode(false, in), TsCodec::encode));
        table.put(PayloadType.CP, new Codec<>(CpPayload.class, PayloadCodecs::cp, PayloadCodecs::cp));
        table.put(
                PayloadType.EAP,
                new Codec<>(EapPayload.class, PayloadCodecs::eap, (eap, out) -> out.chunk(eap.packet())));
        return Map.copyOf(table);
    }

    /** Whether a type has a codec. */
    static boolean knows(PayloadType type) {
        return CODECS.containsKey(type);
    }

    /**
     * Decodes a chain of payloads to the last octet of {@code in}.
     *
     * @throws IkeProtocolException UNSUPPORTED_CRITICAL_PAYLOAD or INVALID_SYNTAX
     */
    static List<Payload> decodeChain(PayloadType first, WireReader in) throws IkeProtocolException {
        List<Payload> payloads = new ArrayList<>();
        PayloadType type = first;
        try {
            while (!type.equals(PayloadType.NONE)) {
                if (payloads.size() == MAX_PAYLOADS) {
                    throw in.error("more than " + MAX_PAYLOADS + " payloads");
                }
                PayloadType next = new PayloadType(in.u8("next payload"));
                boolean critical = (in.u8("critical bit") & CRITICAL) != 0;
                int length = in.u16("payload length") - GENERIC_OCTETS;
                payloads.add(decode(type, critical, in.sub(length, "payload " + type)));
                type = next;
            }
            in.end("after the last payload");
        } catch (WireException e) {
            throw IkeProtocolException.syntax(
                    "payload " + (payloads.size() + 1) + " (" + type + "): " + e.getMessage());
        }
        return payloads;
    }

    private static Payload decode(PayloadType type, boolean critical, WireReader in)
            throws WireException, IkeProtocolException {
        Codec<?> codec = CODECS.get(type);
        if (codec != null) {
            // RFC 7296 section 2.5: the critical bit of a payload that is understood is ignored
            Payload payload = codec.decoder().decode(in);
            in.end("payload " + type);
            return payload;
        }
        if (type.equals(PayloadType.SK) || type.equals(PayloadType.SKF)) {
            throw in.error("encrypted payload among others");
        }
        if (critical) {
            throw new IkeProtocolException( // RFC 7296 section 2.5
                    NotifyType.UNSUPPORTED_CRITICAL_PAYLOAD,
                    Chunk.of((byte) type.value()),
                    "critical payload of unknown type " + type.value());
        }
        return new UnknownPayload(type, false, in.rest());
    }

    /** Type of the first payload of a chain. */
    static PayloadType firstType(List<Payload> payloads) {
        return payloads.isEmpty() ? PayloadType.NONE : payloads.get(0).type();
    }

    /** Appends a chain of payloads. Throws {@link IllegalArgumentException} if one is longer than its length field can say. */
    static void encodeChain(List<Payload> payloads, WireWriter out) {
        for (int i = 0; i < payloads.size(); i++) {
            Payload payload = payloads.get(i);
            int start = out.length();
            boolean critical = payload instanceof UnknownPayload unknown && unknown.critical();
            out.u8(i + 1 < payloads.size() ? payloads.get(i + 1).type().value() : 0)
                    .u8(critical ? CRITICAL : 0)
                    .u16(0);
            if (payload instanceof UnknownPayload unknown) {
                out.chunk(unknown.data());
            } else {
                CODECS.get(payload.type()).encode(payload, out);
            }
            out.patchU16(start + 2, out.length() - start);
        }
    }

    private static KePayload ke(WireReader in) throws WireException {
        int method = in.u16("key exchange method");
        in.skip(2, "reserved octets");
        if (in.remaining() == 0) {
            throw in.error("no key exchange data");
        }
        return new KePayload(method, in.rest());
    }

    private static void ke(KePayload ke, WireWriter out) {
        out.u16(ke.method()).u16(0).chunk(ke.data());
    }

    private static IdPayload id(boolean initiator, WireReader in) throws WireException {
        IdType type = new IdType(in.u8("ID type"));
        Chunk reserved = in.chunk(3, "reserved octets");
        Chunk data = in.rest();
        int wanted = type.equals(IdType.IPV4_ADDR) ? 4 : type.equals(IdType.IPV6_ADDR) ? 16 : data.length();
        if (data.length() != wanted) {
            throw in.error(type + " of " + data.length() + " octets");
        }
        return new IdPayload(initiator, type, reserved, data);
    }

    private static void id(IdPayload id, WireWriter out) {
        out.chunk(id.body());
    }

    private static AuthPayload auth(WireReader in) throws WireException {
        int method = in.u8("authentication method");
        in.skip(3, "reserved octets");
        return new AuthPayload(method, in.rest());
    }

    private static void auth(AuthPayload auth, WireWriter out) {
        out.u8(auth.method()).zeros(3).chunk(auth.data());
    }

    private static NoncePayload nonce(WireReader in) throws WireException {
        // RFC 7296 section 3.9: between 16 and 256 octets, inclusive
        if (in.remaining() < NoncePayload.MIN_OCTETS || in.remaining() > NoncePayload.MAX_OCTETS) {
            throw in.error("nonce of " + in.remaining() + " octets");
        }
        return new NoncePayload(in.rest());
    }

    private static NotifyPayload notification(WireReader in) throws WireException {
        ProtocolId protocol = new ProtocolId(in.u8("protocol"));
        int spiOctets = in.u8("SPI size");
        NotifyType type = new NotifyType(in.u16("notify type"));
        return NotifyRules.checked(new NotifyPayload(protocol, in.chunk(spiOctets, "SPI"), type, in.rest()), in);
    }

    private static void notification(NotifyPayload payload, WireWriter out) {
        out.u8(payload.protocol().value())
                .u8(payload.spi().length())
                .u16(payload.notifyType().value())
                .chunk(payload.spi())
                .chunk(payload.data());
    }

    private static DeletePayload delete(WireReader in) throws WireException {
        ProtocolId protocol = new ProtocolId(in.u8("protocol"));
        int spiOctets = in.u8("SPI size");
        int count = in.u16("number of SPIs");
        // RFC 7296 section 3.11: no SPI for IKE, four octets for AH and ESP
        if (count > 0 && (spiOctets == 0 || !DeletePayload.fits(protocol, spiOctets))) {
            throw in.error("delete of " + count + " " + protocol + " SPIs of " + spiOctets + " octets");
        }
        if ((long) count * spiOctets != in.remaining()) {
            throw in.error(count + " SPIs of " + spiOctets + " octets in " + in.remaining() + " octets");
        }
        List<Chunk> spis = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            spis.add(in.chunk(spiOctets, "SPI"));
        }
        return new DeletePayload(protocol, spis);
    }

    private static void delete(DeletePayload delete, WireWriter out) {
        boolean ipsec =
                delete.protocol().equals(ProtocolId.ESP) || delete.protocol().equals(ProtocolId.AH);
        int none = ipsec ? 4 : 0;
        out.u8(delete.protocol().value())
                .u8(delete.spis().isEmpty() ? none : delete.spis().get(0).length())
                .u16(delete.spis().size());
        delete.spis().forEach(out::chunk);
    }

    private static CpPayload cp(WireReader in) throws WireException {
        int cfgType = in.u8("CFG type");
        in.skip(3, "reserved octets");
        List<ConfigurationAttribute> attributes = new ArrayList<>();
        while (in.remaining() > 0) {
            int type = in.u16("attribute type") & 0x7FFF; // the reserved bit is ignored
            int length = in.u16("attribute length");
            attributes.add(new ConfigurationAttribute(type, in.chunk(length, "attribute " + type)));
        }
        return new CpPayload(cfgType, attributes);
    }

    private static void cp(CpPayload cp, WireWriter out) {
        out.u8(cp.cfgType()).zeros(3);
        for (ConfigurationAttribute attribute : cp.attributes()) {
            out.u16(attribute.type()).u16(attribute.value().length()).chunk(attribute.value());
        }
    }

    private static EapPayload eap(WireReader in) throws WireException {
        Chunk packet = in.rest();
        if (!EapPayload.isWhole(packet)) {
            throw in.error("EAP packet with a length field other than " + packet.length());
        }
        return new EapPayload(packet);
    }
}
