// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import java.nio.charset.StandardCharsets;
import org.jcharon.api.credential.IdType;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.wire.Chunk;

/**
 * Data of a PPK_IDENTITY notify in a request (RFC 8784 section 5.1); in a response the notify has none.
 *
 * @param type type of the identity, 0 to 255; unknown numbers are kept
 * @param octets the identity
 */
public record PpkIdentity(int type, Chunk octets) {

    /** An identity that only whoever made it can read. */
    public static final int OPAQUE = 1;
    /** An identity that both sides are configured with. */
    public static final int FIXED = 2;

    /** Throws {@link IllegalArgumentException} for a type outside 0 to 255. */
    public PpkIdentity {
        if (type < 0 || type > 255) {
            throw new IllegalArgumentException("PPK_ID type " + type);
        }
    }

    /** What a request names a configured key with. */
    public static PpkIdentity fixed(Identification id) {
        return new PpkIdentity(FIXED, id.encoding());
    }

    /** Reads the data of a notify; throws INVALID_SYNTAX if there is no type or no identity. */
    public static PpkIdentity of(Chunk data) throws IkeProtocolException {
        if (data.length() < 2) {
            throw IkeProtocolException.syntax("PPK_IDENTITY with " + data.length() + " octets of data");
        }
        return new PpkIdentity(data.at(0), data.slice(1, data.length()));
    }

    /** The data of a notify. */
    public Chunk encode() {
        return Chunk.concat(Chunk.of((byte) type), octets);
    }

    /**
     * The identity as configurations write it: text is read as there, anything else is a key ID. A peer's identity is no pattern:
     * with wildcards it is a key ID too.
     */
    public Identification identification() {
        for (int i = 0; i < octets.length(); i++) {
            if (octets.at(i) < 0x20 || octets.at(i) > 0x7e) {
                return Identification.of(IdType.KEY_ID, octets);
            }
        }
        Identification read = Identification.parse(new String(octets.toArray(), StandardCharsets.US_ASCII));
        return read.isAny() || read.hasWildcards() ? Identification.of(IdType.KEY_ID, octets) : read;
    }
}
