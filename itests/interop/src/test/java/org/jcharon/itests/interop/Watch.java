// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Stock swanctl with a command that listens until it is interrupted: {@code --log} and {@code --monitor-sa}. */
final class Watch implements AutoCloseable {

    private static final Duration LIMIT = Duration.ofSeconds(20);

    private final Process process;
    private final Path output;

    private Watch(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    /** Started, and told of what happens from now on by the daemon that listens on {@code socket}. */
    static Watch start(Path socket, String... arguments) {
        Path output = Lab.folder("watch").resolve("out");
        List<String> command = new ArrayList<>(List.of("env", "--default-signal", "stdbuf", "-oL", "swanctl"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--uri", "unix://" + socket));
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            Watch watch = new Watch(process, output);
            Path place = Path.of("/proc", Long.toString(process.pid()), "wchan");
            // it waits for the signal that ends it once it has registered
            Await.until(LIMIT, watch::output, () -> read(place).contains("sigtimedwait"));
            return watch;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String output() {
        return read(output);
    }

    /** Waits until so many lines contain {@code text}. */
    void await(String text, int times) {
        Await.until(
                LIMIT,
                () -> "not " + times + " times " + text + ": " + output(),
                () -> output().lines().filter(line -> line.contains(text)).count() >= times);
    }

    /** Interrupts it; all that it printed. */
    String end() {
        Command.ok("kill", "-INT", Long.toString(process.pid()));
        try {
            if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("swanctl does not end: " + output());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
        return output();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
