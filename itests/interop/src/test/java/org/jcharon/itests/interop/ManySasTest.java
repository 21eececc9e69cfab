// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A daemon that holds 10,000 IKE_SAs lists and terminates them while others come up. On loopback of a namespace. */
@Interop(programs = "swanctl")
class ManySasTest {

    private static final int MANY = 10_000;
    private static final int MORE = 100;
    private static final int PORT = 15_400;
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final Path folder = Lab.folder("many");

    @Test
    void listsAndTerminatesThemWithoutHoldingHandshakesUp() throws IOException, InterruptedException {
        try (Namespaces net = Namespaces.plain();
                Jcharon responder =
                        Jcharon.bare(net.left(), List.of("jcharon-vici", "jcharon-load-tester"), settings())) {
            assertTrue(responder.shell("ike:log-level 0").ok());
            Load many = load(net.left(), "many", MANY, "--hold=600");
            try {
                Await.until(LIMIT, many::said, () -> many.said().contains(MANY + " of " + MANY + " established"));
                try (ViciClient client = ViciClient.open(responder.file("run/charon.vici"))) {
                    client.begin("list-sas", "list-sa");
                    // the list waits for its reader, who waits for the handshakes; the others say goodbye when they end
                    load(net.left(), "while-listing", MORE).comesUp();
                    assertTrue(client.finish() >= MANY);
                }
                assertEquals(
                        MANY,
                        responder
                                .control("--list-sas", "--raw")
                                .output()
                                .lines()
                                .filter(line -> line.startsWith("list-sa event"))
                                .count());

                int mark = responder.mark();
                Command.Result terminated = Command.run(
                        LIMIT,
                        List.of(
                                "swanctl",
                                "--terminate",
                                "--ike",
                                "load-test",
                                "--timeout",
                                "1",
                                "--uri",
                                "unix://" + responder.file("run/charon.vici")));
                load(net.left(), "while-terminating", MORE).comesUp();
                Await.until(
                        LIMIT,
                        () -> "still there: " + responder.statistic("ikesas.total") + " after " + terminated.output(),
                        () -> responder.statistic("ikesas.total") == 0);
                assertEquals(0, responder.count(mark, "retransmit"));
            } finally {
                many.end();
            }
        }
    }

    private static String[] settings() {
        List<String> all = new ArrayList<>(List.of("charon.port=" + PORT, "charon.port_nat_t=" + (PORT + 1)));
        all.addAll(List.of("charon.dos_protection=no", "charon.plugins.load-tester.enable=yes"));
        all.addAll(
                List.of("charon.plugins.load-tester.fake_kernel=yes", "charon.plugins.load-tester.preshared_key=many"));
        for (String side : List.of("initiator_auth", "responder_auth")) {
            all.add("charon.plugins.load-tester." + side + "=psk");
        }
        return all.toArray(String[]::new);
    }

    private Load load(Site site, String name, int initiators, String... options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Lab.distribution().resolve("bin/jcharon").toString(),
                "load-test",
                "--auth=psk",
                "--sources=50",
                "--initiators=" + initiators,
                "--remote=127.0.0.1:" + PORT,
                "--set=charon.plugins.load-tester.preshared_key=many",
                "--set=charon.plugins.load-tester.initiator_id=" + name + "-%d.load-test.example"));
        command.addAll(List.of(options));
        Path err = folder.resolve(name + ".err");
        Process process = new ProcessBuilder(site.exec(command))
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(folder.resolve(name + ".out").toFile())
                .redirectError(err.toFile())
                .start();
        return new Load(process, err);
    }

    private record Load(Process process, Path err) {

        String said() {
            try {
                return Files.readString(err, StandardCharsets.UTF_8);
            } catch (IOException e) {
                return e.toString();
            }
        }

        void comesUp() throws InterruptedException {
            assertTrue(process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS), this::said);
            assertEquals(0, process.exitValue(), this::said);
        }

        void end() throws InterruptedException {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
            process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS);
        }
    }
}
