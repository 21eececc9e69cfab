// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bin/jcharon} as a user sees it, with core and no plugin: nothing is bound, no route is touched. */
class BootDistributionTest {
    @TempDir
    private Path base;

    private TestDaemon daemon;

    @BeforeEach
    void start() throws IOException {
        daemon = new TestDaemon(base, "jcharon-core");
    }

    @AfterEach
    void end() throws InterruptedException {
        daemon.kill();
    }

    @Test
    void answersStatusShellAndStop() throws Exception {
        daemon.awaitBundle("Active", "org.jcharon.core");
        TestDaemon.Answer status = TestDaemon.call("--base", base.toString(), "status");
        assertEquals(1, status.status(), status.text());
        assertTrue(status.text().contains("not ready"), status.text());

        TestDaemon.Answer unknown = daemon.shell("ike:no-such-command");
        assertEquals(1, unknown.status());
        assertEquals(1, unknown.text().lines().count(), unknown.text());

        TestDaemon.Answer second = TestDaemon.call("run", "--base=" + base);
        assertEquals(1, second.status());
        assertTrue(
                second.text().matches("jcharon: a daemon with pid " + daemon.pid() + " runs on [^\n]*\n"),
                second.text());

        assertEquals(0, TestDaemon.call("stop", "--base", base.toString()).status());
        assertEquals(0, daemon.exit());
        assertEquals(3, TestDaemon.call("status", "--base", base.toString()).status());
        assertEquals(3, daemon.shell("lb").status());
        assertTrue(daemon.output().contains("[DMN] SIGTERM received, shutting down"));
        assertFalse(daemon.output().contains("\tat "), daemon.output());
        assertFalse(Files.exists(base.resolve("run/shell")));
    }

    @Test
    void installsAndUninstallsAFeatureWithoutTouchingOthers() throws Exception {
        daemon.awaitBundle("Active", "org.jcharon.core");
        String before = daemon.shell("lb -s").text();
        TestDaemon.Answer installed = daemon.shell("feature:install jcharon-filelog");
        assertEquals(0, installed.status(), installed.text());
        assertTrue(installed.text().contains("installed: org.jcharon.filelog"), installed.text());
        assertTrue(
                daemon.shell("lb -s").text().startsWith(before.stripTrailing()), "the other bundles kept id and state");
        TestDaemon.Answer uninstalled = daemon.shell("feature:uninstall jcharon-filelog");
        assertEquals("uninstalled: org.jcharon.filelog\n", uninstalled.text());
        assertEquals(before, daemon.shell("lb -s").text());
        TestDaemon.Answer refused = daemon.shell("feature:uninstall jcharon-core");
        assertEquals(1, refused.status());
        assertTrue(refused.text().contains("leaves only with a restart"), refused.text());
        assertEquals(1, daemon.shell("feature:install jcharon-nonsense").status());
    }

    @Test
    void keepsWhatWasInstalledUninstalledAndStoppedOverARestart() throws Exception {
        daemon.awaitBundle("Active", "org.jcharon.core");
        assertEquals(0, daemon.shell("feature:install jcharon-filelog").status());
        assertEquals(0, daemon.shell("feature:install jcharon-pem").status());
        assertEquals(0, daemon.shell("stop org.jcharon.filelog").status());
        assertEquals(0, TestDaemon.call("stop", "--base", base.toString()).status());
        assertEquals(0, daemon.exit());
        daemon.launch();
        String bundles = daemon.awaitBundle("Active", "org.jcharon.pem");
        assertTrue(bundles.matches("(?s).*(Installed|Resolved)[^\n]*org.jcharon.filelog.*"), bundles);
    }

    @Test
    void namesAMissingFeatureInOneLine() throws Exception {
        TestDaemon.Answer answer =
                TestDaemon.call("run", "--base", base.resolve("other").toString(), "--feature", "jcharon-nonsense");
        assertEquals(1, answer.status());
        assertTrue(answer.text().contains("jcharon: no feature jcharon-nonsense"), answer.text());
        assertFalse(answer.text().contains("\tat "), answer.text());
    }
}
