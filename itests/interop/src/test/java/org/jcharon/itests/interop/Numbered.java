// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

/** Two {@link UdpStream}s towards each other. */
final class Numbered implements AutoCloseable {

    private final Program one;
    private final Program other;

    private Numbered(Program one, Program other) {
        this.one = one;
        this.other = other;
    }

    static Numbered start(Site one, Site other) {
        Program first = Program.start(one, UdpStream.class, one.inner(), other.inner());
        Program second = Program.start(other, UdpStream.class, other.inner(), one.inner());
        first.await(Daemon.SOON, "ready");
        second.await(Daemon.SOON, "ready");
        // reading this line starts the sending
        first.tell("go");
        second.tell("go");
        return new Numbered(first, second);
    }

    /** Nothing may be lost or come twice. */
    void finish() {
        one.tell("stop");
        other.tell("stop");
        String byOne = one.await(Daemon.SOON, "sent (\\d+)");
        String byOther = other.await(Daemon.SOON, "sent (\\d+)");
        // the word that stopped it is still to be read
        one.tell("expect " + byOther);
        other.tell("expect " + byOne);
        String whole = "received %s lost 0 first %s twice 0";
        assertEquals(String.format(whole, byOther, byOther), one.await(Daemon.SOON, "received .*"), "at the first");
        assertEquals(String.format(whole, byOne, byOne), other.await(Daemon.SOON, "received .*"), "at the second");
    }

    @Override
    public void close() {
        one.close();
        other.close();
    }
}
