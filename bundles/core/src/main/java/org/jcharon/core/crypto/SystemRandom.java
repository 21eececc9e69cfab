// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.crypto;

import java.security.SecureRandom;
import org.jcharon.api.crypto.RandomSource;

/** The platform's generator, which does not block once the kernel's pool is seeded. */
final class SystemRandom implements RandomSource {

    private final SecureRandom random = new SecureRandom();

    @Override
    public void fill(byte[] target) {
        random.nextBytes(target);
    }
}
