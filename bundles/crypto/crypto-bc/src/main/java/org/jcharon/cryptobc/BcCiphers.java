// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptobc;

import java.util.HashSet;
import java.util.Set;
import org.jcharon.api.crypto.Aead;
import org.jcharon.api.crypto.Mac;
import org.jcharon.api.crypto.Prf;
import org.jcharon.api.crypto.TransformFactory;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.Transforms;
import org.osgi.service.component.annotations.Component;

/** What the JDK lacks: AES-CCM, AES-XCBC and AES-CMAC. */
@Component(property = "service.ranking:Integer=50")
public final class BcCiphers implements TransformFactory {

    private final Set<TransformId> transforms;

    /** CCM with three key lengths and three ICVs, and the two PRFs and integrity transforms of AES. */
    public BcCiphers() {
        Set<TransformId> all = new HashSet<>();
        for (int bits : new int[] {128, 192, 256}) {
            all.add(TransformId.encr(Transforms.ENCR_AES_CCM_8, bits));
            all.add(TransformId.encr(Transforms.ENCR_AES_CCM_12, bits));
            all.add(TransformId.encr(Transforms.ENCR_AES_CCM_16, bits));
        }
        all.add(TransformId.prf(Transforms.PRF_AES128_XCBC));
        all.add(TransformId.prf(Transforms.PRF_AES128_CMAC));
        all.add(TransformId.integ(Transforms.AUTH_AES_XCBC_96));
        all.add(TransformId.integ(Transforms.AUTH_AES_CMAC_96));
        transforms = Set.copyOf(all);
    }

    @Override
    public Set<TransformId> transforms() {
        return transforms;
    }

    @Override
    public Aead aead(TransformId encr) {
        check(encr);
        return switch (encr.id()) {
            case Transforms.ENCR_AES_CCM_8 -> new CcmAead(encr.keyBits(), 8);
            case Transforms.ENCR_AES_CCM_12 -> new CcmAead(encr.keyBits(), 12);
            case Transforms.ENCR_AES_CCM_16 -> new CcmAead(encr.keyBits(), 16);
            default -> throw new IllegalArgumentException("no AEAD " + encr);
        };
    }

    @Override
    public Prf prf(TransformId prf) {
        check(prf);
        return prf.id() == Transforms.PRF_AES128_XCBC ? AesPrf.xcbc() : AesPrf.cmac();
    }

    @Override
    public Mac mac(TransformId integ) {
        check(integ);
        return new AesMac(integ.id() == Transforms.AUTH_AES_XCBC_96 ? AesPrf.xcbc() : AesPrf.cmac());
    }

    private void check(TransformId transform) {
        if (!transforms.contains(transform)) {
            throw new IllegalArgumentException("no transform " + transform);
        }
    }
}
