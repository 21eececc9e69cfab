// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

/** Random octets of cryptographic quality; handed to constructors, so that tests can replay. Any thread. */
public interface RandomSource {

    /** Fills {@code target}. */
    void fill(byte[] target);

    /** {@code length} random octets, owned by the caller. */
    default byte[] octets(int length) {
        byte[] octets = new byte[length];
        fill(octets);
        return octets;
    }

    /** A number in 0 to {@code bound}-1, for SPIs and jitter. */
    default int below(int bound) {
        byte[] four = octets(4);
        int value = java.nio.ByteBuffer.wrap(four).getInt() & 0x7FFF_FFFF;
        return value % bound;
    }
}
