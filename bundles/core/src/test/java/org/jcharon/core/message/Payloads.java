// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import org.jcharon.api.attribute.ConfigurationAttribute;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.credential.IdType;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireWriter;

/** Generators of every payload that may be sent. */
final class Payloads {

    private Payloads() {}

    static Arbitrary<Chunk> octets(int min, int max) {
        return Arbitraries.bytes()
                .array(byte[].class)
                .ofMinSize(min)
                .ofMaxSize(max)
                .map(Chunk::of);
    }

    static Arbitrary<Payload> any() {
        return Arbitraries.oneOf(
                sa(),
                ke(),
                id(),
                cert(),
                certReq(),
                auth(),
                nonce(),
                notification(),
                delete(),
                vendor(),
                ts(),
                cp(),
                eap(),
                unknown());
    }

    static Arbitrary<List<Payload>> some() {
        return any().list().ofMaxSize(8);
    }

    static Arbitrary<IkeMessage> message(ExchangeType exchange, Arbitrary<List<Payload>> payloads) {
        return Combinators.combine(
                        Arbitraries.longs(),
                        Arbitraries.longs(),
                        Arbitraries.of(true, false),
                        Arbitraries.longs().between(0, 0xFFFF_FFFFL),
                        payloads)
                .as((spii, spir, response, id, list) -> new IkeMessage(spii, spir, exchange, true, response, id, list));
    }

    private static Arbitrary<Integer> u8() {
        return Arbitraries.integers().between(0, 255);
    }

    private static Arbitrary<Integer> u16() {
        return Arbitraries.integers().between(0, 0xFFFF);
    }

    private static Arbitrary<TransformId> transform() {
        return Combinators.combine(u8(), u16(), Arbitraries.of(0, 128, 256, 65535))
                .as((type, id, bits) -> new TransformId(new TransformType(type), id, bits));
    }

    private static Arbitrary<Proposal> proposal() {
        Arbitrary<List<TransformId>> transforms = transform().list().ofMaxSize(6);
        return Arbitraries.oneOf(
                Combinators.combine(Arbitraries.of(0, 8).flatMap(n -> octets(n, n)), transforms)
                        .as((spi, list) -> new Proposal(1, ProtocolId.IKE, spi, list)),
                Combinators.combine(Arbitraries.of(ProtocolId.AH, ProtocolId.ESP), octets(4, 4), transforms)
                        .as((protocol, spi, list) -> new Proposal(1, protocol, spi, list)),
                Combinators.combine(octets(0, 20), transforms)
                        .as((spi, list) -> new Proposal(1, new ProtocolId(200), spi, list)));
    }

    static Arbitrary<Payload> sa() {
        return proposal().list().ofMinSize(1).ofMaxSize(4).map(list -> {
            List<Proposal> numbered = new java.util.ArrayList<>();
            list.forEach(p -> numbered.add(p.withNumber(numbered.size() + 1)));
            return new SaPayload(numbered);
        });
    }

    static Arbitrary<Payload> ke() {
        return Combinators.combine(u16(), octets(1, 300)).as(KePayload::new);
    }

    static Arbitrary<Payload> id() {
        return Arbitraries.of(true, false)
                .flatMap(initiator -> u8().flatMap(type -> octets(3, 3).flatMap(reserved -> {
                    int fixed = type == 1 ? 4 : type == 5 ? 16 : -1;
                    return octets(Math.max(0, fixed), fixed < 0 ? 40 : fixed)
                            .map(data -> new IdPayload(initiator, new IdType(type), reserved, data));
                })));
    }

    static Arbitrary<Payload> cert() {
        return Combinators.combine(u8(), octets(0, 200)).as(CertPayload::new);
    }

    static Arbitrary<Payload> certReq() {
        return Combinators.combine(u8(), octets(0, 60)).as(CertReqPayload::new);
    }

    static Arbitrary<Payload> auth() {
        return Combinators.combine(u8(), octets(0, 100)).as(AuthPayload::new);
    }

    static Arbitrary<Payload> nonce() {
        return octets(16, 256).map(NoncePayload::new);
    }

    static Arbitrary<Payload> notification() {
        return Arbitraries.oneOf(
                Combinators.combine(Arbitraries.integers().between(41000, 65535), octets(0, 50))
                        .as((type, data) -> new NotifyPayload(new NotifyType(type), data)),
                octets(20, 20).map(hash -> new NotifyPayload(NotifyType.NAT_DETECTION_SOURCE_IP, hash)),
                octets(4, 4).map(spi -> new NotifyPayload(ProtocolId.ESP, spi, NotifyType.REKEY_SA, Chunk.EMPTY)));
    }

    static Arbitrary<Payload> delete() {
        return Arbitraries.oneOf(
                Arbitraries.of(DeletePayload.ofIke()),
                Combinators.combine(
                                Arbitraries.of(ProtocolId.AH, ProtocolId.ESP),
                                octets(4, 4).list().ofMaxSize(5))
                        .as(DeletePayload::new),
                octets(2, 2).list().ofMaxSize(5).map(spis -> new DeletePayload(new ProtocolId(77), spis)));
    }

    static Arbitrary<Payload> vendor() {
        return octets(0, 40).map(VendorPayload::new);
    }

    private static Arbitrary<TrafficSelector> selector() {
        return Arbitraries.of(4, 16)
                .flatMap(size -> Combinators.combine(u8(), u16(), u16(), octets(size, size), octets(size, size))
                        .as((protocol, a, b, x, y) -> {
                            boolean ordered = x.compareUnsigned(y) <= 0;
                            return new TrafficSelector(
                                    protocol,
                                    Math.min(a, b),
                                    Math.max(a, b),
                                    Addresses.ofOctets((ordered ? x : y).toArray()),
                                    Addresses.ofOctets((ordered ? y : x).toArray()));
                        }));
    }

    static Arbitrary<Payload> ts() {
        Arbitrary<Chunk> unknown = octets(0, 20)
                .map(body -> new WireWriter()
                        .u8(10)
                        .u8(0)
                        .u16(4 + body.length())
                        .chunk(body)
                        .toChunk());
        return Combinators.combine(
                        Arbitraries.of(true, false),
                        selector().list().ofMinSize(1).ofMaxSize(5),
                        unknown.list().ofMaxSize(2))
                .as(TsPayload::new);
    }

    static Arbitrary<Payload> cp() {
        Arbitrary<ConfigurationAttribute> attribute = Combinators.combine(
                        Arbitraries.integers().between(0, 0x7FFF), octets(0, 30))
                .as(ConfigurationAttribute::new);
        return Combinators.combine(u8(), attribute.list().ofMaxSize(6)).as(CpPayload::new);
    }

    static Arbitrary<Payload> eap() {
        return Combinators.combine(u8(), u8(), octets(0, 60))
                .as((code, id, data) -> new EapPayload(new WireWriter()
                        .u8(code)
                        .u8(id)
                        .u16(4 + data.length())
                        .chunk(data)
                        .toChunk()));
    }

    static Arbitrary<Payload> unknown() {
        return Combinators.combine(Arbitraries.integers().between(49, 255).filter(n -> n != 53), octets(0, 40))
                .as((type, data) -> new UnknownPayload(new PayloadType(type), false, data));
    }
}
