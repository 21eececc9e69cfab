// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.wire.Chunk;
import org.junit.jupiter.api.Test;

class GatewayIdentityTest {

    private static final Chunk NONCE = Chunk.of((byte) 1, (byte) 2, (byte) 3);

    @Test
    void goesThereAndBack() {
        for (String name : new String[] {"192.0.2.1", "2001:db8::1", "gw.example.org", "gw"}) {
            Chunk data =
                    GatewayIdentity.encode(Identification.parse(name), NONCE).orElseThrow();
            assertEquals(
                    new GatewayIdentity(name, NONCE),
                    GatewayIdentity.decode(data).orElseThrow());
        }
    }

    @Test
    void takesNoAddressThatIsNobodysNorAnythingButAName() {
        for (String hex : new String[] {
            "",
            "01",
            "0104c00002",
            "0103c00002",
            "010400000000",
            "0104e0000001",
            "0204c0000201",
            "0300",
            "0301 2e",
            "0307312e322e332e34",
            "0304 61206263",
            "0304 61006263",
            "0404c0000201"
        }) {
            Chunk data = Chunk.ofHex(hex.replace(" ", ""));
            assertTrue(GatewayIdentity.decode(data).isEmpty(), hex);
        }
    }

    @Property
    void survivesArbitraryOctets(@ForAll byte[] octets) {
        GatewayIdentity.decode(Chunk.wrap(octets));
    }
}
