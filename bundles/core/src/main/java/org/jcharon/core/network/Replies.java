// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.network;

import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireWriter;
import org.jcharon.core.manager.IkeHeader;

/** Unprotected answers that need no IKE_SA. */
final class Replies {

    /** Notify INVALID_IKE_SPI. */
    static final int INVALID_IKE_SPI = 4;
    /** Notify INVALID_MAJOR_VERSION. */
    static final int INVALID_MAJOR_VERSION = 5;
    /** Notify COOKIE. */
    static final int COOKIE = 16390;

    private static final int NOTIFY = 41;
    private static final int NOTIFY_HEADER = 8;
    private static final int IKEV2 = 0x20;

    private Replies() {}

    /** A response with one notify to {@code request}, its SPIs and message ID copied. */
    static Packet notify(Packet request, IkeHeader header, int exchangeType, int type, Chunk data) {
        int length = IkeHeader.OCTETS + NOTIFY_HEADER + data.length();
        // The initiator flag says who began the IKE_SA; whom we answer is the other one.
        int flags = IkeHeader.FLAG_RESPONSE | (header.fromInitiator() ? 0 : IkeHeader.FLAG_INITIATOR);
        WireWriter out = new WireWriter(length);
        out.u64(header.spii())
                .u64(header.spir())
                .u8(NOTIFY)
                .u8(IKEV2)
                .u8(exchangeType)
                .u8(flags);
        out.u32(header.messageId()).u32(length);
        out.u8(0).u8(0).u16(NOTIFY_HEADER + data.length()).u8(0).u8(0).u16(type).chunk(data);
        return new Packet(/* source= */ request.destination(), /* destination= */ request.source(), out.toChunk());
    }
}
