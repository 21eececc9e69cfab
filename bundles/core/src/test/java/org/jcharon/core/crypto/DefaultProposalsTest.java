// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.cryptobc.BcCiphers;
import org.jcharon.cryptobc.BcKeyExchanges;
import org.jcharon.cryptojca.JcaCiphers;
import org.jcharon.cryptojca.JcaKeyExchanges;
import org.junit.jupiter.api.Test;

class DefaultProposalsTest {

    private static final String EXCHANGES =
            "CURVE_25519/ECP_256/ECP_384/ECP_521/CURVE_448/MODP_3072/MODP_4096/MODP_6144/MODP_8192/MODP_2048";

    private final CryptoRegistryService registry = new CryptoRegistryService();
    private final DefaultProposals defaults = new DefaultProposals(registry);

    @Test
    void offersWhatTheProvidersHave() {
        registry.addTransforms(new JcaCiphers(), Map.of());
        registry.addTransforms(new JcaKeyExchanges(), Map.of());
        assertEquals(
                List.of(
                        "IKE:AES_CBC_128/AES_CBC_192/AES_CBC_256/AES_CTR_128/AES_CTR_192/AES_CTR_256/HMAC_SHA2_256_128"
                                + "/HMAC_SHA2_384_192/HMAC_SHA2_512_256/PRF_HMAC_SHA2_256/PRF_HMAC_SHA2_384"
                                + "/PRF_HMAC_SHA2_512/" + EXCHANGES,
                        "IKE:AES_GCM_16_128/AES_GCM_16_192/AES_GCM_16_256/CHACHA20_POLY1305/AES_GCM_12_128"
                                + "/AES_GCM_12_192/AES_GCM_12_256/AES_GCM_8_128/AES_GCM_8_192/AES_GCM_8_256"
                                + "/PRF_HMAC_SHA2_256/PRF_HMAC_SHA2_384/PRF_HMAC_SHA2_512/" + EXCHANGES),
                text(defaults.ike()));
        assertEquals(
                List.of(
                        "ESP:AES_GCM_16_128/AES_GCM_16_192/AES_GCM_16_256/" + EXCHANGES + "/NO_KE/NO_EXT_SEQ",
                        "ESP:AES_CBC_128/AES_CBC_192/AES_CBC_256/HMAC_SHA2_256_128/HMAC_SHA2_384_192"
                                + "/HMAC_SHA2_512_256/" + EXCHANGES + "/NO_KE/NO_EXT_SEQ"),
                text(defaults.esp()));
        assertEquals(
                List.of("AH:HMAC_SHA2_256_128/HMAC_SHA2_384_192/HMAC_SHA2_512_256/" + EXCHANGES + "/NO_KE/NO_EXT_SEQ"),
                text(defaults.ah()));
        assertEquals(2, defaults.ike().get(1).number());
    }

    @Test
    void takesInWhatBouncyCastleAdds() {
        registry.addTransforms(new JcaCiphers(), Map.of());
        registry.addTransforms(new BcCiphers(), Map.of());
        registry.addTransforms(new BcKeyExchanges(), Map.of());
        String classic = text(defaults.ike()).get(0);
        assertTrue(classic.contains("HMAC_SHA2_512_256/AES_XCBC_96/AES_CMAC_96/PRF_HMAC_SHA2_256"), classic);
        assertTrue(classic.endsWith("CURVE_25519/ECP_256/ECP_384/ECP_521/ECP_256_BP/ECP_384_BP/ECP_512_BP/CURVE_448"));
        String aead = text(defaults.ike()).get(1);
        assertTrue(aead.contains("AES_GCM_16_256/AES_CCM_16_128"), aead);
        assertFalse(aead.contains("ML_KEM"), aead); // configured as an additional key exchange
    }

    @Test
    void offersNothingWeak() {
        registry.addTransforms(new JcaCiphers(), Map.of());
        registry.addTransforms(new JcaKeyExchanges(), Map.of());
        for (Proposal proposal : defaults.ike()) {
            for (TransformId weak :
                    List.of(TransformId.prf(2), TransformId.integ(2), TransformId.ke(2), TransformId.ke(5))) {
                assertFalse(proposal.transforms().contains(weak), weak::toString);
            }
        }
    }

    @Test
    void leavesOutAProposalThatLacksAKind() {
        registry.addTransforms(new JcaKeyExchanges(), Map.of());
        assertEquals(List.of(), defaults.ike());
        assertEquals(List.of(), defaults.esp());
    }

    private static List<String> text(List<Proposal> proposals) {
        return proposals.stream().map(Proposal::toString).toList();
    }
}
