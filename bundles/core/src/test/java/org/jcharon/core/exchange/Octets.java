// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireWriter;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.message.PayloadType;

/** Changes unprotected messages octet by octet, where the codec would refuse to build what a test needs. */
final class Octets {

    private static final int GENERIC = 4;

    private Octets() {}

    /** With a bit of one octet turned over. */
    static Packet flip(Packet packet, int at) {
        byte[] octets = packet.data().toArray();
        octets[at] ^= 1;
        return with(packet, Chunk.wrap(octets));
    }

    static Packet with(Packet packet, Chunk data) {
        return new Packet(packet.source(), packet.destination(), data);
    }

    /** Where a payload's generic header begins. */
    static int find(Chunk message, PayloadType type) {
        int next = message.at(16);
        int at = IkeHeader.OCTETS;
        while (next != type.value()) {
            if (next == 0) {
                throw new AssertionError("no payload " + type);
            }
            next = message.at(at);
            at += message.at(at + 2) << 8 | message.at(at + 3);
        }
        return at;
    }

    /** With another body of a payload behind its generic header. */
    static Packet body(Packet packet, PayloadType type, Chunk body) {
        Chunk message = packet.data();
        int at = find(message, type);
        int end = at + (message.at(at + 2) << 8 | message.at(at + 3));
        WireWriter out = new WireWriter(message.length());
        out.chunk(message.slice(0, at + 2))
                .u16(GENERIC + body.length())
                .chunk(body)
                .chunk(message.slice(end, message.length()));
        out.patchU32(IkeHeader.OCTETS - 4, out.length());
        return with(packet, out.toChunk());
    }
}
