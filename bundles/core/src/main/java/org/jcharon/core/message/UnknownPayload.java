// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import org.jcharon.api.wire.Chunk;

/**
 * A payload of a type without codec. RFC 7296 section 2.5: it is passed over unless critical, and a critical one makes the message
 * unacceptable; so a decoded message holds none that is critical.
 *
 * @param type none of the types that have a record of their own, not {@code NONE}, {@code SK} or {@code SKF}
 * @param critical the critical bit
 * @param data what follows the generic header
 */
public record UnknownPayload(PayloadType type, boolean critical, Chunk data) implements Payload {

    /** Throws {@link IllegalArgumentException} for a type with a codec. */
    public UnknownPayload {
        if (type.equals(PayloadType.NONE)
                || type.equals(PayloadType.SK)
                || type.equals(PayloadType.SKF)
                || PayloadCodecs.knows(type)) {
            throw new IllegalArgumentException("payload type " + type + " is known");
        }
    }
}
