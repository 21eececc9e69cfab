// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import org.jcharon.api.wire.Chunk;

/**
 * Key Exchange payload (RFC 7296 section 3.4).
 *
 * @param method Transform Type 4 number, 0 to 65535; unknown numbers are kept
 * @param data public value, at least one octet; whether it fits {@code method} is checked by the key exchange
 */
public record KePayload(int method, Chunk data) implements Payload {

    /** Throws {@link IllegalArgumentException} for a number out of range or no data. */
    public KePayload {
        if (method < 0 || method > 0xFFFF || data.isEmpty()) {
            throw new IllegalArgumentException("key exchange method " + method + " with " + data.length() + " octets");
        }
    }

    @Override
    public PayloadType type() {
        return PayloadType.KE;
    }
}
