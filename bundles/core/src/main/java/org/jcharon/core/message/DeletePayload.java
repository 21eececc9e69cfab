// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import java.util.List;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.wire.Chunk;

/**
 * Delete payload (RFC 7296 section 3.11).
 *
 * @param protocol protocol of the SAs
 * @param spis the sender's inbound SPIs, all of one length: four octets for AH and ESP; none for IKE, which means this IKE_SA
 */
public record DeletePayload(ProtocolId protocol, List<Chunk> spis) implements Payload {

    /** Copies the list; throws {@link IllegalArgumentException} for SPIs that do not fit the protocol or each other. */
    public DeletePayload {
        spis = List.copyOf(spis);
        if (spis.size() > 0xFFFF) {
            throw new IllegalArgumentException("delete of " + spis.size() + " SPIs");
        }
        for (Chunk spi : spis) {
            if (spi.isEmpty()
                    || spi.length() > 255
                    || spi.length() != spis.get(0).length()
                    || !fits(protocol, spi.length())) {
                throw new IllegalArgumentException(
                        "delete of " + protocol + " with an SPI of " + spi.length() + " octets");
            }
        }
    }

    /** Deletes the IKE_SA that the message belongs to. */
    public static DeletePayload ofIke() {
        return new DeletePayload(ProtocolId.IKE, List.of());
    }

    static boolean fits(ProtocolId protocol, int spiOctets) {
        if (protocol.equals(ProtocolId.IKE)) {
            return false;
        }
        return spiOctets == 4 || !(protocol.equals(ProtocolId.ESP) || protocol.equals(ProtocolId.AH));
    }

    @Override
    public PayloadType type() {
        return PayloadType.DELETE;
    }
}
