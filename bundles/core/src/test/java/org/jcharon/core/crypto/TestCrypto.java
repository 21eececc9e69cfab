// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.crypto;

import java.util.Map;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.cryptobc.BcCiphers;
import org.jcharon.cryptobc.BcKeyExchanges;
import org.jcharon.cryptobc.BcSignatures;
import org.jcharon.cryptojca.JcaCiphers;
import org.jcharon.cryptojca.JcaCurveSignatures;
import org.jcharon.cryptojca.JcaHashes;
import org.jcharon.cryptojca.JcaKeyExchanges;
import org.jcharon.cryptojca.JcaRsaSignatures;

/** A registry with both crypto plugins, ranked as in the daemon, for tests of core's other packages. */
public final class TestCrypto {

    private TestCrypto() {}

    /** With the system's random source. */
    public static CryptoRegistryService registry() {
        return fill(new CryptoRegistryService());
    }

    /** With a random source that a test can replay. */
    public static CryptoRegistryService registry(RandomSource random) {
        return fill(new CryptoRegistryService(random));
    }

    private static CryptoRegistryService fill(CryptoRegistryService registry) {
        registry.addTransforms(new JcaCiphers(), ranking(100));
        registry.addTransforms(new JcaKeyExchanges(), ranking(20));
        registry.addTransforms(new BcCiphers(), ranking(50));
        registry.addTransforms(new BcKeyExchanges(), ranking(100));
        registry.addHashes(new JcaHashes(), ranking(100));
        registry.addSignatures(new JcaRsaSignatures(), ranking(100));
        registry.addSignatures(new JcaCurveSignatures(), ranking(20));
        registry.addSignatures(new BcSignatures(), ranking(80));
        return registry;
    }

    private static Map<String, Integer> ranking(int ranking) {
        return Map.of("service.ranking", ranking);
    }
}
