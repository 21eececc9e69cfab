// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootRecordTest {
    private static final Path DIST = Path.of("/opt/a b=c:d#e!f\\g\tö\n/jcharon");

    @TempDir
    private Path folder;

    private static Artifact artifact(String name) throws LaunchException {
        return Artifact.parse("mvn:org.jcharon/" + name + "/1.0");
    }

    private BootRecord read(Path dist) {
        return BootRecord.read(folder.resolve("boot.properties"), dist);
    }

    @Test
    void isReadAsItWasWritten() throws LaunchException, IOException {
        BootRecord written = read(DIST);
        assertTrue(written.isEmpty());
        written.bundle(artifact("core"), "12-34");
        written.bundle(artifact("shell"), " =#");
        written.added("jcharon-vici");
        written.write(DIST);

        BootRecord read = read(DIST);
        assertEquals(Set.of(artifact("core").url(), artifact("shell").url()), read.bundles());
        assertTrue(read.isCurrent(artifact("core"), "12-34"));
        assertTrue(read.isCurrent(artifact("shell"), " =#"));
        assertFalse(read.isCurrent(artifact("core"), "12-35"));
        assertFalse(read.hasBundle(artifact("pem")));
        assertEquals(Set.of("jcharon-vici"), read.added());
    }

    @Test
    void isEmptyForAnotherDistribution() throws IOException {
        BootRecord written = read(DIST);
        written.added("jcharon-vici");
        written.write(DIST);
        assertTrue(read(Path.of("/opt/jcharon")).isEmpty());
    }

    @Test
    void isEmptyWhenTheFileIsBroken() throws IOException {
        Files.writeString(folder.resolve("boot.properties"), "dist=" + DIST + "\nadded=\\u00");
        assertTrue(read(DIST).isEmpty());
    }
}
