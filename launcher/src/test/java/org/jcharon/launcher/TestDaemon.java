// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A daemon of the assembled distribution, run by its script with the features named only. */
final class TestDaemon {
    private static final int ROUNDS = 300;

    private final Path base;
    private final Path output;
    private final List<String> command = new ArrayList<>();
    private Process process;

    /** What a finished call of the script answered. */
    record Answer(int status, String text) {}

    TestDaemon(Path base, String... features) throws IOException {
        this.base = base;
        this.output = base.resolve("output");
        command.addAll(List.of("run", "--base", base.toString(), "--no-default-features"));
        for (String feature : features) {
            command.addAll(List.of("--feature", feature));
        }
        launch();
    }

    void launch() throws IOException {
        process = script(command.toArray(new String[0]))
                .redirectOutput(output.toFile())
                .start();
    }

    private static ProcessBuilder script(String... arguments) {
        List<String> line = new ArrayList<>();
        line.add(BuiltJar.dist().resolve("bin/jcharon").toString());
        line.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectInput(new File("/dev/null"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    static Answer call(String... arguments) throws IOException, InterruptedException {
        Process call = script(arguments).start();
        String text = new String(call.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!call.waitFor(30, TimeUnit.SECONDS)) {
            throw new IOException("no end after 30 s: " + String.join(" ", arguments));
        }
        return new Answer(call.exitValue(), text);
    }

    Answer shell(String line) throws IOException, InterruptedException {
        return call("shell", line, "--base", base.toString());
    }

    /** Asks for the bundles until all start levels were reached and one is as wanted; each round is a JVM, so that there is nothing to sleep for. */
    String awaitBundle(String state, String name) throws IOException, InterruptedException {
        Pattern wanted = Pattern.compile(state + "[^\n]*" + name);
        String bundles = "";
        for (int i = 0; i < ROUNDS && process.isAlive(); i++) {
            bundles = shell("lb -s").text();
            if (bundles.startsWith("START LEVEL 80") && wanted.matcher(bundles).find()) {
                return bundles;
            }
        }
        throw new AssertionError(name + " is not " + state + ": " + bundles + output());
    }

    /** Waits for a line of the log. */
    void awaitOutput(String text) throws IOException, InterruptedException {
        for (int i = 0; i < ROUNDS && process.isAlive(); i++) {
            if (output().contains(text)) {
                return;
            }
            shell("lb");
        }
        throw new AssertionError("no \"" + text + "\" in: " + output());
    }

    String output() throws IOException {
        return Files.readString(output);
    }

    long pid() {
        return process.pid();
    }

    int exit() throws InterruptedException {
        return process.waitFor();
    }

    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }
}
