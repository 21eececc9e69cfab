// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.framework;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** {@code bin/jcharon status} of a daemon whose components lack something; the launcher's own container, a process of its own. */
public class MissingDependencyTest {
    private static final int READY = 0;
    private static final int NOT_READY = 1;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Process daemon;

    /** What a call of the script answered. */
    private record Answer(int status, String text) {}

    @Before
    public void start() throws IOException, InterruptedException {
        List<String> arguments = new ArrayList<>(List.of("run"));
        Daemon.HARMLESS.forEach(setting -> arguments.addAll(List.of("--set", setting)));
        daemon = script(arguments).redirectOutput(output().toFile()).start();
        awaitStatus(READY);
    }

    @After
    public void end() throws InterruptedException {
        daemon.destroy();
        if (!daemon.waitFor(10, TimeUnit.SECONDS)) {
            daemon.destroyForcibly().waitFor();
        }
    }

    private Path output() {
        return folder.getRoot().toPath().resolve("output");
    }

    private ProcessBuilder script(List<String> arguments) {
        List<String> line = new ArrayList<>();
        line.add(Distribution.folder().resolve("bin/jcharon").toString());
        line.addAll(arguments);
        line.addAll(List.of("--base", folder.getRoot().toString()));
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectInput(new File("/dev/null"));
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        return builder;
    }

    private Answer call(String... arguments) throws IOException, InterruptedException {
        Process call = script(List.of(arguments)).start();
        String text = new String(call.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue("no end of " + List.of(arguments), call.waitFor(30, TimeUnit.SECONDS));
        return new Answer(call.exitValue(), text);
    }

    /** Each round is a process, so that there is no pause to make. */
    private Answer awaitStatus(int wanted) throws IOException, InterruptedException {
        Answer answer = call("status");
        for (int i = 0; i < 100 && answer.status() != wanted && daemon.isAlive(); i++) {
            answer = call("status");
        }
        assertEquals(answer.text() + Files.readString(output()), wanted, answer.status());
        return answer;
    }

    /** The number of a bundle: Gogo's {@code start} takes a name for a URL to install from. */
    private String id(String symbolicName) throws IOException, InterruptedException {
        String bundles = call("shell", "lb -s").text();
        return bundles.lines()
                .filter(line -> line.contains(symbolicName + " ("))
                .map(line -> line.substring(0, line.indexOf('|')).strip())
                .findFirst()
                .orElseThrow(() -> new AssertionError(symbolicName + " is not in " + bundles));
    }

    private static void names(Answer status, String bundle, String missing) {
        Pattern line = Pattern.compile("component \\S+ of " + Pattern.quote(bundle + " waits for " + missing));
        assertTrue(
                line + " expected in: " + status.text(),
                line.matcher(status.text()).find());
    }

    @Test
    public void statusNamesEachComponentThatWaitsForAStoppedLibrary() throws IOException, InterruptedException {
        String library = id("org.jcharon.lib-linux");
        assertEquals(0, call("shell", "stop " + library).status());
        Answer status = awaitStatus(NOT_READY);
        String linux = "org.jcharon.lib.linux.Linux";
        names(status, "org.jcharon.socket-default", linux);
        names(status, "org.jcharon.kernel-netlink", linux);
        names(status, "org.jcharon.kernel-libipsec", linux);
        assertTrue(status.text(), status.text().contains("no socket: plugin socket-default is not active"));
        assertEquals(0, call("shell", "start " + library).status());
        awaitStatus(READY);
    }

    @Test
    public void statusNamesEveryPluginThatWaitsForCore() throws IOException, InterruptedException {
        String core = id("org.jcharon.core");
        assertEquals(0, call("shell", "stop " + core).status());
        Answer status = awaitStatus(NOT_READY);
        names(status, "org.jcharon.shell", "org.jcharon.api.control.Controller");
        names(status, "org.jcharon.swanctl", "org.jcharon.api.");
        assertTrue(status.text(), status.text().contains("core does not run"));
        assertEquals(0, call("shell", "start " + core).status());
        awaitStatus(READY);
    }
}
