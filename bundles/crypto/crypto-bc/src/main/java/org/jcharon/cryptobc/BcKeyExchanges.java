// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptobc;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.bouncycastle.asn1.teletrust.TeleTrusTNamedCurves;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.ec.CustomNamedCurves;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.crypto.TransformFactory;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.Transforms;
import org.osgi.service.component.annotations.Component;

/** X25519, X448, the NIST and Brainpool curves, and ML-KEM: several times faster than the JDK, where that has them at all. */
@Component(property = "service.ranking:Integer=100")
public final class BcKeyExchanges implements TransformFactory {

    private static final Map<Integer, String> CURVES = Map.of(
            Transforms.ECP_256,
            "P-256",
            Transforms.ECP_384,
            "P-384",
            Transforms.ECP_521,
            "P-521",
            28,
            "brainpoolP256r1",
            29,
            "brainpoolP384r1",
            30,
            "brainpoolP512r1");
    private static final Set<Integer> KEMS =
            Set.of(Transforms.ML_KEM_512, Transforms.ML_KEM_768, Transforms.ML_KEM_1024);

    private final Set<TransformId> transforms;

    /** All of them; the library itself is not touched before the first exchange. */
    public BcKeyExchanges() {
        Set<TransformId> all = new HashSet<>();
        CURVES.keySet().forEach(number -> all.add(TransformId.ke(number)));
        KEMS.forEach(number -> all.add(TransformId.ke(number)));
        all.add(TransformId.ke(Transforms.CURVE_25519));
        all.add(TransformId.ke(Transforms.CURVE_448));
        transforms = Set.copyOf(all);
    }

    @Override
    public Set<TransformId> transforms() {
        return transforms;
    }

    @Override
    public KeyExchange keyExchange(TransformId ke, boolean initiator, RandomSource random) {
        if (!transforms.contains(ke)) {
            throw new IllegalArgumentException("no key exchange " + ke);
        }
        return switch (ke.id()) {
            case Transforms.CURVE_25519 -> MontgomeryKeyExchange.x25519(random);
            case Transforms.CURVE_448 -> MontgomeryKeyExchange.x448(random);
            case Transforms.ML_KEM_512 -> new MlKemKeyExchange(MLKEMParameters.ml_kem_512, initiator, random);
            case Transforms.ML_KEM_768 -> new MlKemKeyExchange(MLKEMParameters.ml_kem_768, initiator, random);
            case Transforms.ML_KEM_1024 -> new MlKemKeyExchange(MLKEMParameters.ml_kem_1024, initiator, random);
            default -> new CurveKeyExchange(curve(CURVES.get(ke.id())), random);
        };
    }

    /** The library's own arithmetic for the NIST primes, the general one for Brainpool. */
    private static X9ECParameters curve(String name) {
        X9ECParameters fast = CustomNamedCurves.getByName(name);
        return fast == null ? TeleTrusTNamedCurves.getByName(name) : fast;
    }
}
