// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import org.jcharon.api.wire.Chunk;

/**
 * EAP payload (RFC 7296 section 3.16).
 *
 * @param packet one whole EAP packet: code, identifier, length, data; the length field is that of the packet
 */
public record EapPayload(Chunk packet) implements Payload {

    /** Throws {@link IllegalArgumentException} if the packet's length field is not its length. */
    public EapPayload {
        if (!isWhole(packet)) {
            throw new IllegalArgumentException(
                    "EAP packet of " + packet.length() + " octets with another length field");
        }
    }

    static boolean isWhole(Chunk packet) {
        return packet.length() >= 4 && (packet.at(2) << 8 | packet.at(3)) == packet.length();
    }

    @Override
    public PayloadType type() {
        return PayloadType.EAP;
    }
}
