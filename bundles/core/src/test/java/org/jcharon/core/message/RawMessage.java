// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireWriter;

/** Authentic messages of arbitrary content, for tests of other packages. */
public final class RawMessage {

    private RawMessage() {}

    /** A request of the original initiator that carries {@code payloads}, the first of which is of type {@code first}. */
    public static Chunk request(
            long spii,
            long spir,
            ExchangeType exchange,
            long messageId,
            int first,
            Chunk payloads,
            MessageCrypter crypter) {
        IkeMessage empty = IkeMessage.builder(spii, spir, exchange)
                .initiatorFlag(true)
                .messageId(messageId)
                .build();
        return EncryptedMessage.seal(
                IkeHeader.of(empty, PayloadType.SK, 0), new PayloadType(first), payloads.toArray(), crypter);
    }

    /** The answer of an original responder. */
    public static Chunk response(
            IkeMessage request, ExchangeType exchange, int first, Chunk payloads, MessageCrypter crypter) {
        IkeMessage empty = IkeMessage.builder(request.spii(), request.spir(), exchange)
                .response(true)
                .messageId(request.messageId())
                .build();
        return EncryptedMessage.seal(
                IkeHeader.of(empty, PayloadType.SK, 0), new PayloadType(first), payloads.toArray(), crypter);
    }

    /** A payload of which the next is of type {@code next}. */
    public static Chunk payload(int next, boolean critical, Chunk body) {
        return payload(next, critical, body, 4 + body.length());
    }

    /** The same with another length in its header. */
    public static Chunk payload(int next, boolean critical, Chunk body, int length) {
        return new WireWriter()
                .u8(next)
                .u8(critical ? 0x80 : 0)
                .u16(length)
                .chunk(body)
                .toChunk();
    }
}
