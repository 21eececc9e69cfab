// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import org.jcharon.itests.interop.Pair.Settings;
import org.jcharon.itests.interop.Pair.Starter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Postquantum preshared keys (RFC 8784) with strongSwan, each as initiator. */
@Interop
class PpkTest {

    private static Path conf(Site me, Site other, Connection.Auth auth, String how, String secret) {
        Connection connection = Connection.by(auth);
        if (!how.equals("none")) {
            connection.line("ppk_id = shared.ppk").line("ppk_required = " + (how.equals("required") ? "yes" : "no"));
        }
        String secrets = how.equals("none") || secret == null
                ? ""
                : "secrets {\n  ppk-1 {\n    id = shared.ppk\n    secret = \"" + secret + "\"\n  }\n}\n";
        return Conf.of(me, other, secrets, connection);
    }

    private static Pair pair(Connection.Auth auth, String ours, String ourSecret, String peers, String peersSecret) {
        Namespaces net = Namespaces.plain();
        return Pair.start(
                net,
                conf(net.left(), net.right(), auth, ours, ourSecret),
                conf(net.right(), net.left(), auth, peers, peersSecret),
                new Settings(new String[] {"charon.half_open_timeout=4"}, new String[] {"half_open_timeout = 4"}));
    }

    private static void used(Pair pair, boolean used) {
        assertEquals(used, pair.ours().listSas().contains("\"ppk\":true"));
        // strongSwan appends it to the algorithms of the IKE_SA
        assertEquals(used, pair.peer().listSas().contains("/PPK"), pair.peer()::listSas);
    }

    @ParameterizedTest(name = "we {0}, peer {1}, {3} starts")
    @CsvSource({
        "required, required, true, JCHARON",
        "required, required, true, STRONGSWAN",
        "required, optional, true, JCHARON",
        "optional, required, true, STRONGSWAN",
        "optional, optional, true, JCHARON",
        "optional, optional, true, STRONGSWAN",
        "optional, none, false, JCHARON",
        "none, optional, false, STRONGSWAN",
        "optional, none, false, STRONGSWAN",
        "none, optional, false, JCHARON"
    })
    void comesUp(String ours, String peers, boolean used, Starter starter) {
        try (Pair pair = pair(Connection.Auth.PSK, ours, "one", peers, "one")) {
            pair.up(starter, "itest", "net");
            used(pair, used);
            Tunnel.ping(pair.ours().site(), pair.peer().site());
            for (Starter rekeying : Starter.values()) {
                Command.Result result = pair.starter(rekeying).rekeyIke("itest");
                assertTrue(result.ok(), result::output);
                Await.until(
                        "one IKE_SA on both sides",
                        Daemon.SOON,
                        () -> pair.ours().ikeSas() == 1 && pair.peer().ikeSas() == 1);
                used(pair, used);
            }
            assertTrue(pair.ours().rekeyChild("net").ok());
            Tunnel.ping(pair.ours().site(), pair.peer().site());
        }
    }

    @ParameterizedTest
    @EnumSource
    void signsWithTheKey(Starter starter) {
        try (Pair pair = pair(Connection.Auth.ECDSA, "required", "one", "required", "one")) {
            pair.up(starter, "itest", "net");
            used(pair, true);
            Tunnel.ping(pair.ours().site(), pair.peer().site());
        }
    }

    /** Both announce keys, the responder lacks this one: NO_PPK_AUTH counts. */
    @ParameterizedTest
    @EnumSource
    void fallsBackWhereTheResponderLacksTheKey(Starter starter) {
        Namespaces net = Namespaces.plain();
        String other = "secrets {\n  ppk-1 {\n    id = another.ppk\n    secret = \"one\"\n  }\n}\n";
        boolean we = starter == Starter.JCHARON;
        Path having = conf(
                we ? net.left() : net.right(), we ? net.right() : net.left(), Connection.Auth.PSK, "optional", "one");
        Path lacking = Conf.of(we ? net.right() : net.left(), we ? net.left() : net.right(), other, Connection.psk());
        try (Pair pair = Pair.start(net, we ? having : lacking, we ? lacking : having, Settings.NONE)) {
            pair.up(starter, "itest", "net");
            used(pair, false);
            assertEquals(1, pair.peer().count(0, "IKE_AUTH request 1 \\[.* N\\(NO_PPK\\)"));
            Tunnel.ping(pair.ours().site(), pair.peer().site());
        }
    }

    @ParameterizedTest(name = "we {0}, peer {1}, secrets {2} and {3}, {4} starts")
    @CsvSource({
        "required, required, one, two, JCHARON",
        "required, required, one, two, STRONGSWAN",
        "required, none, one, , JCHARON",
        "none, required, , one, STRONGSWAN",
        "required, none, one, , STRONGSWAN",
        "none, required, , one, JCHARON",
        "optional, required, , one, JCHARON",
        "required, optional, one, , STRONGSWAN"
    })
    void isRefused(String ours, String peers, String ourSecret, String peersSecret, Starter starter) {
        try (Pair pair = pair(Connection.Auth.PSK, ours, ourSecret, peers, peersSecret)) {
            Tunnel.refused(
                    pair.starter(starter), starter == Starter.JCHARON ? pair.peer() : pair.ours(), "itest", "net");
        }
    }
}
