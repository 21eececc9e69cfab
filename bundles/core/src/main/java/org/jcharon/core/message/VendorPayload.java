// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import org.jcharon.api.wire.Chunk;

/**
 * Vendor ID payload (RFC 7296 section 3.12).
 *
 * @param data any octets
 */
public record VendorPayload(Chunk data) implements Payload {

    @Override
    public PayloadType type() {
        return PayloadType.VENDOR;
    }
}
