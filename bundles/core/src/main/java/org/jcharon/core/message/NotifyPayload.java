// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.wire.Chunk;

/**
 * Notify payload (RFC 7296 section 3.10).
 *
 * @param protocol protocol of the SA that {@code spi} names
 * @param spi the SA concerned, at most 255 octets; empty if none
 * @param notifyType what it says; unknown numbers are kept
 * @param data as the type prescribes
 */
public record NotifyPayload(ProtocolId protocol, Chunk spi, NotifyType notifyType, Chunk data) implements Payload {

    /** Throws {@link IllegalArgumentException} for an SPI over 255 octets. */
    public NotifyPayload {
        if (spi.length() > 255) {
            throw new IllegalArgumentException("notify with an SPI of " + spi.length() + " octets");
        }
    }

    /** About no SA, without data. */
    public NotifyPayload(NotifyType notifyType) {
        this(notifyType, Chunk.EMPTY);
    }

    /** About no SA. */
    public NotifyPayload(NotifyType notifyType, Chunk data) {
        this(ProtocolId.NONE, Chunk.EMPTY, notifyType, data);
    }

    @Override
    public PayloadType type() {
        return PayloadType.NOTIFY;
    }
}
