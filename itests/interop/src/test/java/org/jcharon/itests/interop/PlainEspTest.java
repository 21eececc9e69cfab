// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** ESP without UDP, and with extended sequence numbers, which the peer's userland ESP has not: between two of ours. */
@Interop(programs = {"pki", "ping"})
class PlainEspTest {

    private static final String COUNTERS =
            "table inet itest { counter plain { }; counter wrapped { }; chain input { type filter hook prerouting priority -300;"
                    + " iifname veth0 ip protocol esp counter name plain; iifname veth0 udp dport 4500 @th,64,32 != 0 counter name wrapped; }; }";

    @ParameterizedTest
    @ValueSource(strings = {"aes128gcm16-x25519", "aes128gcm16-x25519-esn", "aes256-sha256-ecp256-esn"})
    void carriesPacketsAndATransfer(String proposal) {
        Namespaces net = Namespaces.plain();
        Connection connection = Connection.psk().encap(false);
        connection.esp = proposal;
        try (Twins twins = Twins.on(net, connection)) {
            Command.Result counters = net.right().run("nft", COUNTERS);
            assertTrue(counters.ok(), counters::output);
            Tunnel.up(twins.left(), twins.right(), "itest", "net");
            String sas = twins.right().listSas();
            assertTrue(sas.contains("\"encapsulated\":false"), sas);
            assertEquals(proposal.endsWith("esn"), sas.contains("/EXT_SEQ"), sas);
            Tunnel.ping(net.left(), net.right());
            try (Transfer transfer = Transfer.start(net.left(), net.right(), 10 * Transfer.MEBIBYTE)) {
                assertTrue(twins.right().rekeyChild("net").ok());
                transfer.finish();
            }
            String seen = net.right().run("nft", "list", "counters").output();
            assertTrue(seen.matches("(?s).*counter plain \\{\\s+packets [1-9]\\d{3,}.*"), seen);
            assertTrue(seen.matches("(?s).*counter wrapped \\{\\s+packets 0 .*"), seen);
            Tunnel.down(twins.left(), twins.right(), "itest");
        }
    }
}
