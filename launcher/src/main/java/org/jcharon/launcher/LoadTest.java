// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * {@code bin/jcharon load-test}: two ordinary daemons, each in a JVM and on a base of its own below a temporary folder, of which one has
 * the plugin load-tester make IKE_SAs with the other. Progress goes to stderr, one line of JSON to stdout; the status is 0 if all came
 * up (and, with {@code --terminate}, all went away). However it ends, it ends what it started and removes the folder.
 */
final class LoadTest {
    private static final int FIRST_PORT = 15_500;
    private static final int PORTS = 400;
    private static final int READY_ROUNDS = 600;
    private static final long READY_ROUND_MILLIS = 50;
    private static final long STOP_SECONDS = 15;
    private static final int SECRET_OCTETS = 16;
    private static final int FAILED = 1;
    private static final int INTERRUPTED = 130;

    private final LoadTestOptions options;
    private final Path dist;
    private final Path work;
    private final List<Process> daemons = new ArrayList<>(); // guarded by itself
    private boolean ended; // guarded by daemons

    private LoadTest(LoadTestOptions options, Path dist, Path work) {
        this.options = options;
        this.dist = dist;
        this.work = work;
    }

    /** Arguments: see {@link LoadTestOptions}; the system property {@code jcharon.dist} is the distribution. */
    public static void main(String[] args) {
        int status;
        try {
            LoadTestOptions options = LoadTestOptions.parse(Arrays.asList(args));
            Path dist = Path.of(System.getProperty("jcharon.dist", "."))
                    .toAbsolutePath()
                    .normalize();
            Path work = Files.createTempDirectory("jcload");
            LoadTest test = new LoadTest(options, dist, work);
            Thread cleaner = new Thread(test::end, "end");
            Runtime.getRuntime().addShutdownHook(cleaner);
            Signals.handle("INT", name -> System.exit(INTERRUPTED)); // the script may have been started with it ignored
            status = test.run();
        } catch (LaunchException e) {
            System.err.println("jcharon: " + e.getMessage());
            status = FAILED;
        } catch (IOException e) {
            System.err.println("jcharon: " + Layout.reason(e));
            status = FAILED;
        } catch (InterruptedException e) {
            status = FAILED;
        }
        System.out.flush();
        System.exit(status);
    }

    private int run() throws LaunchException, IOException, InterruptedException {
        Daemon initiator;
        Daemon responder = null;
        String secret = secret();
        if (options.self()) {
            int port = port(FIRST_PORT);
            initiator = start("daemon", port, port(port + 1), "127.0.0.1", port, secret);
        } else if (options.remote().isPresent()) {
            LoadTestOptions.Remote remote = options.remote().get();
            int port = port(FIRST_PORT);
            initiator = start("initiator", port, port(port + 1), remote.address(), remote.port(), secret);
        } else {
            int port = port(FIRST_PORT);
            int natPort = port(port + 1);
            responder = start("responder", port, natPort, "127.0.0.1", port, secret);
            int own = port(natPort + 1);
            initiator = start("initiator", own, port(own + 1), "127.0.0.1", port, secret);
        }
        String made = initiator.ask("ike:load-test --initiators " + options.initiators() + " --concurrent "
                + options.concurrent() + " --rate " + options.rate() + " --children " + options.children()
                + " --hold " + options.hold());
        StringBuilder line = new StringBuilder(open(made));
        if (responder != null) {
            line.append(",\"responder\":").append(responder.ask("ike:load-test --status"));
        }
        boolean good = made.contains("\"failed\":0,");
        if (options.terminate()) {
            String closed = initiator.ask("ike:load-test --terminate --concurrent " + options.concurrent());
            line.append(",\"terminated\":").append(closed);
            good &= closed.contains("\"close_failed\":0,") && closed.contains("\"ikesas\":0,");
            if (responder != null) {
                String left = responder.ask("ike:load-test --status");
                line.append(",\"responder_after\":").append(left);
                good &= left.contains("\"ikesas\":0,") && left.contains("\"kernel_sas\":0,");
            }
        }
        System.out.println(line.append('}'));
        return good ? 0 : FAILED;
    }

    /** An object without its end. */
    private static String open(String object) {
        return object.substring(0, object.length() - 1);
    }

    private static String secret() {
        byte[] octets = new byte[SECRET_OCTETS];
        new SecureRandom().nextBytes(octets);
        return HexFormat.of().formatHex(octets);
    }

    /** A UDP port that nobody uses now, from {@code first}. */
    private static int port(int first) throws LaunchException {
        for (int port = first; port < FIRST_PORT + PORTS; port++) {
            if (isFree(port)) {
                return port;
            }
        }
        throw new LaunchException("no free UDP port between " + first + " and " + (FIRST_PORT + PORTS));
    }

    private static boolean isFree(int port) {
        try (DatagramSocket socket = new DatagramSocket(port)) {
            return socket.isBound();
        } catch (SocketException e) {
            return false; // somebody's
        }
    }

    private Daemon start(String name, int port, int natPort, String responder, int responderPort, String secret)
            throws IOException, LaunchException, InterruptedException {
        Path base = Files.createDirectory(work.resolve(name));
        Path etc = Files.createDirectory(base.resolve("etc"));
        Path conf = etc.resolve("strongswan.conf");
        Files.createFile(conf, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(conf, options.conf(port, natPort, responder, responderPort, secret, work));
        List<String> command = new ArrayList<>(List.of(
                dist.resolve("bin").resolve("jcharon").toString(),
                "run",
                "--base",
                base.toString(),
                "--no-default-features",
                "--feature",
                "jcharon-load-tester",
                "--feature",
                "jcharon-shell"));
        options.settings().forEach(setting -> command.addAll(List.of("--set", setting)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(base.resolve("console").toFile());
        builder.environment().merge("JCHARON_JAVA_OPTS", "-Xmx" + options.heap(), (given, heap) -> given + " " + heap);
        Process process;
        synchronized (daemons) {
            if (ended) {
                throw new LaunchException("interrupted");
            }
            process = builder.start();
            daemons.add(process);
        }
        Daemon daemon = new Daemon(name, base, process);
        daemon.awaitReady();
        // level 1 prints some fifteen lines for each IKE_SA, which would be measured
        daemon.ask("ike:log-level 0");
        return daemon;
    }

    /** Ends the daemons, at last by force, and removes the folder. */
    private void end() {
        List<Process> all;
        synchronized (daemons) {
            ended = true;
            all = List.copyOf(daemons);
        }
        all.forEach(Process::destroy);
        try {
            for (Process process : all) {
                if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                    process.destroyForcibly().waitFor(STOP_SECONDS, TimeUnit.SECONDS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        try {
            Layout.delete(work);
        } catch (IOException e) {
            System.err.println("jcharon: " + work + " is left: " + Layout.reason(e));
        }
    }

    /** A daemon that this program started. */
    private record Daemon(String name, Path base, Process process) {

        void awaitReady() throws IOException, LaunchException, InterruptedException {
            Path socket = base.resolve("run").resolve("shell");
            for (int round = 0; round < READY_ROUNDS; round++) {
                if (Files.exists(socket)) {
                    ByteArrayOutputStream said = new ByteArrayOutputStream();
                    int status = Client.ask(
                            base.resolve("run"), Frames.AWAIT, "", new PrintStream(said, true, StandardCharsets.UTF_8));
                    if (status == 0) {
                        return;
                    }
                    if (round > READY_ROUNDS / 2) {
                        throw failed(said.toString(StandardCharsets.UTF_8).strip());
                    }
                }
                if (process.waitFor(READY_ROUND_MILLIS, TimeUnit.MILLISECONDS)) {
                    throw failed("it ended with status " + process.exitValue());
                }
            }
            throw failed("it does not become ready");
        }

        /** Runs a command; its last line, if that is JSON. Lines before go to stderr. */
        String ask(String command) throws IOException, LaunchException {
            AtomicReference<String> json = new AtomicReference<>("{}");
            int status;
            try (PrintStream out = new PrintStream(
                    new Lines(line -> {
                        if (line.startsWith("{")) {
                            json.set(line);
                        } else if (!command.startsWith("ike:log-level")) {
                            System.err.println("load-test: " + line);
                        }
                    }),
                    true,
                    StandardCharsets.UTF_8)) {
                status = Client.ask(base.resolve("run"), Frames.COMMAND, command, out);
            }
            if (status != 0) {
                throw failed(command + " ended with status " + status);
            }
            return json.get();
        }

        private LaunchException failed(String why) throws IOException {
            String console = Files.readString(base.resolve("console"), StandardCharsets.ISO_8859_1);
            List<String> lines = console.lines().toList();
            List<String> last = lines.subList(Math.max(0, lines.size() - 5), lines.size());
            return new LaunchException(name + ": " + why + "\n" + String.join("\n", last));
        }
    }

    /** Hands on whole lines. */
    private static final class Lines extends OutputStream {
        private final java.util.function.Consumer<String> sink;
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();

        Lines(java.util.function.Consumer<String> sink) {
            this.sink = sink;
        }

        @Override
        public void write(int octet) {
            if (octet == '\n') {
                sink.accept(line.toString(StandardCharsets.UTF_8));
                line.reset();
            } else {
                line.write(octet);
            }
        }
    }
}
