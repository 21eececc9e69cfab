// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** ML-KEM and several key exchanges (RFC 9242, RFC 9370) between two of ours: Debian's strongSwan has neither. */
@Interop
class MultipleKeyExchangesTest {

    private static final String SEVEN =
            "-ke1_mlkem512-ke2_mlkem768-ke3_mlkem1024-ke4_ecp256-ke5_ecp384-ke6_ecp521-ke7_modp2048";

    private static int count(Jcharon daemon, String text) {
        return daemon.listSas().split(text, -1).length - 1;
    }

    private static void rekeyed(Twins twins, Command.Result result) {
        assertTrue(result.ok(), result::output);
        Await.until(
                "one IKE_SA with one CHILD_SA on both sides",
                Daemon.SOON,
                () -> twins.left().ikeSas() == 1
                        && twins.right().ikeSas() == 1
                        && twins.left().installedChildren() == 1
                        && twins.right().installedChildren() == 1);
    }

    @ParameterizedTest
    @CsvSource({"-ke1_mlkem512, 1", "-ke1_mlkem768, 1", "-ke1_mlkem1024, 1", SEVEN + ", 7"})
    void carryATransferOnThroughRekeyingsFromBothSides(String additional, int exchanges) {
        Namespaces net = Namespaces.plain();
        Connection connection = Connection.psk()
                .proposals("aes256gcm16-prfsha384-x25519" + additional, "aes256gcm16-x25519" + additional);
        try (Twins twins = Twins.on(net, connection)) {
            Tunnel.up(twins.left(), twins.right(), "itest", "net");
            String last = additional.substring(additional.lastIndexOf('_') + 1).toUpperCase(java.util.Locale.ROOT);
            String shown =
                    "KE" + exchanges + "_" + last.replace("MLKEM", "ML_KEM_").replace("MODP", "MODP_");
            assertEquals(1, count(twins.right(), shown), "for the IKE_SA");
            try (Transfer transfer = Transfer.start(net.left(), net.right(), 50 * Transfer.MEBIBYTE)) {
                rekeyed(twins, twins.left().rekeyChild("net"));
                rekeyed(twins, twins.right().rekeyIke("itest"));
                rekeyed(twins, twins.right().rekeyChild("net"));
                rekeyed(twins, twins.left().rekeyIke("itest"));
                transfer.finish();
            }
            assertTrue(count(twins.left(), shown) >= 2, "for both SAs");
            assertEquals(exchanges, twins.left().count(0, "generating IKE_INTERMEDIATE request \\d+ \\[ KE \\]"));
            assertEquals(
                    2 * exchanges,
                    twins.left().count(0, "generating IKE_FOLLOWUP_KE request \\d+ \\[ KE N\\(ADD_KE\\) \\]"));
            Tunnel.down(twins.left(), twins.right(), "itest");
        }
    }

    /** IKE_SA_INIT with it is longer than a datagram may be without fragments of IP. */
    @ParameterizedTest
    @ValueSource(strings = {"mlkem512", "mlkem768", "mlkem1024"})
    void comeUpWithMlKemAlone(String method) {
        Namespaces net = Namespaces.plain();
        Connection connection = Connection.psk().proposals("aes256gcm16-prfsha384-" + method, "aes256gcm16-" + method);
        try (Twins twins = Twins.on(net, connection)) {
            Tunnel.up(twins.left(), twins.right(), "itest", "net");
            rekeyed(twins, twins.left().rekeyChild("net"));
            rekeyed(twins, twins.right().rekeyIke("itest"));
            Tunnel.ping(net.left(), net.right());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "x25519-ke1_mlkem768, x25519",
        "x25519, x25519-ke1_mlkem768",
        "x25519-ke1_mlkem768, x25519-ke1_mlkem1024"
    })
    void refuseAPeerWithoutTheKeyExchange(String left, String right) {
        Namespaces net = Namespaces.plain();
        try (Twins twins = Twins.on(
                net,
                Connection.psk().proposals("aes256gcm16-prfsha384-" + left, "aes256gcm16"),
                Connection.psk().proposals("aes256gcm16-prfsha384-" + right, "aes256gcm16"))) {
            Tunnel.refused(twins.left(), twins.right(), "itest", "net");
        }
    }
}
