// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.testkit;

import java.util.SplittableRandom;
import org.jcharon.api.crypto.RandomSource;

/** Octets that depend on the seed alone, so that an exchange can be replayed. Any thread; the order of calls counts. */
public final class SeededRandom implements RandomSource {

    private final SplittableRandom random;

    /** A sequence named by {@code seed}. */
    public SeededRandom(long seed) {
        this.random = new SplittableRandom(seed);
    }

    @Override
    public synchronized void fill(byte[] target) {
        random.nextBytes(target);
    }
}
