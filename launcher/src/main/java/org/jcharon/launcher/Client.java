// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The part of {@code bin/jcharon} that talks to a running daemon: {@code status}, {@code stop}, {@code shell} and the
 * end of {@code start}. Few classes, since each call is a JVM of its own. Status 0 is success, 1 failure, 3 not running.
 */
final class Client {
    private static final boolean TERMINAL = Boolean.getBoolean("jcharon.tty");
    private static final int FAILED = 1;
    private static final int NOT_RUNNING = 3;
    private static final long STOP_SECONDS = 20;
    private static final long START_ROUNDS = 600;
    private static final long START_ROUND_MILLIS = 50;

    private Client() {}

    /** Arguments: subcommand, base, then its own. */
    public static void main(String[] args) {
        int status;
        try {
            String rest = String.join(" ", Arrays.asList(args).subList(2, args.length));
            status = run(args[0], Path.of(args[1]), rest);
        } catch (IOException e) {
            complain(Layout.reason(e));
            status = FAILED;
        } catch (LaunchException e) {
            complain(e.getMessage());
            status = FAILED;
        } catch (InterruptedException e) {
            status = FAILED;
        }
        System.out.flush();
        Runtime.getRuntime().halt(status);
    }

    private static int run(String command, Path base, String rest)
            throws IOException, LaunchException, InterruptedException {
        if (command.equals("await")) {
            return await(base, Long.parseLong(rest));
        }
        Optional<DaemonLock.Holder> holder = holder(base);
        if (holder.isEmpty()) {
            (command.equals("status") ? System.out : System.err)
                    .println(
                            command.equals("status")
                                    ? "not running"
                                    : "jcharon: no daemon runs on " + base + ": start it with bin/jcharon start");
            return NOT_RUNNING;
        }
        return switch (command) {
            case "status" -> ask(holder.get().run(), Frames.STATUS, "", System.out);
            case "stop" -> stop(holder.get().pid());
            default -> shell(holder.get().run(), rest);
        };
    }

    private static Optional<DaemonLock.Holder> holder(Path base) throws IOException {
        return DaemonLock.holder(base.resolve("run").resolve("jcharon.pid"));
    }

    /** Sends one request to the daemon whose folder of sockets is {@code run}; returns the exit status it answers. */
    static int ask(Path run, int kind, String text, PrintStream out) throws IOException, LaunchException {
        return new Exchange(run, out, System.err).ask(kind, text, "", null);
    }

    /** A command line, or without one those of the terminal or of standard input. */
    private static int shell(Path run, String line) throws IOException, LaunchException {
        if (line.isBlank() && TERMINAL) {
            try (Prompt prompt = Prompt.open(run)) {
                return prompt.loop();
            } catch (NoClassDefFoundError e) {
                System.err.println("jcharon: lib/client is missing, lines cannot be edited");
            }
        }
        if (!line.isBlank()) {
            return command(run, line);
        }
        int status = 0;
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (String next = in.readLine(); next != null; next = in.readLine()) {
            status = next.isBlank() ? status : command(run, next);
        }
        return status;
    }

    private static int command(Path run, String line) throws IOException, LaunchException {
        String[] size = System.getProperty("jcharon.terminal", "").split(" ");
        String variables = "CWD=" + Path.of("").toAbsolutePath()
                + (size.length == 2 ? "\nLINES=" + size[0] + "\nCOLUMNS=" + size[1] : "");
        return new Exchange(run, System.out, System.err)
                .ask(Frames.COMMAND, line, variables, TERMINAL ? frames -> keyboard(run, frames) : null);
    }

    /** Opened only for a command that asks for keys: it costs more than most commands. */
    private static AutoCloseable keyboard(Path run, OutputStream frames) throws IOException {
        try {
            Prompt prompt = Prompt.open(run);
            AutoCloseable keys = prompt.keys(frames);
            return () -> {
                keys.close();
                prompt.close();
            };
        } catch (NoClassDefFoundError e) {
            return () -> {}; // without lib/client Ctrl-C ends the client, and so the command
        }
    }

    private static int stop(long pid) throws InterruptedException {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        if (process.isEmpty()) {
            return 0;
        }
        if (!process.get().destroy()) {
            complain("no right to signal the daemon, pid " + pid + ": run this as its user");
            return FAILED;
        }
        if (ended(process.get(), STOP_SECONDS, TimeUnit.SECONDS)) {
            return 0;
        }
        complain("the daemon, pid " + pid + ", still runs after " + STOP_SECONDS + " s: see its log, or kill it");
        return FAILED;
    }

    /** Waits for a daemon that was just started. */
    private static int await(Path base, long pid) throws IOException, LaunchException, InterruptedException {
        Optional<ProcessHandle> process = ProcessHandle.of(pid);
        for (int round = 0; round < START_ROUNDS && process.isPresent(); round++) {
            if (ended(process.get(), START_ROUND_MILLIS, TimeUnit.MILLISECONDS)) {
                break;
            }
            Optional<DaemonLock.Holder> holder = holder(base);
            if (holder.isPresent()
                    && holder.get().pid() == pid
                    && answers(holder.get().run())) {
                try {
                    return ask(holder.get().run(), Frames.AWAIT, "", System.out);
                } catch (IOException e) {
                    if (!ended(process.get(), 1, TimeUnit.SECONDS)) {
                        throw e;
                    }
                    break; // it ended while it was asked
                }
            }
        }
        Path log = base.resolve("log").resolve("console.log");
        complain(lastLine(log)
                .map(line -> line + " (" + log + ")")
                .orElse("the daemon did not start, and " + log + " is empty"));
        return FAILED;
    }

    /** The daemon ends with what was wrong. */
    private static Optional<String> lastLine(Path log) throws IOException {
        String last = null;
        try (BufferedReader in = Files.newBufferedReader(log, StandardCharsets.ISO_8859_1)) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                last = line.isBlank() ? last : line;
            }
        }
        return Optional.ofNullable(last).map(line -> line.startsWith("jcharon: ") ? line.substring(9) : line);
    }

    private static boolean answers(Path run) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(run.resolve("shell")))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    private static boolean ended(ProcessHandle process, long time, TimeUnit unit) throws InterruptedException {
        try {
            process.onExit().get(time, unit);
            return true;
        } catch (TimeoutException e) {
            return !process.isAlive();
        } catch (ExecutionException e) {
            return true;
        }
    }

    private static void complain(String line) {
        PrintStream err = System.err;
        err.println("jcharon: " + line);
        err.flush();
    }
}
