// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers {@code bin/jcharon shell} and {@code status} on a Unix socket that only the daemon's user can reach. It is
 * the launcher's and no bundle's, so that it answers when core does not run.
 */
final class ShellServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("charon.dmn");
    private static final int MAX_CLIENTS = 16;
    private static final long READY_SECONDS = 25;

    private final Path socket;
    private final ServerSocketChannel server;
    private static final long START_SECONDS = 30;

    private final Readiness readiness;
    private final Gogo gogo;
    private final ExecutorService threads;
    private final Semaphore slots = new Semaphore(MAX_CLIENTS);

    private ShellServer(
            Path socket, ServerSocketChannel server, Readiness readiness, Gogo gogo, ExecutorService threads) {
        this.socket = socket;
        this.server = server;
        this.readiness = readiness;
        this.gogo = gogo;
        this.threads = threads;
    }

    /**
     * Opens the socket, to be served on threads of {@code threads}. A socket file that is there is a dead daemon's,
     * since the caller holds the lock of the base.
     */
    static ShellServer open(Path socket, Readiness readiness, Gogo gogo, ExecutorService threads)
            throws LaunchException {
        try {
            Files.deleteIfExists(socket);
            ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
            server.bind(UnixDomainSocketAddress.of(socket));
            Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-------"));
            return new ShellServer(socket, server, readiness, gogo, threads);
        } catch (IOException e) {
            throw new LaunchException(
                    "cannot open " + socket + " (" + Layout.reason(e) + "): use another --run-dir", e);
        }
    }

    /** Starts to answer; returns at once. */
    void serve() {
        threads.execute(this::accept);
    }

    private void accept() {
        try {
            while (true) {
                SocketChannel client = server.accept();
                if (slots.tryAcquire()) {
                    threads.execute(() -> serve(client));
                } else {
                    client.close();
                }
            }
        } catch (AsynchronousCloseException e) {
            LOG.trace("the shell's socket was closed");
        } catch (IOException e) {
            LOG.error("the shell does not answer any more", e);
        }
    }

    private void serve(SocketChannel client) {
        try (client) {
            OutputStream raw = new BufferedOutputStream(ChannelStreams.output(client));
            InputStream in = ChannelStreams.input(client);
            Caller caller = new Caller(in, raw, threads);
            Frames.Frame request = Frames.read(in);
            if (request.kind() == Frames.VARIABLES) {
                caller.set(request.data());
                request = Frames.read(in);
            }
            int status;
            try (PrintStream out = stream(raw, Frames.OUT);
                    PrintStream err = stream(raw, Frames.ERR)) {
                String text = new String(request.data(), StandardCharsets.UTF_8);
                status = switch (request.kind()) {
                    case Frames.COMMAND -> {
                        readiness.awaitStarted(START_SECONDS, TimeUnit.SECONDS);
                        yield gogo.run(text, caller.variables(), out, err);
                    }
                    case Frames.COMPLETE -> {
                        gogo.complete(text).forEach(out::println);
                        yield 0;
                    }
                    case Frames.STATUS -> status(out);
                    case Frames.AWAIT -> {
                        readiness.await(READY_SECONDS, TimeUnit.SECONDS);
                        yield status(out);
                    }
                    default -> {
                        err.println("unknown request " + request.kind());
                        yield 2;
                    }
                };
            }
            Frames.write(raw, Frames.EXIT, new byte[] {(byte) status}, 0, 1);
        } catch (ClosedChannelException e) {
            LOG.trace("a shell client left");
        } catch (IOException e) {
            LOG.debug("a shell client left: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            slots.release();
        }
    }

    /** Closing it flushes and leaves the connection open. */
    private static PrintStream stream(OutputStream raw, int kind) {
        return new PrintStream(new BufferedOutputStream(Frames.output(raw, kind)), false, StandardCharsets.UTF_8);
    }

    private int status(PrintStream out) {
        if (readiness.isReady()) {
            out.println("ready, pid " + ProcessHandle.current().pid());
            readiness.complaints().forEach(line -> out.println("  " + line));
            return 0;
        }
        List<String> missing = readiness.missing();
        out.println("running with pid " + ProcessHandle.current().pid() + ", not ready");
        missing.forEach(m -> out.println("  " + m));
        return 1;
    }

    @Override
    public void close() {
        try (server) {
            Files.deleteIfExists(socket);
        } catch (IOException e) {
            LOG.debug("{}: {}", socket, Layout.reason(e));
        }
    }

    /** What runs a command line. */
    interface Gogo {
        /** Runs one line in a session with these variables; returns 0 on success. Errors are one line on {@code err}. */
        int run(String line, Map<String, Object> variables, PrintStream out, PrintStream err);

        /** Words that may stand at the end of a line. */
        List<String> complete(String line);
    }
}
