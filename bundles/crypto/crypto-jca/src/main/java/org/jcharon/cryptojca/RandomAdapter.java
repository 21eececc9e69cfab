// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.security.SecureRandom;
import java.security.SecureRandomSpi;
import org.jcharon.api.crypto.RandomSource;

/** A random source as the JDK's key generators want it. */
final class RandomAdapter extends SecureRandom {

    private static final long serialVersionUID = 1L;

    private RandomAdapter(Spi spi) {
        super(spi, null);
    }

    static RandomAdapter of(RandomSource source) {
        return new RandomAdapter(new Spi(source));
    }

    private static final class Spi extends SecureRandomSpi {

        private static final long serialVersionUID = 1L;

        private final transient RandomSource source;

        Spi(RandomSource source) {
            this.source = source;
        }

        @Override
        protected void engineSetSeed(byte[] seed) {
            // the source needs no seed
        }

        @Override
        protected void engineNextBytes(byte[] bytes) {
            source.fill(bytes);
        }

        @Override
        protected byte[] engineGenerateSeed(int length) {
            return source.octets(length);
        }
    }
}
