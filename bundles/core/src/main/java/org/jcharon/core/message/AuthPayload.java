// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import org.jcharon.api.wire.Chunk;

/**
 * Authentication payload (RFC 7296 section 3.8).
 *
 * @param method authentication method, 0 to 255
 * @param data signature or MAC
 */
public record AuthPayload(int method, Chunk data) implements Payload {

    /** Throws {@link IllegalArgumentException} for a number out of range. */
    public AuthPayload {
        if (method < 0 || method > 255) {
            throw new IllegalArgumentException("authentication method " + method);
        }
    }

    @Override
    public PayloadType type() {
        return PayloadType.AUTH;
    }
}
