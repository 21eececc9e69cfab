// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jcharon.itests.interop.Pair.Settings;
import org.jcharon.itests.interop.Pair.Starter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The life of SAs with strongSwan: more children, liveness, deletion, the end of a daemon. */
@Interop
class LifeTest {

    private static Connection twoChildren(Site me, Site other) {
        return Connection.psk().another("second", me.second() + "/32", other.second() + "/32");
    }

    @ParameterizedTest(name = "{0} asks")
    @EnumSource
    void addsASecondChildToTheSameIkeSa(Starter starter) {
        Namespaces net = Namespaces.plain();
        try (Pair pair = Pair.start(
                net,
                Conf.of(net.left(), net.right(), twoChildren(net.left(), net.right())),
                Conf.of(net.right(), net.left(), twoChildren(net.right(), net.left())),
                Settings.NONE)) {
            pair.up(Starter.JCHARON, "itest", "net");
            Command.Result second = pair.starter(starter).up("itest", "second");
            assertTrue(second.ok(), second::output);
            children(pair, 2);
            Tunnel.ping(net.left(), net.right());
            Tunnel.ping(net.left(), net.left().second(), net.right().second());
            Tunnel.ping(net.right(), net.right().second(), net.left().second());

            int mark = pair.peer().mark();
            Command.Result down = pair.starter(starter).downChild("second");
            assertTrue(down.ok(), down::output);
            children(pair, 1);
            pair.peer().awaitLog(mark, "CHILD_SA closed");
            assertEquals(1, pair.peer().count(mark, "sending DELETE for ESP CHILD_SA"));
            assertEquals(1, pair.peer().count(mark, "received DELETE for ESP CHILD_SA"));
            Tunnel.ping(net.left(), net.right());
        }
    }

    private static void children(Pair pair, int count) {
        Await.until(
                count + " CHILD_SAs on one IKE_SA",
                Daemon.SOON,
                () -> pair.ours().installedChildren() == count
                        && pair.peer().installedChildren() == count
                        && pair.ours().ikeSas() == 1
                        && pair.peer().ikeSas() == 1);
    }

    /** Only one side has a delay: a message of either resets the clocks of both, so that whose runs out first may ask for ever. */
    @ParameterizedTest(name = "{0} asks")
    @EnumSource
    void asksWhetherThePeerIsAliveAndAnswersTheSame(Starter asker) {
        Namespaces net = Namespaces.plain();
        Connection asking = Connection.psk().line("dpd_delay = 1s");
        try (Pair pair = Pair.start(
                net,
                Conf.of(net.left(), net.right(), asker == Starter.JCHARON ? asking : Connection.psk()),
                Conf.of(net.right(), net.left(), asker == Starter.STRONGSWAN ? asking : Connection.psk()),
                Settings.NONE)) {
            pair.up(Starter.JCHARON, "itest", "net");
            pair.peer()
                    .awaitLog(
                            0,
                            "parsed INFORMATIONAL " + (asker == Starter.JCHARON ? "request" : "response")
                                    + " \\d+ \\[ (N\\(NATD_S_IP\\) N\\(NATD_D_IP\\) )?\\]");
            assertEquals(0, pair.peer().count(0, "retransmit"));
            assertEquals(1, pair.ours().installedChildren());
        }
    }

    /** Whoever counts rekeys, whatever the clock says. */
    @ParameterizedTest(name = "{0} counts: {1}")
    @CsvSource({"JCHARON, rekey_bytes = 200000", "JCHARON, rekey_packets = 200", "STRONGSWAN, rekey_packets = 200"})
    void rekeysByVolume(Starter counting, String limit) {
        Namespaces net = Namespaces.plain();
        Connection counts = Connection.psk().childLine(limit).childLine("rekey_time = 0");
        try (Pair pair = Pair.start(
                net,
                Conf.of(net.left(), net.right(), counting == Starter.JCHARON ? counts : Connection.psk()),
                Conf.of(net.right(), net.left(), counting == Starter.STRONGSWAN ? counts : Connection.psk()),
                Settings.NONE)) {
            pair.up(Starter.JCHARON, "itest", "net");
            int mark = pair.peer().mark();
            Command.Result sent = net.left()
                    .run(
                            "ping",
                            "-n",
                            "-c",
                            "300",
                            "-i",
                            "0.005",
                            "-s",
                            "1000",
                            "-I",
                            net.left().inner(),
                            net.right().inner());
            assertTrue(sent.output().contains(" 300 received"), sent::output);
            pair.peer().awaitLog(mark, "CHILD_SA closed");
            Await.until(
                    "one CHILD_SA on both sides",
                    Daemon.SOON,
                    () -> pair.ours().installedChildren() == 1 && pair.peer().installedChildren() == 1);
            Tunnel.ping(net.left(), net.right());
        }
    }

    @Test
    void closesWhatAPeerHoldsThatDoesNotAnswer() {
        Settings quick = Settings.ours("charon.retransmit_timeout=0.5", "charon.retransmit_tries=2");
        try (Pair pair = Pair.of(quick, Connection.psk().line("dpd_delay = 1s"))) {
            pair.up(Starter.STRONGSWAN, "itest", "net");
            // the address stays, nobody answers
            pair.peer().process().destroyForcibly();
            pair.ours().awaitLog(0, "giving up after 2 retransmits");
            Await.until("nothing left", Daemon.SOON, () -> pair.ours().ikeSas() == 0);
            assertEquals(0, pair.ours().statistic("kernel.sas"));
            assertEquals(0, pair.ours().statistic("kernel.policies"));
        }
    }

    @Test
    void tellsThePeerBeforeItEnds() {
        try (Pair pair = Pair.of(Connection.psk())) {
            pair.up(Starter.JCHARON, "itest", "net");
            assertEquals(0, pair.ours().end());
            pair.peer().awaitLog(0, "received DELETE for IKE_SA");
            Await.until("nothing left", Daemon.SOON, () -> pair.peer().ikeSas() == 0);
            String routes = pair.ours()
                    .site()
                    .run("ip", "route", "show", "table", "220")
                    .output();
            assertTrue(!routes.contains("10."), routes);
        }
    }
}
