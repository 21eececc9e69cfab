// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jcharon.itests.interop.Connection.Auth;
import org.jcharon.itests.interop.Pair.Settings;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A newcomer's first mistakes, with a strongSwan at the other end: {@code ike:up} and {@code ike:diagnose} name the cause. */
@Interop
class CausesTest {

    private static final String WALL = "add table inet jcitwall;"
            + " add chain inet jcitwall in { type filter hook input priority 0; policy accept; };"
            + " add rule inet jcitwall in udp dport { 500, 4500 } drop";

    private static Pair pair;

    @BeforeAll
    static void start() {
        pair = Pair.of(
                Settings.ours("charon.retransmit_timeout=1", "charon.retransmit_tries=1", "charon.half_open_timeout=5"),
                good(Auth.PSK),
                good(Auth.RSA));
    }

    @AfterAll
    static void end() {
        if (pair != null) {
            pair.close();
        }
    }

    private static Connection good(Auth auth) {
        return Connection.by(auth).name(auth.text());
    }

    private static void peerHas(Connection connection) {
        pair.peer().load(Conf.of(pair.peer().site(), pair.ours().site(), connection));
    }

    private static void assertSays(Command.Result result, String... parts) {
        assertFalse(result.ok(), result.output());
        for (String part : parts) {
            assertTrue(result.output().contains(part), "'" + part + "' is missing: " + result.output());
        }
    }

    /** Both commands name it. */
    private static void weSay(String connection, String... parts) {
        assertSays(pair.ours().up(connection, "net"), parts);
        assertSays(pair.ours().shell("ike:diagnose " + connection), parts);
    }

    @Test
    void namesAnotherPreSharedKey() {
        peerHas(good(Auth.PSK).secret("something else"));
        weSay("psk", "AUTHENTICATION_FAILED", "another pre-shared key", "compare ids and secrets");
        int mark = pair.ours().mark();
        pair.peer().up("psk", "net");
        assertSays(pair.ours().shell("ike:diagnose psk"), "refused peer", "tried 1 shared key", "MAC mismatched");
        pair.ours().awaitLog(mark, "connection 'psk': tried 1 shared key for '.*' - '.*', but MAC mismatched");
    }

    @Test
    void namesAnotherIdentity() {
        peerHas(good(Auth.PSK).remoteId("somebody.else.itest"));
        weSay("psk", "AUTHENTICATION_FAILED", "does not know our identity '");
        int mark = pair.ours().mark();
        pair.peer().up("psk", "net");
        assertSays(pair.ours().shell("ike:diagnose psk"), "refused peer", "somebody.else.itest");
        pair.ours()
                .awaitLog(
                        mark,
                        "connection 'psk': peer asks for identity 'somebody.else.itest', ours is '.*' \\(local.id\\)");
    }

    @Test
    void namesAMissingCa() {
        peerHas(good(Auth.RSA).certificate("foreign-right", "rsa-right"));
        weSay("rsa", "no trusted RSA public key found", "no issuer certificate found", "x509ca/");
    }

    @Test
    void namesProposalsThatDoNotFit() {
        peerHas(good(Auth.PSK).proposals("aes256-sha384-prfsha384-ecp384", "aes256gcm16"));
        weSay("psk", "NO_PROPOSAL_CHOSEN", "none of our IKE proposals", "compare 'proposals'");
        int mark = pair.ours().mark();
        pair.peer().up("psk", "net");
        assertSays(pair.ours().shell("ike:diagnose psk"), "refused peer", "no matching IKE proposal");
        pair.ours().awaitLog(mark, "received proposals: IKE:AES_CBC_256/HMAC_SHA2_384_192/PRF_HMAC_SHA2_384/ECP_384");
        pair.ours().awaitLog(mark, "configured proposals: IKE:");
        pair.ours().awaitLog(mark, "no common .*: we accept \\[.*], peer offers \\[");
    }

    @Test
    void namesAFirewall() {
        peerHas(good(Auth.PSK));
        Command.Result wall = pair.peer().site().run("nft", WALL);
        assertTrue(wall.ok(), wall.output());
        try {
            weSay("psk", "no answer from ", "after 1 retransmissions", "firewall between drops UDP port 500");
        } finally {
            pair.peer().site().run("nft", "delete table inet jcitwall");
        }
        assertTrue(pair.ours().up("psk", "net").ok());
        Command.Result well = pair.ours().shell("ike:diagnose psk");
        assertTrue(well.ok(), well.output());
        pair.down(Pair.Starter.JCHARON, "psk");
    }
}
