// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireException;
import org.jcharon.api.wire.WireReader;
import org.jcharon.api.wire.WireWriter;

/**
 * IKE header (RFC 7296 section 3.1).
 *
 * @param spii initiator's SPI
 * @param spir responder's SPI, 0 while unknown
 * @param nextPayload type of the first payload
 * @param majorVersion 0 to 15
 * @param exchangeType exchange
 * @param initiatorFlag whether the original initiator of the IKE_SA sent it
 * @param response whether it is a response
 * @param messageId 0 to 2^32-1
 * @param length length of the whole message in octets, 0 to 2^32-1, as the header says
 */
public record IkeHeader(
        long spii,
        long spir,
        PayloadType nextPayload,
        int majorVersion,
        ExchangeType exchangeType,
        boolean initiatorFlag,
        boolean response,
        long messageId,
        long length) {

    /** Length of a header in octets. */
    public static final int OCTETS = 28;

    static final int VERSION = 2;

    private static final int FLAG_INITIATOR = 0x08;
    private static final int FLAG_RESPONSE = 0x20;

    /** Reads the header at the start of {@code octets}; neither version nor length are judged. */
    public static IkeHeader decode(Chunk octets) throws WireException {
        return decode(new WireReader(octets.length() > OCTETS ? octets.slice(0, OCTETS) : octets));
    }

    static IkeHeader decode(WireReader in) throws WireException {
        long spii = in.u64("initiator SPI");
        long spir = in.u64("responder SPI");
        PayloadType next = new PayloadType(in.u8("next payload"));
        int version = in.u8("version");
        ExchangeType exchange = new ExchangeType(in.u8("exchange type"));
        int flags = in.u8("flags");
        long messageId = in.u32("message ID");
        return new IkeHeader(
                spii,
                spir,
                next,
                version >> 4,
                exchange,
                (flags & FLAG_INITIATOR) != 0,
                (flags & FLAG_RESPONSE) != 0,
                messageId,
                in.u32("length"));
    }

    static IkeHeader of(IkeMessage message, PayloadType next, long length) {
        return new IkeHeader(
                message.spii(),
                message.spir(),
                next,
                VERSION,
                message.exchangeType(),
                message.initiatorFlag(),
                message.response(),
                message.messageId(),
                length);
    }

    void encode(WireWriter out) {
        out.u64(spii)
                .u64(spir)
                .u8(nextPayload.value())
                .u8(majorVersion << 4)
                .u8(exchangeType.value())
                .u8((initiatorFlag ? FLAG_INITIATOR : 0) | (response ? FLAG_RESPONSE : 0))
                .u32(messageId)
                .u32(length);
    }
}
