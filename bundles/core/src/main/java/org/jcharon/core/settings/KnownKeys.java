// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.settings;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jcharon.api.bus.LogLevels;

/** The keys that strongSwan and jcharon know, as a tree of sections; the resource {@code known-keys} says how it is written. Immutable. */
final class KnownKeys {

    /** What is known of a key. */
    enum Kind {
        /** Acted upon. */
        PLAIN,
        /** The same, and its value must not be shown. */
        SECRET,
        /** Accepted for strongSwan's sake. */
        WITHOUT_EFFECT
    }

    /** Facilities of syslog that a section of {@code charon.syslog} may be named after. */
    static final List<String> FACILITIES = List.of(
            "auth",
            "authpriv",
            "cron",
            "daemon",
            "ftp",
            "kern",
            "local0",
            "local1",
            "local2",
            "local3",
            "local4",
            "local5",
            "local6",
            "local7",
            "lpr",
            "mail",
            "news",
            "syslog",
            "user",
            "uucp");

    private static final Map<String, List<String>> PLACEHOLDERS =
            Map.of("<group>", LogLevels.GROUPS, "<facility>", FACILITIES);
    private static final List<String> LIKE_CHARON =
            List.of("charon-systemd", "charon-cmd", "charon-nm", "charon-svc", "charon-tkm");
    private static final String ANY = "*";
    private static final String ALL = "**";

    /** A section. */
    static final class Section {
        private final Map<String, Section> sections = new HashMap<>();
        private final Map<String, Kind> keys = new HashMap<>();
        private boolean open;

        /** Whether whatever is in it is accepted. */
        boolean isOpen() {
            return open;
        }

        /** The section of that name or for any name; null if it is unknown. */
        Section section(String name) {
            Section exact = sections.get(name);
            return exact == null ? sections.get(ANY) : exact;
        }

        /** What is known of a key; null: nothing. */
        Kind key(String name) {
            Kind exact = keys.get(name);
            return exact == null ? keys.get(ANY) : exact;
        }

        /** Names of its sections and keys that are not wildcards. */
        Set<String> names() {
            Set<String> names = new TreeSet<>(sections.keySet());
            names.addAll(keys.keySet());
            names.remove(ANY);
            return names;
        }

        private void add(String name, Kind kind) {
            if (name.equals(ALL)) {
                open = true;
            } else if (name.endsWith("/")) {
                child(name.substring(0, name.length() - 1));
            } else {
                keys.put(name, kind);
            }
        }

        private Section child(String name) {
            return sections.computeIfAbsent(name, unused -> new Section());
        }
    }

    private final Section root = new Section();

    private KnownKeys() {}

    /** Reads the table that core brings. */
    static KnownKeys read() {
        KnownKeys known = new KnownKeys();
        try (InputStream in = KnownKeys.class.getResourceAsStream("known-keys")) {
            new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().forEach(known::line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Section charon = known.root.child("charon");
        charon.child("plugins").sections.values().forEach(plugin -> plugin.keys.put("load", Kind.PLAIN));
        LIKE_CHARON.forEach(name -> known.root.sections.put(name, charon));
        return known;
    }

    Section root() {
        return root;
    }

    private void line(String line) {
        if (line.isBlank() || line.startsWith("#")) {
            return;
        }
        int colon = line.indexOf(':');
        List<Section> sections = List.of(root);
        for (String part : line.substring(0, colon).split("\\.")) {
            List<Section> children = new ArrayList<>();
            for (Section section : sections) {
                expand(part).forEach(name -> children.add(section.child(name)));
            }
            sections = children;
        }
        for (String word : line.substring(colon + 1).split(" ")) {
            if (!word.isEmpty()) {
                Kind kind = word.endsWith("!") ? Kind.SECRET : word.endsWith("~") ? Kind.WITHOUT_EFFECT : Kind.PLAIN;
                String name = kind == Kind.PLAIN ? word : word.substring(0, word.length() - 1);
                for (Section section : sections) {
                    expand(name).forEach(each -> section.add(each, kind));
                }
            }
        }
    }

    private static Stream<String> expand(String name) {
        return PLACEHOLDERS.getOrDefault(name, List.of(name)).stream();
    }
}
