// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The archive of classes that {@code install-cds} makes, on a copy of the distribution. */
class ArchiveDistributionTest {
    private static final Pattern OF_CORE =
            Pattern.compile("org\\.jcharon\\.core\\.\\S+ source: shared objects file \\(top\\)");
    private static final Pattern ARCHIVED = Pattern.compile("shared objects file \\(top\\)");

    @TempDir
    private Path folder;

    private Path dist() throws IOException {
        Path dist = folder.resolve("dist");
        try (Stream<Path> all = Files.walk(BuiltJar.dist())) {
            for (Path path : all.toList()) {
                Path relative = BuiltJar.dist().relativize(path);
                if (relative.startsWith("data") || relative.startsWith("log") || relative.startsWith("run")) {
                    continue; // what daemons have left there
                }
                Files.copy(path, dist.resolve(relative.toString()), StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
        return Files.createDirectories(dist.resolve("data")).getParent();
    }

    private String call(Path dist, String... arguments) throws IOException, InterruptedException {
        List<String> line = new ArrayList<>(List.of(dist.resolve("bin/jcharon").toString()));
        line.addAll(List.of(arguments));
        Path output = folder.resolve("output");
        ProcessBuilder builder = new ProcessBuilder(line)
                .redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("JCHARON_JAVA_OPTS", "-Xlog:class+load:file=" + folder.resolve("classes"));
        Process process = builder.start();
        assertTrue(process.waitFor(120, TimeUnit.SECONDS), () -> "no end: " + line);
        String text = Files.readString(output);
        assertEquals(0, process.exitValue(), () -> line + ": " + text);
        return text;
    }

    /** One life of the default set; returns where its classes came from, a line each. */
    private String life(Path dist, String name) throws IOException, InterruptedException {
        String base = folder.resolve(name).toString();
        call(
                dist,
                "start",
                "--base",
                base,
                "--set",
                "charon.port=0",
                "--set",
                "charon.port_nat_t=0",
                "--set",
                "charon.plugins.kernel-libipsec.device=memory");
        call(dist, "stop", "--base", base);
        return Files.readString(folder.resolve("classes"));
    }

    @Test
    void servesTheClassesOfBundlesAndIsIgnoredWhenStale() throws IOException, InterruptedException {
        Path dist = dist();
        assertEquals("", call(dist, "install-cds"));
        try (Stream<Path> left = Files.list(dist.resolve("data"))) {
            assertEquals(
                    List.of("jcharon-" + Runtime.version().feature() + ".jsa"),
                    left.map(p -> p.getFileName().toString()).toList());
        }
        assertTrue(OF_CORE.matcher(life(dist, "a")).find(), "no class of core comes from the archive");

        Files.setLastModifiedTime(dist.resolve("lib/jcharon-launcher.jar"), FileTime.fromMillis(0));
        assertFalse(ARCHIVED.matcher(life(dist, "b")).find(), "the archive of another installation was used");
    }
}
