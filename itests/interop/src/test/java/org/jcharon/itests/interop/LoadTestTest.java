// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code bin/jcharon load-test} as a user sees it. On loopback, without rights; nothing is said about times. */
class LoadTestTest {

    private static final int INITIATORS = 200;
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final Pattern OBJECT = Pattern.compile(object(3));

    /** JSON objects in which objects lie at most so deep; numbers and texts else. */
    private static String object(int depth) {
        String text = "\"(?:[^\"\\\\]|\\\\.)*+\"";
        String value = text + "|-?\\d+(?:\\.\\d+)?" + (depth > 1 ? "|" + object(depth - 1) : "");
        String member = text + ":(?:" + value + ")";
        return "\\{(?:" + member + "(?:," + member + ")*+)?+\\}";
    }

    private static ProcessBuilder loadTest(Path out, Path err, String... options) {
        List<String> command = new ArrayList<>(
                List.of(Lab.distribution().resolve("bin/jcharon").toString(), "load-test"));
        command.addAll(List.of(options));
        return new ProcessBuilder(command)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
    }

    private static long number(String json, String name) {
        Matcher found = Pattern.compile("\"" + name + "\":(\\d+)").matcher(json);
        assertTrue(found.find(), () -> "no " + name + " in " + json);
        return Long.parseLong(found.group(1));
    }

    @ParameterizedTest
    @ValueSource(strings = {"psk", "pubkey"})
    void allComeUpAndAllGoAway(String auth) throws IOException, InterruptedException {
        Path folder = Lab.folder("load");
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        Process process = loadTest(
                        out,
                        err,
                        "--initiators=" + INITIATORS,
                        "--sources=20",
                        "--auth=" + auth,
                        "--children=2",
                        "--virtual-ips",
                        "--terminate")
                .start();
        assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "no end");

        String said = Files.readString(out, StandardCharsets.UTF_8);
        assertEquals(0, process.exitValue(), () -> said + tail(err));
        assertEquals(1, said.lines().count(), said);
        String json = said.strip();
        assertTrue(OBJECT.matcher(json).matches(), json);
        assertEquals(INITIATORS, number(json, "established"), json);
        assertEquals(0, number(json, "failed"), json);
        String responder = json.substring(json.indexOf("\"responder\":"), json.indexOf("\"terminated\":"));
        assertEquals(INITIATORS, number(responder, "ikesas"), json);
        assertEquals(2 * INITIATORS, number(responder, "childsas"), json);
        assertEquals(4 * INITIATORS, number(responder, "kernel_sas"), json);
        String after = json.substring(json.indexOf("\"responder_after\":"));
        for (String name : List.of("ikesas", "childsas", "half_open", "kernel_sas", "kernel_policies")) {
            assertEquals(0, number(after, name), name + " of " + json);
        }
    }

    @Test
    void oneDaemonCanBeBothEndsWithTheGuardsOn() throws IOException, InterruptedException {
        Path folder = Lab.folder("load");
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        // one at a time, as the guards see 20 addresses with at most one half-open IKE_SA
        Process process = loadTest(out, err, "--self", "--guards", "--initiators=20", "--sources=20", "--concurrent=1")
                .start();
        assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "no end");
        String said = Files.readString(out, StandardCharsets.UTF_8);
        assertEquals(0, process.exitValue(), () -> said + tail(err));
        assertEquals(20, number(said, "established"), said);
        assertEquals(40, number(said, "ikesas"), said);
    }

    @Test
    void endsItsDaemonsWhenItIsEnded() throws IOException, InterruptedException {
        Path folder = Lab.folder("load");
        Path err = folder.resolve("err");
        Process process = loadTest(folder.resolve("out"), err, "--initiators=5", "--hold=600")
                .start();
        Await.until("all up", LIMIT, () -> tail(err).contains("5 of 5 established"));
        List<ProcessHandle> daemons = process.descendants().toList();
        assertEquals(2, daemons.size());
        process.destroy();
        assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), "no end");
        assertFalse(daemons.stream().anyMatch(ProcessHandle::isAlive), "a daemon is left");
    }

    private static String tail(Path file) {
        try {
            return Files.exists(file) ? Files.readString(file, StandardCharsets.UTF_8) : "";
        } catch (IOException e) {
            return e.toString();
        }
    }
}
