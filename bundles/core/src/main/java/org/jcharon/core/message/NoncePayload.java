// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import org.jcharon.api.wire.Chunk;

/**
 * Nonce payload (RFC 7296 section 3.9).
 *
 * @param data 16 to 256 octets
 */
public record NoncePayload(Chunk data) implements Payload {

    static final int MIN_OCTETS = 16;
    static final int MAX_OCTETS = 256;

    /** Throws {@link IllegalArgumentException} unless there are 16 to 256 octets. */
    public NoncePayload {
        if (data.length() < MIN_OCTETS || data.length() > MAX_OCTETS) {
            throw new IllegalArgumentException("nonce of " + data.length() + " octets");
        }
    }

    @Override
    public PayloadType type() {
        return PayloadType.NONCE;
    }
}
