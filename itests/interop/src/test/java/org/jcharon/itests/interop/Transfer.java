// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;

/** A TCP transfer through a tunnel: at least so much, and until {@link #finish}. */
final class Transfer implements AutoCloseable {

    static final long MEBIBYTE = 1 << 20;

    private static final String PORT = "9001";
    private static final Duration LONG = Duration.ofMinutes(3);

    private final Program receiver;
    private final Program sender;

    private Transfer(Program receiver, Program sender) {
        this.receiver = receiver;
        this.sender = sender;
    }

    static Transfer start(Site from, Site to, long least) {
        Program receiver = Program.start(to, TcpReceiver.class, to.inner(), PORT);
        receiver.await(Daemon.SOON, "listening");
        Program sender = Program.start(from, TcpSender.class, from.inner(), to.inner(), PORT, Long.toString(least));
        return new Transfer(receiver, sender);
    }

    /** What was received must be what was sent. */
    void finish() {
        sender.await(LONG, "enough");
        sender.tell("stop");
        sender.end(LONG);
        receiver.end(LONG);
        assertEquals(
                sender.await(Daemon.SOON, "sent (\\d+ \\p{XDigit}+)"),
                receiver.await(Daemon.SOON, "received (\\d+ \\p{XDigit}+)"),
                "what was received");
    }

    @Override
    public void close() {
        sender.close();
        receiver.close();
    }
}
