// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

/** What tests do with two daemons of any kind. */
final class Tunnel {

    private Tunnel() {}

    static void up(Daemon starter, Daemon other, String connection, String child) {
        Command.Result result = starter.up(connection, child);
        assertTrue(result.ok(), () -> starter + " does not bring it up: " + result.output());
        Await.until(
                "both sides have one CHILD_SA",
                Daemon.SOON,
                () -> starter.installedChildren() == 1 && other.installedChildren() == 1);
    }

    static void down(Daemon starter, Daemon other, String connection) {
        Command.Result result = starter.downIke(connection);
        assertTrue(result.ok(), () -> starter + " does not take it down: " + result.output());
        Await.until("no side has an IKE_SA", Daemon.SOON, () -> starter.ikeSas() == 0 && other.ikeSas() == 0);
    }

    /** It must not come up, and after a while there may be nothing left of the attempt on either side. */
    static void refused(Daemon starter, Daemon other, String connection, String child) {
        Command.Result result = starter.up(connection, child);
        assertFalse(result.ok(), () -> "came up: " + result.output());
        Await.until("no side has an IKE_SA", Daemon.SOON, () -> starter.ikeSas() == 0 && other.ikeSas() == 0);
        assertEquals(0, starter.installedChildren() + other.installedChildren(), "CHILD_SAs");
    }

    /** Asks until an echo request is answered: while a tunnel moves or comes up, some are lost. */
    static void awaitPackets(Site from, Site to) {
        String[] echo = {"ping", "-n", "-c", "1", "-W", "1", "-I", from.inner(), to.inner()};
        Await.until("packets pass", Daemon.SOON, () -> from.run(echo).ok());
    }

    /** Five echo requests each way, each answered. */
    static void ping(Site one, Site other) {
        ping(one, one.inner(), other.inner());
        ping(other, other.inner(), one.inner());
    }

    static void ping(Site from, String source, String destination) {
        Command.Result result = from.run("ping", "-n", "-c", "5", "-i", "0.1", "-W", "5", "-I", source, destination);
        assertTrue(result.output().contains(" 5 received"), () -> from.name() + ": " + result.output());
    }
}
