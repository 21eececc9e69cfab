// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/jcharon} as a user sees it, with core and no plugin: nothing is bound, no route is touched. */
class BootDistributionTest {
    private static final int ROUNDS = 300;

    @TempDir
    private Path base;

    private Process daemon;
    private Path output;

    /** What a finished call of the script answered. */
    private record Answer(int status, String text) {}

    @BeforeEach
    void start() throws IOException {
        output = base.resolve("output");
        daemon = launch();
    }

    @AfterEach
    void end() throws InterruptedException {
        daemon.destroyForcibly().waitFor();
    }

    private Process launch() throws IOException {
        return script("run", "--base", base.toString(), "--no-default-features", "--feature", "jcharon-core")
                .redirectOutput(output.toFile())
                .start();
    }

    private static ProcessBuilder script(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(BuiltJar.dist().resolve("bin/jcharon").toString());
        command.addAll(List.of(arguments));
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectInput(new File("/dev/null"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    private static Answer call(String... arguments) throws IOException, InterruptedException {
        Process process = script(arguments).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(30, TimeUnit.SECONDS));
        return new Answer(process.exitValue(), text);
    }

    private Answer shell(String line) throws IOException, InterruptedException {
        return call("shell", line, "--base", base.toString());
    }

    /** Each round is a JVM, so that there is nothing to sleep for. */
    private String awaitBundle(String state, String name) throws IOException, InterruptedException {
        Pattern wanted = Pattern.compile(state + "[^\n]*" + name);
        String bundles = "";
        for (int i = 0; i < ROUNDS && daemon.isAlive(); i++) {
            bundles = shell("lb -s").text();
            if (wanted.matcher(bundles).find()) {
                return bundles;
            }
        }
        throw new AssertionError(name + " is not " + state + ": " + bundles + Files.readString(output));
    }

    @Test
    void answersStatusShellAndStop() throws Exception {
        awaitBundle("Active", "org.jcharon.core");
        Answer status = call("--base", base.toString(), "status");
        assertEquals(1, status.status(), status.text());
        assertTrue(status.text().contains("not ready"), status.text());

        Answer unknown = shell("ike:no-such-command");
        assertEquals(1, unknown.status());
        assertEquals(1, unknown.text().lines().count(), unknown.text());

        Answer second = call("run", "--base=" + base);
        assertEquals(1, second.status());
        assertTrue(
                second.text().matches("jcharon: a daemon with pid " + daemon.pid() + " runs on [^\n]*\n"),
                second.text());

        assertEquals(0, call("stop", "--base", base.toString()).status());
        assertEquals(0, daemon.waitFor());
        assertEquals(3, call("status", "--base", base.toString()).status());
        assertEquals(3, shell("lb").status());
        assertTrue(Files.readString(output).contains("[DMN] SIGTERM received, shutting down"));
        assertFalse(Files.readString(output).contains("\tat "), Files.readString(output));
        assertFalse(Files.exists(base.resolve("run/shell")));
    }

    @Test
    void installsAndUninstallsAFeatureWithoutTouchingOthers() throws Exception {
        awaitBundle("Active", "org.jcharon.core");
        String before = shell("lb -s").text();
        Answer installed = shell("feature:install jcharon-filelog");
        assertEquals(0, installed.status(), installed.text());
        assertTrue(installed.text().contains("installed: org.jcharon.filelog"), installed.text());
        assertTrue(shell("lb -s").text().startsWith(before.stripTrailing()), "the other bundles kept id and state");
        Answer uninstalled = shell("feature:uninstall jcharon-filelog");
        assertEquals("uninstalled: org.jcharon.filelog\n", uninstalled.text());
        assertEquals(before, shell("lb -s").text());
        Answer refused = shell("feature:uninstall jcharon-core");
        assertEquals(1, refused.status());
        assertTrue(refused.text().contains("leaves only with a restart"), refused.text());
        assertEquals(1, shell("feature:install jcharon-nonsense").status());
    }

    @Test
    void keepsWhatWasInstalledUninstalledAndStoppedOverARestart() throws Exception {
        awaitBundle("Active", "org.jcharon.core");
        assertEquals(0, shell("feature:install jcharon-filelog").status());
        assertEquals(0, shell("feature:install jcharon-pem").status());
        assertEquals(0, shell("stop org.jcharon.filelog").status());
        assertEquals(0, call("stop", "--base", base.toString()).status());
        assertEquals(0, daemon.waitFor());
        daemon = launch();
        String bundles = awaitBundle("Active", "org.jcharon.pem");
        assertTrue(bundles.matches("(?s).*(Installed|Resolved)[^\n]*org.jcharon.filelog.*"), bundles);
    }

    @Test
    void namesAMissingFeatureInOneLine() throws Exception {
        Answer answer = call("run", "--base", base.resolve("other").toString(), "--feature", "jcharon-nonsense");
        assertEquals(1, answer.status());
        assertTrue(answer.text().contains("jcharon: no feature jcharon-nonsense"), answer.text());
        assertFalse(answer.text().contains("\tat "), answer.text());
    }
}
