// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** One request of a client to the daemon, and its answer. Only {@link #interrupt} may be called by another thread. */
final class Exchange {
    /** What a status of nobody's is: the caller interrupted. */
    static final int INTERRUPTED = 130;

    private static final int FAILED = 1;
    private static final long STATUS_MILLIS = 10_000;

    /** The keys of a terminal. */
    interface Keyboard {
        /** Sends each key that is pressed from now on as a frame; {@code frames} is locked for each. */
        AutoCloseable start(OutputStream frames) throws IOException;
    }

    private final Path run;
    private final PrintStream out;
    private final PrintStream err;
    private final long statusMillis;
    private volatile boolean late; // set before the channel is closed because of it
    private volatile SocketChannel channel; // publishes it to whoever interrupts

    /** With the daemon whose folder of sockets is {@code run}. */
    Exchange(Path run, PrintStream out, PrintStream err) {
        this(run, out, err, STATUS_MILLIS);
    }

    Exchange(Path run, PrintStream out, PrintStream err, long statusMillis) {
        this.run = run;
        this.out = out;
        this.err = err;
        this.statusMillis = statusMillis;
    }

    /**
     * Sends a request and prints the answer.
     *
     * @param variables lines of {@code NAME=VALUE} about the caller, may be empty
     * @param keyboard null: there is none
     * @return the exit status that the daemon answers
     */
    int ask(int kind, String text, String variables, Keyboard keyboard) throws IOException, LaunchException {
        Path socket = run.resolve("shell");
        Layout.checkSocketPath(socket);
        byte[] request = text.getBytes(StandardCharsets.UTF_8);
        if (request.length > Frames.MAX_OCTETS) {
            throw new LaunchException("a command line of more than " + Frames.MAX_OCTETS + " octets");
        }
        SocketChannel opened;
        try {
            opened = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        } catch (IOException e) {
            out.println("running, its shell does not answer yet");
            return FAILED;
        }
        AutoCloseable keys = () -> {};
        try (opened) {
            channel = opened;
            if (kind == Frames.STATUS) { // commands may take their time, a status may not
                limit(opened);
            }
            OutputStream to = ChannelStreams.output(opened);
            if (!variables.isEmpty()) {
                byte[] lines = variables.getBytes(StandardCharsets.UTF_8);
                Frames.write(to, Frames.VARIABLES, lines, 0, lines.length);
            }
            Frames.write(to, kind, request, 0, request.length);
            InputStream from = ChannelStreams.input(opened);
            while (true) {
                Frames.Frame frame = Frames.read(from);
                if (frame.kind() == Frames.EXIT) {
                    return frame.data()[0];
                }
                if (frame.kind() == Frames.KEYS) {
                    keys = keyboard == null ? keys : keyboard.start(to);
                } else {
                    PrintStream stream = frame.kind() == Frames.OUT ? out : err;
                    stream.write(frame.data());
                    stream.flush();
                }
            }
        } catch (AsynchronousCloseException e) {
            if (late) {
                throw new LaunchException(
                        "the daemon runs, but has not answered within " + statusMillis + " ms: it is stopped or stuck",
                        e);
            }
            return INTERRUPTED;
        } catch (EOFException | ClosedChannelException e) {
            throw new LaunchException("the daemon closed the connection: it stopped, or has too many clients", e);
        } finally {
            channel = null;
            close(keys);
        }
    }

    private void limit(SocketChannel opened) {
        Thread watch = new Thread(
                () -> {
                    try {
                        Thread.sleep(statusMillis);
                        late = true;
                        opened.close();
                    } catch (InterruptedException | IOException e) {
                        Thread.currentThread().interrupt(); // nobody waits any more
                    }
                },
                "jcharon-status-limit");
        watch.setDaemon(true);
        watch.start();
    }

    /** Leaves; what the command began goes on. */
    void interrupt() throws IOException {
        SocketChannel now = channel;
        if (now != null) {
            now.close();
        }
    }

    private static void close(AutoCloseable keys) throws IOException {
        try {
            keys.close();
        } catch (IOException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException(e);
        }
    }
}
