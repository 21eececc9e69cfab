// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jars dropped into {@code deploy/} of a running daemon, and taken away again. */
class DeployDistributionTest {
    private static final String PLUGIN = "org.jcharon.filelog";

    @TempDir
    private Path base;

    private TestDaemon daemon;

    @BeforeEach
    void start() throws IOException, InterruptedException {
        daemon = new TestDaemon(base, "jcharon-filelog");
        daemon.awaitBundle("Active", PLUGIN);
    }

    @AfterEach
    void end() throws InterruptedException {
        daemon.kill();
    }

    /** The same bundle with some headers changed: a next version without a compiler. */
    private static byte[] restamped(String artifact, String... headers) throws IOException {
        String version = System.getProperty("jcharon.test.version");
        Path jar = BuiltJar.dist()
                .resolve("system/org/jcharon/" + artifact + "/" + version + "/" + artifact + "-" + version + ".jar");
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (JarFile old = new JarFile(jar.toFile())) {
            Manifest manifest = new Manifest(old.getManifest());
            for (int i = 0; i < headers.length; i += 2) {
                manifest.getMainAttributes().put(new Attributes.Name(headers[i]), headers[i + 1]);
            }
            try (JarOutputStream out = new JarOutputStream(octets, manifest)) {
                for (JarEntry entry : old.stream().toList()) {
                    if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
                        out.putNextEntry(new JarEntry(entry.getName()));
                        old.getInputStream(entry).transferTo(out);
                    }
                }
            }
        }
        return octets.toByteArray();
    }

    private void drop(String name, byte[] octets) throws IOException {
        Path whole = base.resolve(name + ".part");
        Files.write(whole, octets);
        Files.move(whole, base.resolve("deploy").resolve(name), StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void replacesABundleInPlaceAndRestoresItWhenTheJarIsTakenAway() throws Exception {
        String before = daemon.shell("lb -s").text();
        drop("filelog.jar", restamped("filelog", "Bundle-Version", "9.0.0"));
        String during = daemon.awaitBundle("Active", "org.jcharon.filelog \\(9.0.0\\)");
        assertEquals(before.lines().count(), during.lines().count());

        drop("filelog.jar", restamped("filelog", "Bundle-Version", "9.1.0"));
        daemon.awaitBundle("Active", "org.jcharon.filelog \\(9.1.0\\)");
        Files.delete(base.resolve("deploy/filelog.jar"));
        daemon.awaitBundle("Active", "org.jcharon.filelog \\(0.1.0");
        assertEquals(before, daemon.shell("lb -s").text());
    }

    @Test
    void keepsAnOverlayOverARestartAndDropsItWhenItsJarLeftMeanwhile() throws Exception {
        drop("filelog.jar", restamped("filelog", "Bundle-Version", "9.0.0"));
        daemon.awaitBundle("Active", "org.jcharon.filelog \\(9.0.0\\)");
        TestDaemon.call("stop", "--base", base.toString());
        daemon.exit();
        daemon.launch();
        daemon.awaitBundle("Active", "org.jcharon.filelog \\(9.0.0\\)");
        TestDaemon.call("stop", "--base", base.toString());
        daemon.exit();
        Files.delete(base.resolve("deploy/filelog.jar"));
        daemon.launch();
        daemon.awaitBundle("Active", "org.jcharon.filelog \\(0.1.0");
    }

    @Test
    void refusesAJarWhoseImportsNobodyExportsAndTouchesNothing() throws Exception {
        String before = daemon.shell("lb -s").text();
        drop(
                "filelog.jar",
                restamped("filelog", "Bundle-Version", "9.0.0", "Import-Package", "org.nowhere;version=\"[1,2)\""));
        daemon.awaitOutput("deploy/filelog.jar refused: nothing exports org.nowhere [1.0.0,2.0.0)");
        assertEquals(before, daemon.shell("lb -s").text());
    }

    @Test
    void refusesWhatOnlyARestartCanReplaceAndSaysWhatItWouldTakeDown() throws Exception {
        drop("api.jar", restamped("jcharon-api", "Bundle-Version", "9.0.0"));
        daemon.awaitOutput("deploy/api.jar refused: org.jcharon.api is replaced by a restart only");
        assertTrue(daemon.output().contains("org.jcharon.core"), daemon.output());
    }

    @Test
    void refusesADamagedJarAndOneThatIsNoBundle() throws Exception {
        byte[] whole = restamped("filelog", "Bundle-Version", "9.0.0");
        drop("half.jar", Arrays.copyOf(whole, whole.length / 2));
        daemon.awaitOutput("deploy/half.jar refused: damaged");
        assertEquals(1, daemon.output().split("half.jar refused", -1).length - 1);
        assertTrue(daemon.shell("lb -s").text().contains("org.jcharon.filelog (0.1.0"));
    }

    @Test
    void putsThePreviousJarBackWhenTheNextOneDoesNotStart() throws Exception {
        drop(
                "filelog.jar",
                restamped(
                        "filelog",
                        "Bundle-Version",
                        "9.0.0",
                        "Bundle-Activator",
                        "org.jcharon.filelog.NoSuchActivator"));
        daemon.awaitOutput("was put back");
        daemon.awaitBundle("Active", "org.jcharon.filelog \\(0.1.0");
    }
}
