// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The other transforms that are offered, each in both roles; only with {@code itests/verify --full}. */
@Interop
@Tag("full")
class MoreCiphersTest {

    @ParameterizedTest(name = "{0}, {1}")
    @CsvSource({
        "aes256gcm16-prfsha384-ecp384, aes256gcm16-ecp384",
        "aes128-sha256-modp2048, aes128-sha256-modp2048",
        "aes256-sha384-modp3072, aes256-sha384-modp3072",
        "aes256-sha512-x25519, aes256-sha512-x25519",
        "aes128gcm16-prfsha512-ecp256, aes256-sha256-x25519"
    })
    void protectsIkeAndPackets(String ike, String esp) {
        try (Pair pair = Pair.of(Connection.psk().proposals(ike, esp))) {
            for (Pair.Starter starter : Pair.Starter.values()) {
                pair.up(starter, "itest", "net");
                Tunnel.ping(pair.ours().site(), pair.peer().site());
                Command.Result rekeyed = pair.ours().rekeyChild("net");
                assertTrue(rekeyed.ok(), rekeyed::output);
                Tunnel.ping(pair.ours().site(), pair.peer().site());
                pair.down(starter, "itest");
            }
        }
    }
}
