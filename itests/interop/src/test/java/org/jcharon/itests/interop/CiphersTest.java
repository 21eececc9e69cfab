// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each cipher, for IKE and for ESP, with strongSwan. */
@Interop
class CiphersTest {

    @ParameterizedTest(name = "{0}, {2} initiates")
    @CsvSource({
        "aes128gcm16, AES_GCM_16-128, JCHARON",
        "aes128gcm16, AES_GCM_16-128, STRONGSWAN",
        "aes256-sha256, AES_CBC-256/HMAC_SHA2_256_128, JCHARON",
        "aes256-sha256, AES_CBC-256/HMAC_SHA2_256_128, STRONGSWAN",
        "chacha20poly1305, CHACHA20_POLY1305, JCHARON",
        "chacha20poly1305, CHACHA20_POLY1305, STRONGSWAN"
    })
    void protectsIkeAndPackets(String cipher, String name, Pair.Starter starter) {
        String ike = cipher + "-prfsha256-ecp256";
        try (Pair pair = Pair.of(Connection.psk().proposals(ike, cipher + "-modp2048"))) {
            pair.up(starter, "itest", "net");
            String sas = pair.peer().listSas();
            assertTrue(sas.contains("  " + name + "/PRF_HMAC_SHA2_256/ECP_256"), sas);
            assertTrue(sas.contains("ESP:" + name), sas);
            Tunnel.ping(pair.ours().site(), pair.peer().site());
            pair.down(starter, "itest");
        }
    }
}
