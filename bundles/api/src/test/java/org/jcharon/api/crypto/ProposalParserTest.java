// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class ProposalParserTest {

    private static String ike(String text) throws ProposalException {
        return ProposalParser.parse(ProtocolId.IKE, text).toString();
    }

    private static String esp(String text) throws ProposalException {
        return ProposalParser.parse(ProtocolId.ESP, text).toString();
    }

    private static void refuses(ProtocolId protocol, String text, String... parts) {
        ProposalException e = assertThrows(ProposalException.class, () -> ProposalParser.parse(protocol, text));
        for (String part : parts) {
            assertTrue(e.getMessage().contains(part), e.getMessage());
        }
    }

    @Test
    void derivesThePrfFromIntegrity() throws ProposalException {
        assertEquals(
                "IKE:AES_CBC_256/HMAC_SHA2_256_128/PRF_HMAC_SHA2_256/CURVE_25519", ike("aes256-sha256-curve25519"));
        assertEquals("IKE:AES_CBC_128/HMAC_SHA1_96/PRF_AES128_XCBC/MODP_2048", ike("aes-sha-prfaesxcbc-modp2048"));
        assertEquals("IKE:3DES_CBC/AES_CMAC_96/PRF_AES128_CMAC/ECP_256", ike("3des-aescmac-ecp256"));
    }

    @Test
    void aeadForIkeNamesItsPrf() throws ProposalException {
        assertEquals("IKE:CHACHA20_POLY1305/PRF_HMAC_SHA2_256/CURVE_25519", ike("chacha20poly1305-prfsha256-x25519"));
        assertEquals(
                "IKE:AES_GCM_16_256/PRF_HMAC_SHA2_384/CURVE_25519/KE1_ML_KEM_768/KE2_NO_KE",
                ike("aes256gcm16-prfsha384-x25519-ke1_mlkem768-ke2_none"));
        refuses(ProtocolId.IKE, "aes128gcm16-x25519", "names no PRF");
        refuses(ProtocolId.IKE, "aes128gcm16-sha256-x25519", "PRF instead");
        refuses(ProtocolId.IKE, "aes128gcm16-aes128-prfsha256-x25519", "mixes AEAD");
    }

    @Test
    void readsAllWritingsOfAnIcv() throws ProposalException {
        for (String icv : new String[] {"aes128gcm", "aes128gcm16", "aes128gcm128"}) {
            assertEquals("ESP:AES_GCM_16_128/NO_EXT_SEQ", esp(icv));
        }
        assertEquals("ESP:AES_CCM_8_192/EXT_SEQ", esp("aes192ccm64-esn"));
        assertEquals("ESP:AES_GCM_12_256/CURVE_25519/NO_EXT_SEQ", esp("aes256gcm96-prfsha256-x25519"));
    }

    @Test
    void childProposalsMayHaveKeyExchangeAndSequenceNumbers() throws ProposalException {
        assertEquals("ESP:AES_CBC_128/HMAC_SHA1_96/MODP_2048/NO_EXT_SEQ", esp("AES128-SHA1-modp2048"));
        assertEquals("ESP:AES_CBC_128/HMAC_SHA2_256_128/NO_KE/EXT_SEQ/NO_EXT_SEQ", esp("aes128-sha256-none-esn-noesn"));
        assertEquals("ESP:NULL/HMAC_SHA2_256_96/NO_EXT_SEQ", esp("null-sha256_96"));
        assertEquals(
                "AH:HMAC_SHA2_512_256/NO_EXT_SEQ",
                ProposalParser.parse(ProtocolId.AH, "sha512").toString());
        refuses(ProtocolId.AH, "aes128-sha256", "does not encrypt");
        refuses(ProtocolId.ESP, "aes128", "no integrity algorithm");
        refuses(ProtocolId.ESP, "sha256", "no encryption algorithm");
        refuses(ProtocolId.ESP, "aes128gcm16-ke1_mlkem768", "no first one");
    }

    @Test
    void ikeNeedsAKeyExchange() {
        refuses(ProtocolId.IKE, "aes128-sha256", "names no key exchange");
        refuses(ProtocolId.IKE, "aes128-sha256-none", "names no key exchange");
        refuses(ProtocolId.IKE, "aes128-sha256-x25519-esn", "esn");
        refuses(ProtocolId.IKE, "null-sha256-x25519", "null encryption");
    }

    @Test
    void namesWrongKeywords() {
        refuses(ProtocolId.IKE, "aes128-sha265-x25519", "unknown keyword 'sha265'", "did you mean 'sha");
        refuses(ProtocolId.IKE, "aes128--x25519", "unknown keyword ''");
        refuses(ProtocolId.IKE, "aes128-sha256-x25519-ke8_mlkem768", "ke8_mlkem768");
        refuses(ProtocolId.IKE, "aes128-sha256-x25519-ke1_sha256", "ke1_sha256");
        refuses(ProtocolId.IKE, "aes128-sha256-sha2_256-x25519", "HMAC_SHA2_256_128 twice");
        refuses(ProtocolId.IKE, "default", "unknown keyword 'default'");
        refuses(ProtocolId.IKE, "aes128-sha256-x25519!", "x25519!");
    }

    @Test
    void defaultsFitTheirProtocol() {
        assertEquals(2, ProposalParser.defaults(ProtocolId.IKE).size());
        for (ProtocolId protocol : new ProtocolId[] {ProtocolId.IKE, ProtocolId.ESP, ProtocolId.AH}) {
            for (Proposal proposal : ProposalParser.defaults(protocol)) {
                assertEquals(
                        proposal.transforms().size(),
                        proposal.transforms().stream().distinct().count());
                assertEquals(protocol.equals(ProtocolId.IKE), proposal.has(TransformType.PRF), proposal::toString);
                assertFalse(proposal.first(TransformType.ENCR)
                                .map(TransformId::isAead)
                                .orElse(false)
                        && proposal.has(TransformType.INTEG));
            }
        }
    }

    @Property
    void neverThrowsAnythingElse(@ForAll String text) {
        try {
            ProposalParser.parse(ProtocolId.ESP, text);
        } catch (ProposalException e) {
            assertTrue(e.getMessage().contains("proposal"), e.getMessage());
        }
    }
}
