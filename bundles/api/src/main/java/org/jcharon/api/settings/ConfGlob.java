// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.settings;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Shell patterns in file names, part by part, in the order of names. Files that begin with a dot match only a pattern that does. */
final class ConfGlob {

    private ConfGlob() {}

    static List<Path> expand(Path folder, String pattern, int limit) throws IOException {
        if (!isPattern(pattern)) {
            return List.of(folder.resolve(pattern));
        }
        boolean absolute = pattern.startsWith("/");
        List<Path> found = List.of(absolute ? Path.of("/") : folder);
        for (String part : pattern.split("/+")) {
            if (part.isEmpty()) {
                continue;
            }
            List<Path> next = new ArrayList<>();
            for (Path path : found) {
                if (!isPattern(part)) {
                    Path child = path.resolve(part);
                    if (Files.exists(child)) {
                        next.add(child);
                    }
                } else if (Files.isDirectory(path)) {
                    next.addAll(matches(path, part, limit));
                }
                if (next.size() > limit) {
                    throw new IOException("more than " + limit + " files");
                }
            }
            found = next;
        }
        return found.stream().filter(Files::isRegularFile).toList();
    }

    private static List<Path> matches(Path folder, String part, int limit) throws IOException {
        List<Path> found = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, part)) {
            for (Path entry : entries) {
                boolean hidden = entry.getFileName().toString().startsWith(".");
                if (!hidden || part.startsWith(".")) {
                    found.add(entry);
                }
                if (found.size() > limit) {
                    throw new IOException("more than " + limit + " files");
                }
            }
        } catch (java.nio.file.DirectoryIteratorException e) {
            throw e.getCause();
        }
        Collections.sort(found);
        return found;
    }

    private static boolean isPattern(String text) {
        return text.indexOf('*') >= 0 || text.indexOf('?') >= 0 || text.indexOf('[') >= 0;
    }
}
