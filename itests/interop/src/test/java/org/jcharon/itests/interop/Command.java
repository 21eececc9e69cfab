// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program that is run to its end. Output and error output are one. */
final class Command {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    /** How a program ended. */
    record Result(int status, String output) {

        boolean ok() {
            return status == 0;
        }
    }

    private Command() {}

    /** Throws {@code AssertionError} if the program does not end in time. */
    static Result run(Duration limit, List<String> command) {
        try {
            Path out = Files.createTempFile(Lab.work(), "cmd", ".out");
            Process process = new ProcessBuilder(command)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectErrorStream(true)
                    .redirectOutput(out.toFile())
                    .start();
            try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    process.descendants().forEach(ProcessHandle::destroyForcibly);
                    process.destroyForcibly();
                    throw new AssertionError(String.join(" ", command) + " did not end in " + limit.toSeconds() + " s: "
                            + Files.readString(out, StandardCharsets.ISO_8859_1));
                }
                return new Result(process.exitValue(), Files.readString(out, StandardCharsets.ISO_8859_1));
            } finally {
                Files.deleteIfExists(out);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while running " + command, e);
        }
    }

    static Result run(String... command) {
        return run(LIMIT, List.of(command));
    }

    /** The output; throws {@code AssertionError} if the status is not 0. */
    static String ok(String... command) {
        Result result = run(command);
        if (!result.ok()) {
            throw new AssertionError(
                    String.join(" ", command) + ": status " + result.status() + ": " + result.output());
        }
        return result.output();
    }

    /** {@link #ok} of a line that a shell splits. */
    static String sh(String line) {
        return ok("sh", "-c", line);
    }

    static List<String> inNamespace(String namespace, List<String> command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", namespace));
        all.addAll(command);
        return all;
    }
}
