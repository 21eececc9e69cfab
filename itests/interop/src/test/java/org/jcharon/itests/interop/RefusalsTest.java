// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.stream.Stream;
import org.jcharon.itests.interop.Connection.Auth;
import org.jcharon.itests.interop.Pair.Settings;
import org.jcharon.itests.interop.Pair.Starter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What must not come up with a strongSwan that shows the wrong thing, each side as initiator. */
@Interop
class RefusalsTest {

    /** What is wrong at one side. */
    enum Wrong {
        SECRET,
        UNTRUSTED_AUTHORITY,
        EXPIRED,
        OTHER_IDENTITY,
        CERTIFICATE_WITHOUT_ITS_KEY;

        /** The connection of a side called {@code site} that is wrong in this way. */
        Connection of(String site) {
            Connection rsa = good(Auth.RSA);
            return switch (this) {
                case SECRET -> good(Auth.PSK).secret("something else");
                case UNTRUSTED_AUTHORITY -> rsa.certificate("foreign-" + site, "rsa-" + site);
                case EXPIRED -> rsa.certificate("expired-" + site, "rsa-" + site);
                case OTHER_IDENTITY -> rsa.certificate("rsa-other", "rsa-other").localId("other.itest");
                case CERTIFICATE_WITHOUT_ITS_KEY -> rsa.certificate("rsa-" + site, "rsa-other");
            };
        }

        Auth auth() {
            return this == SECRET ? Auth.PSK : Auth.RSA;
        }
    }

    private static Pair pair;

    @BeforeAll
    static void start() {
        // an initiator that has no key says nothing after IKE_SA_INIT
        pair = Pair.of(Settings.ours("charon.half_open_timeout=5"), good(Auth.PSK), good(Auth.RSA));
    }

    @AfterAll
    static void end() {
        if (pair != null) {
            pair.close();
        }
    }

    @AfterEach
    void bringsUpWhatIsRight() {
        pair.peer().load(Conf.of(pair.peer().site(), pair.ours().site(), good(Auth.PSK), good(Auth.RSA)));
        pair.up(Starter.STRONGSWAN, "rsa", "net");
        pair.down(Starter.STRONGSWAN, "rsa");
    }

    private static Connection good(Auth auth) {
        return Connection.by(auth).name(auth.text());
    }

    static Stream<Arguments> matrix() {
        return Stream.of(Wrong.values())
                .flatMap(w -> Stream.of(Starter.values()).map(s -> Arguments.of(w, s)));
    }

    @ParameterizedTest(name = "{0}, {1} initiates")
    @MethodSource("matrix")
    void refusesAPeerWithTheWrong(Wrong wrong, Starter starter) {
        pair.peer().load(Conf.of(pair.peer().site(), pair.ours().site(), wrong.of("right")));
        Daemon other = starter == Starter.JCHARON ? pair.peer() : pair.ours();
        int mark = pair.ours().mark();
        Tunnel.refused(pair.starter(starter), other, wrong.auth().text(), "net");
        assertTrue(
                pair.ours().count(mark, "IKE_SA .* established between") == 0,
                () -> pair.ours().since(mark));
    }
}
