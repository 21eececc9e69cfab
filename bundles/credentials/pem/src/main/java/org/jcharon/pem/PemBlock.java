// SPDX-License-Identifier: Apache-2.0
package org.jcharon.pem;

import java.util.Arrays;

/**
 * One block of armour.
 *
 * @param label between {@code -----BEGIN} and the dashes
 * @param cipher value of DEK-Info if the block is encrypted the traditional way (RFC 1421), else empty
 * @param octets decoded; perhaps secret, wiped by {@link #close}
 */
record PemBlock(String label, String cipher, byte[] octets) implements AutoCloseable {

    @Override
    public void close() {
        Arrays.fill(octets, (byte) 0);
    }
}
