// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import org.jcharon.api.wire.Chunk;

/**
 * Certificate Request payload (RFC 7296 section 3.7).
 *
 * @param encoding certificate encoding, 0 to 255
 * @param data names of trust anchors: for X.509, SHA-1 hashes of their public key infos, one after the other
 */
public record CertReqPayload(int encoding, Chunk data) implements Payload {

    /** Throws {@link IllegalArgumentException} for a number out of range. */
    public CertReqPayload {
        if (encoding < 0 || encoding > 255) {
            throw new IllegalArgumentException("certificate encoding " + encoding);
        }
    }

    @Override
    public PayloadType type() {
        return PayloadType.CERTREQ;
    }
}
