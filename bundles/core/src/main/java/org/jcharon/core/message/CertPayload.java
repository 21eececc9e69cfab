// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import org.jcharon.api.wire.Chunk;

/**
 * Certificate payload (RFC 7296 section 3.6).
 *
 * @param encoding certificate encoding, 0 to 255
 * @param data the certificate, or what stands for it
 */
public record CertPayload(int encoding, Chunk data) implements Payload {

    /** Throws {@link IllegalArgumentException} for a number out of range. */
    public CertPayload {
        if (encoding < 0 || encoding > 255) {
            throw new IllegalArgumentException("certificate encoding " + encoding);
        }
    }

    @Override
    public PayloadType type() {
        return PayloadType.CERT;
    }
}
