// SPDX-License-Identifier: Apache-2.0
package org.jcharon.swanctl;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Looks whether the files of a configuration have changed and come to rest: a file that is being written is left alone until it looks
 * the same twice. By looking and not by the system's notifications, which know nothing of network file systems and of what lies behind
 * links. One thread at a time; {@link #look} waits for the disk.
 */
final class FileWatch {

    private static final int DEPTH = 3;
    private static final int MAX_FILES = 20_000;

    private final Path folder;
    private Set<Path> others = Set.of();
    private Map<Path, List<Object>> applied;
    private Map<Path, List<Object>> last;

    FileWatch(Path folder) {
        this.folder = folder;
    }

    /** What is there now is being applied. */
    void apply() {
        applied = state();
        last = applied;
    }

    /** Files outside the folder that belong to the configuration too. */
    void others(Set<Path> files) {
        others = Set.copyOf(files);
    }

    /** Whether what is there differs from what was applied and is the same as at the last look. */
    boolean look() {
        Map<Path, List<Object>> now = state();
        boolean resting = now.equals(last);
        last = now;
        return resting && !now.equals(applied);
    }

    private Map<Path, List<Object>> state() {
        Map<Path, List<Object>> state = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder, DEPTH)) {
            files.limit(MAX_FILES).forEach(file -> add(file, state));
        } catch (IOException | java.io.UncheckedIOException e) {
            state.put(folder, List.of(String.valueOf(e.getMessage())));
        }
        others.forEach(file -> add(file, state));
        return state;
    }

    private static void add(Path file, Map<Path, List<Object>> state) {
        try {
            BasicFileAttributes found = Files.readAttributes(file, BasicFileAttributes.class);
            if (!found.isDirectory()) {
                state.put(file, List.of(found.lastModifiedTime(), found.size(), String.valueOf(found.fileKey())));
            }
        } catch (IOException e) {
            state.put(file, List.of());
        }
    }
}
