// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import org.jcharon.api.credential.IdType;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.WireWriter;

/**
 * Identification payload, IDi or IDr (RFC 7296 section 3.5).
 *
 * @param initiator whether it is IDi
 * @param idType type; unknown numbers are kept
 * @param reserved the three octets between type and data: zero when sent, kept when received since AUTH covers them
 * @param data octets of the identity
 */
public record IdPayload(boolean initiator, IdType idType, Chunk reserved, Chunk data) implements Payload {

    private static final Chunk ZEROS = Chunk.of(new byte[3]);

    /** Throws {@link IllegalArgumentException} unless {@code reserved} has three octets. */
    public IdPayload {
        if (reserved.length() != 3) {
            throw new IllegalArgumentException("ID payload with " + reserved.length() + " reserved octets");
        }
    }

    /** The payload of an identity. */
    public static IdPayload of(boolean initiator, Identification id) {
        return new IdPayload(initiator, id.type(), ZEROS, id.encoding());
    }

    /** The identity. */
    public Identification identification() {
        return Identification.of(idType, data);
    }

    /** What AUTH covers (RFC 7296 section 2.15, RestOfIDPayload): type, reserved octets, data. */
    public Chunk body() {
        return new WireWriter(4 + data.length())
                .u8(idType.value())
                .chunk(reserved)
                .chunk(data)
                .toChunk();
    }

    @Override
    public PayloadType type() {
        return initiator ? PayloadType.IDI : PayloadType.IDR;
    }
}
