// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import org.jcharon.api.crypto.RandomSource;

/** Unpredictable IVs, drawn from the random source many at a time. Any thread. */
final class Ivs {

    private final RandomSource random;
    private final byte[] pool = new byte[4096];
    private int used = pool.length;

    Ivs(RandomSource random) {
        this.random = random;
    }

    synchronized void next(byte[] target, int offset, int length) {
        if (pool.length - used < length) {
            random.fill(pool);
            used = 0;
        }
        System.arraycopy(pool, used, target, offset, length);
        used += length;
    }
}
