// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.crypto.TransformFactory;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.Transforms;
import org.osgi.service.component.annotations.Component;

/** Key exchanges with what the JDK has: MODP over BigInteger; curves, slower than other providers have them. */
@Component(property = "service.ranking:Integer=20")
public final class JcaKeyExchanges implements TransformFactory {

    private final Set<TransformId> transforms;

    /** MODP 1024 to 8192, ECP 256 to 521, X25519, X448. */
    public JcaKeyExchanges() {
        Set<TransformId> all = new LinkedHashSet<>();
        for (int group : ModpGroup.numbers()) {
            all.add(TransformId.ke(group));
        }
        all.add(TransformId.ke(Transforms.ECP_256));
        all.add(TransformId.ke(Transforms.ECP_384));
        all.add(TransformId.ke(Transforms.ECP_521));
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
        ModpGroup group = ModpGroup.find(ke.id());
        if (group != null) {
            return new ModpKeyExchange(group, random);
        }
        return switch (ke.id()) {
            case Transforms.ECP_256 -> new EcpKeyExchange(Curve.P256, random);
            case Transforms.ECP_384 -> new EcpKeyExchange(Curve.P384, random);
            case Transforms.ECP_521 -> new EcpKeyExchange(Curve.P521, random);
            case Transforms.CURVE_25519 -> XdhKeyExchange.x25519(random);
            case Transforms.CURVE_448 -> XdhKeyExchange.x448(random);
            default -> throw new IllegalArgumentException("no key exchange " + ke);
        };
    }
}
