// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What was installed, kept beside the framework's cache: which bundles a feature put there (one that the framework no
 * longer has was uninstalled by someone, and stays so), in which shape, and which features were added at run time.
 * Not thread-safe; its owner guards it.
 */
final class BootRecord {
    private static final String DIST = "dist";
    private static final String BUNDLE = "bundle ";
    private static final String ADDED = "added ";

    private final Path file;
    private final Properties entries = new Properties();

    private BootRecord(Path file) {
        this.file = file;
    }

    /** Reads the record; none, or one of another distribution, is an empty one. */
    static BootRecord read(Path file, Path dist) {
        BootRecord record = new BootRecord(file);
        if (Files.exists(file)) {
            try (Reader in = Files.newBufferedReader(file)) {
                record.entries.load(in);
            } catch (IOException | IllegalArgumentException e) {
                record.entries.clear();
            }
        }
        if (!dist.toString().equals(record.entries.getProperty(DIST))) {
            record.entries.clear();
        }
        return record;
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    /** Writes it beside the old one, then moves it in place: a crash leaves the old or the new. */
    void write(Path dist) throws IOException {
        entries.setProperty(DIST, dist.toString());
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (Writer out = Files.newBufferedWriter(fresh)) {
            for (String key : new TreeSet<>(entries.stringPropertyNames())) {
                out.write(escaped(key) + "=" + escaped(entries.getProperty(key)) + "\n");
            }
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** As {@link Properties#store} would, which also writes the time of day: what formats that is not needed at a start otherwise. */
    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            switch (c) {
                case '\n' -> escaped.append("\\n");
                case '\r' -> escaped.append("\\r");
                case '\t' -> escaped.append("\\t");
                case '\f' -> escaped.append("\\f");
                case ' ', ':', '=', '#', '!', '\\' -> escaped.append('\\').append(c);
                default -> escaped.append(c);
            }
        }
        return escaped.toString();
    }

    boolean hasBundle(Artifact artifact) {
        return entries.containsKey(BUNDLE + artifact.url());
    }

    /** Whether the jar is the one that was installed. */
    boolean isCurrent(Artifact artifact, String stamp) {
        return stamp.equals(entries.getProperty(BUNDLE + artifact.url()));
    }

    void bundle(Artifact artifact, String stamp) {
        entries.setProperty(BUNDLE + artifact.url(), stamp);
    }

    void forgetBundle(String url) {
        entries.remove(BUNDLE + url);
    }

    /** Locations of all bundles that features put there. */
    Set<String> bundles() {
        return names(BUNDLE);
    }

    Set<String> added() {
        return names(ADDED);
    }

    void added(String feature) {
        entries.setProperty(ADDED + feature, "");
    }

    void removed(String feature) {
        entries.remove(ADDED + feature);
    }

    private Set<String> names(String prefix) {
        return entries.stringPropertyNames().stream()
                .filter(n -> n.startsWith(prefix))
                .map(n -> n.substring(prefix.length()))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Size and time of a jar, by which a rebuilt one is told from the installed one. */
    static String stamp(Path jar) throws IOException {
        return Files.size(jar) + "-" + Files.getLastModifiedTime(jar).toMillis();
    }
}
