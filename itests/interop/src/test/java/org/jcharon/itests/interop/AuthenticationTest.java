// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.stream.Stream;
import org.jcharon.itests.interop.Connection.Auth;
import org.jcharon.itests.interop.Pair.Starter;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Each kind of authentication with strongSwan, each side as initiator. */
@Interop
class AuthenticationTest {

    private static Pair pair;

    @BeforeAll
    static void start() {
        Connection[] all = Stream.of(Auth.values())
                .map(a -> Connection.by(a).name(a.text()))
                .toArray(Connection[]::new);
        pair = Pair.of(all);
    }

    @AfterAll
    static void end() {
        if (pair != null) {
            pair.close();
        }
    }

    static Stream<Arguments> matrix() {
        return Stream.of(Auth.values()).flatMap(a -> Stream.of(Starter.values()).map(s -> Arguments.of(a, s)));
    }

    @ParameterizedTest(name = "{0}, {1} initiates")
    @MethodSource("matrix")
    void bringsATunnelUpThatCarriesPacketsBothWays(Auth auth, Starter starter) {
        int mark = pair.peer().mark();
        pair.up(starter, auth.text(), "net");
        Tunnel.ping(pair.ours().site(), pair.peer().site());
        String scheme = switch (auth) {
            case PSK -> "pre-shared key";
            case RSA -> "RSA_EMSA_PKCS1_SHA2_256";
            case ECDSA -> "ECDSA_WITH_SHA256_DER";
            case ED25519 -> "ED25519";
        };
        assertEquals(
                1,
                pair.peer()
                        .count(
                                mark,
                                "authentication of 'left." + auth.text() + ".itest' with " + scheme + " successful"));
        pair.down(starter, auth.text());
    }
}
