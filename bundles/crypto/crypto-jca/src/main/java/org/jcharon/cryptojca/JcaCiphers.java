// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.util.LinkedHashSet;
import java.util.Set;
import org.jcharon.api.crypto.Aead;
import org.jcharon.api.crypto.Cipher;
import org.jcharon.api.crypto.Mac;
import org.jcharon.api.crypto.Prf;
import org.jcharon.api.crypto.TransformFactory;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.Transforms;
import org.osgi.service.component.annotations.Component;

/** Ciphers, PRFs and integrity transforms of the JDK, whose intrinsics make them the fastest that Java has. */
@Component(property = "service.ranking:Integer=100")
public final class JcaCiphers implements TransformFactory {

    private final Set<TransformId> transforms;

    /** All that the JDK has since 17. */
    public JcaCiphers() {
        Set<TransformId> all = new LinkedHashSet<>();
        for (int bits : new int[] {128, 192, 256}) {
            all.add(TransformId.encr(Transforms.ENCR_AES_CBC, bits));
            all.add(TransformId.encr(Transforms.ENCR_AES_CTR, bits));
            all.add(TransformId.encr(Transforms.ENCR_AES_GCM_8, bits));
            all.add(TransformId.encr(Transforms.ENCR_AES_GCM_12, bits));
            all.add(TransformId.encr(Transforms.ENCR_AES_GCM_16, bits));
        }
        all.add(TransformId.encr(Transforms.ENCR_NULL, 0));
        all.add(TransformId.encr(Transforms.ENCR_CHACHA20_POLY1305, 0));
        all.add(TransformId.prf(Transforms.PRF_HMAC_SHA1));
        all.add(TransformId.prf(Transforms.PRF_HMAC_SHA2_256));
        all.add(TransformId.prf(Transforms.PRF_HMAC_SHA2_384));
        all.add(TransformId.prf(Transforms.PRF_HMAC_SHA2_512));
        all.add(TransformId.integ(Transforms.AUTH_HMAC_SHA1_96));
        all.add(TransformId.integ(Transforms.AUTH_HMAC_SHA2_256_128));
        all.add(TransformId.integ(Transforms.AUTH_HMAC_SHA2_384_192));
        all.add(TransformId.integ(Transforms.AUTH_HMAC_SHA2_512_256));
        transforms = Set.copyOf(all);
    }

    @Override
    public Set<TransformId> transforms() {
        return transforms;
    }

    @Override
    public Cipher cipher(TransformId encr) {
        check(encr);
        return switch (encr.id()) {
            case Transforms.ENCR_AES_CBC -> JcaBlockCipher.cbc(encr.keyBits());
            case Transforms.ENCR_AES_CTR -> JcaBlockCipher.ctr(encr.keyBits());
            case Transforms.ENCR_NULL -> new NullCipher();
            default -> throw new IllegalArgumentException("no cipher " + encr);
        };
    }

    @Override
    public Aead aead(TransformId encr) {
        check(encr);
        return switch (encr.id()) {
            case Transforms.ENCR_AES_GCM_8 -> new ShortGcm(encr.keyBits());
            case Transforms.ENCR_AES_GCM_12 -> JcaAead.gcm(encr.keyBits(), 12);
            case Transforms.ENCR_AES_GCM_16 -> JcaAead.gcm(encr.keyBits(), 16);
            case Transforms.ENCR_CHACHA20_POLY1305 -> JcaAead.chaCha20Poly1305();
            default -> throw new IllegalArgumentException("no AEAD " + encr);
        };
    }

    @Override
    public Prf prf(TransformId prf) {
        check(prf);
        return switch (prf.id()) {
            case Transforms.PRF_HMAC_SHA1 -> new JcaPrf("HmacSHA1", 20);
            case Transforms.PRF_HMAC_SHA2_256 -> new JcaPrf("HmacSHA256", 32);
            case Transforms.PRF_HMAC_SHA2_384 -> new JcaPrf("HmacSHA384", 48);
            case Transforms.PRF_HMAC_SHA2_512 -> new JcaPrf("HmacSHA512", 64);
            default -> throw new IllegalArgumentException("no PRF " + prf);
        };
    }

    @Override
    public Mac mac(TransformId integ) {
        check(integ);
        return switch (integ.id()) {
            case Transforms.AUTH_HMAC_SHA1_96 -> new JcaMac("HmacSHA1", 20, 12);
            case Transforms.AUTH_HMAC_SHA2_256_128 -> new JcaMac("HmacSHA256", 32, 16);
            case Transforms.AUTH_HMAC_SHA2_384_192 -> new JcaMac("HmacSHA384", 48, 24);
            case Transforms.AUTH_HMAC_SHA2_512_256 -> new JcaMac("HmacSHA512", 64, 32);
            default -> throw new IllegalArgumentException("no integrity transform " + integ);
        };
    }

    private void check(TransformId transform) {
        if (!transforms.contains(transform)) {
            throw new IllegalArgumentException("the JDK has no " + transform);
        }
    }
}
