// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.jcharon.itests.interop.Connection.Auth;
import org.jcharon.itests.interop.Pair.Settings;
import org.jcharon.itests.interop.Pair.Starter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A peer that announces no hash algorithms (RFC 7427) gets the methods of RFC 4754, and ours are checked by it. */
@Interop
class OlderSignaturesTest {

    @ParameterizedTest(name = "{0} initiates")
    @EnumSource
    void signsWithTheMethodOfTheCurve(Starter starter) {
        Settings older = Settings.peer("  signature_authentication = no");
        try (Pair pair = Pair.of(older, Connection.by(Auth.ECDSA))) {
            pair.up(starter, "itest", "net");
            assertEquals(
                    1,
                    pair.peer().count(0, "authentication of 'left.ecdsa.itest' with ECDSA-256 signature successful"));
            Tunnel.ping(pair.ours().site(), pair.peer().site());
            pair.down(starter, "itest");
        }
    }
}
