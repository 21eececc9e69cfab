// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import org.jcharon.itests.interop.Connection.Auth;
import org.jcharon.itests.interop.Pair.Settings;
import org.jcharon.itests.interop.Pair.Starter;
import org.jcharon.itests.interop.RefusalsTest.Wrong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a strongSwan does not accept leaves nothing at us, whoever initiates. */
@Interop
class RefusedByPeerTest {

    @ParameterizedTest
    @EnumSource
    void leavesNothingWhenWeShowTheWrong(Wrong wrong) {
        Namespaces net = Namespaces.plain();
        try (Pair pair = Pair.start(
                net,
                Conf.of(net.left(), net.right(), wrong.of("left")),
                Conf.of(
                        net.right(),
                        net.left(),
                        Connection.by(Auth.PSK).name("psk"),
                        Connection.by(Auth.RSA).name("rsa")),
                new Settings(new String[] {"charon.half_open_timeout=5"}, new String[] {"  half_open_timeout = 5"}))) {
            Tunnel.refused(pair.ours(), pair.peer(), wrong.auth().text(), "net");
            Tunnel.refused(
                    pair.starter(Starter.STRONGSWAN), pair.ours(), wrong.auth().text(), "net");
        }
    }
}
