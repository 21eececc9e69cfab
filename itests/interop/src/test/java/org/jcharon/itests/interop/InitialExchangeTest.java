// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HexFormat;
import org.jcharon.itests.interop.Connection.Auth;
import org.jcharon.itests.interop.Pair.Settings;
import org.jcharon.itests.interop.Pair.Starter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What may happen before an IKE_SA is up: cookies, another group, fragments, another version. */
@Interop
class InitialExchangeTest {

    private static final String COOKIE = "IKE_SA_INIT response 0 \\[ N\\(COOKIE\\) \\]";
    private static final String WITH_COOKIE = "IKE_SA_INIT request 0 \\[ N\\(COOKIE\\) SA KE No";

    /** Leaves a half-open IKE_SA at the daemon of {@code to}. */
    private static String probe(Site from, String what) {
        try (Program probe = Program.start(from, IkeProbe.class, from.address(), from.peer(), what)) {
            return probe.await(Daemon.SOON, "answer (\\p{XDigit}+)");
        }
    }

    @Test
    void repeatsTheRequestWithTheCookieOfThePeer() {
        try (Pair pair = Pair.of(Settings.peer("  cookie_threshold = 1"), Connection.psk())) {
            probe(pair.ours().site(), "half-open");
            pair.up(Starter.JCHARON, "itest", "net");
            assertEquals(
                    1,
                    pair.peer().count(0, COOKIE.replace("IKE", "generating IKE")),
                    () -> pair.peer().log());
            assertEquals(1, pair.ours().count(0, "generating " + WITH_COOKIE));
        }
    }

    @Test
    void asksForACookieWhenManyAreHalfOpen() {
        try (Pair pair = Pair.of(Settings.ours("charon.cookie_threshold=1"), Connection.psk())) {
            probe(pair.peer().site(), "half-open");
            pair.up(Starter.STRONGSWAN, "itest", "net");
            assertEquals(1, pair.peer().count(0, "parsed " + COOKIE));
            assertEquals(1, pair.peer().count(0, "generating " + WITH_COOKIE));
            assertEquals(1, pair.ours().statistic("drops.cookie-required"));
        }
    }

    @ParameterizedTest(name = "{0} initiates")
    @EnumSource
    void goesToTheGroupThatTheResponderWants(Starter starter) {
        Namespaces net = Namespaces.plain();
        Connection some =
                Connection.psk().proposals("aes128gcm16-prfsha256-x25519-ecp256", "aes128gcm16-x25519-ecp256");
        Connection one = Connection.psk().proposals("aes128gcm16-prfsha256-ecp256", "aes128gcm16-ecp256");
        boolean we = starter == Starter.JCHARON;
        try (Pair pair = Pair.start(
                net,
                Conf.of(net.left(), net.right(), we ? some : one),
                Conf.of(net.right(), net.left(), we ? one : some),
                Settings.NONE)) {
            pair.up(starter, "itest", "net");
            assertEquals(1, pair.peer().count(0, "IKE_SA_INIT response 0 \\[ N\\(INVAL_KE\\) \\]"));
            pair.peer().awaitLog(0, "selected proposal: IKE:AES_GCM_16_128/PRF_HMAC_SHA2_256/ECP_256");
            int mark = pair.peer().mark();
            Command.Result rekeyed = pair.starter(starter).rekeyChild("net");
            assertTrue(rekeyed.ok(), rekeyed::output);
            pair.peer().awaitLog(mark, "CHILD_SA closed");
            assertEquals(1, pair.peer().count(mark, "CREATE_CHILD_SA response \\d+ \\[ N\\(INVAL_KE\\) \\]"));
            Tunnel.ping(pair.ours().site(), pair.peer().site());
        }
    }

    @ParameterizedTest(name = "{0} initiates")
    @EnumSource
    void sendsAndTakesFragments(Starter starter) {
        Connection rsa = Connection.by(Auth.RSA);
        Settings small =
                new Settings(new String[] {"charon.fragment_size=500"}, new String[] {"  fragment_size = 500"});
        try (Pair pair = Pair.of(small, rsa)) {
            pair.up(starter, "itest", "net");
            for (String way : new String[] {"generating", "parsed"}) {
                assertTrue(
                        pair.peer().count(0, way + " IKE_AUTH re\\w+ 1 \\[ EF\\(3/") == 1,
                        () -> way + ": " + pair.peer().log());
            }
            Tunnel.ping(pair.ours().site(), pair.peer().site());
        }
    }

    @Test
    void answersVersionOneWithItsOwnVersion() {
        try (Pair pair = Pair.of(Connection.psk())) {
            byte[] answer = HexFormat.of().parseHex(probe(pair.peer().site(), "ikev1"));
            assertEquals(0x20, answer[17], "version");
            assertEquals(41, answer[16], "a notify payload");
            // RFC 7296 section 3.10.1
            assertEquals(5, answer[28 + 7], "INVALID_MAJOR_VERSION");
            assertEquals(0, pair.ours().ikeSas());
            pair.up(Starter.STRONGSWAN, "itest", "net");
        }
    }
}
