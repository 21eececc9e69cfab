// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * What belongs to one run of the tests: a name that no other run has, a folder, the distribution under test. All that a
 * run makes outside its folder starts with the name, so that {@code itests/verify} can remove it when the run is killed.
 */
final class Lab {

    private static final String NAME = System.getProperty(
            "jcharon.itests.name", "jcit" + ProcessHandle.current().pid());
    private static final AtomicInteger NUMBERS = new AtomicInteger();
    private static final Path WORK = makeWork();

    private Lab() {}

    static String name() {
        return NAME;
    }

    /** A number that this run has not used. */
    static int number() {
        return NUMBERS.incrementAndGet();
    }

    static Path work() {
        return WORK;
    }

    /** A new folder with a short path: Unix sockets are made in it. */
    static Path folder(String prefix) {
        try {
            return Files.createDirectories(WORK.resolve(prefix + number()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The exploded distribution: {@code -Djcharon.dist}, or what the build of this checkout made. */
    static Path distribution() {
        String given = System.getProperty("jcharon.dist");
        if (given != null) {
            return Path.of(given);
        }
        for (Path p = Path.of("").toAbsolutePath(); p != null; p = p.getParent()) {
            Path dist = p.resolve("launcher/target/jcharon");
            if (Files.isExecutable(dist.resolve("bin/jcharon"))) {
                return dist;
            }
        }
        throw new IllegalStateException("no launcher/target/jcharon: mvn -pl launcher -am package");
    }

    private static Path makeWork() {
        try {
            Path work = Files.createDirectories(Path.of(System.getProperty("java.io.tmpdir"), NAME));
            Runtime.getRuntime().addShutdownHook(new Thread(Lab::remove, "remove"));
            return work;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove() {
        ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        Namespaces.removeAll(NAME);
        if (Boolean.getBoolean("jcharon.itests.keep")) {
            return;
        }
        try (Stream<Path> all = Files.walk(WORK)) {
            all.sorted(Comparator.reverseOrder()).forEach(p -> p.toFile().delete());
        } catch (IOException | UncheckedIOException e) {
            System.err.println("left behind: " + WORK + ": " + e.getMessage());
        }
    }
}
