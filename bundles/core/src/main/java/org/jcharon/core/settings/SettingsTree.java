// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.settings;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import org.jcharon.api.settings.ConfSection;

/** Look-ups by dotted keys in sections, and sections with single keys overridden. Pure. */
final class SettingsTree {

    private SettingsTree() {}

    static Optional<ConfSection.Value> value(ConfSection root, String key) {
        return find(root, key, ConfSection::value);
    }

    static Optional<ConfSection> section(ConfSection root, String key) {
        return find(root, key, ConfSection::section);
    }

    /** Tries every dot as the end of a section's name: the names of sections may hold dots themselves. */
    private static <T> Optional<T> find(
            ConfSection from, String key, BiFunction<ConfSection, String, Optional<T>> last) {
        Optional<T> found = last.apply(from, key);
        for (int dot = key.indexOf('.'); found.isEmpty() && dot > 0; dot = key.indexOf('.', dot + 1)) {
            Optional<ConfSection> child = from.section(key.substring(0, dot));
            if (child.isPresent()) {
                found = find(child.get(), key.substring(dot + 1), last);
            }
        }
        return found;
    }

    /** {@code root} with one key set, or removed if {@code value} has no text. */
    static ConfSection with(ConfSection root, String key, ConfSection.Value value) {
        Map<String, ConfSection.Value> values = new LinkedHashMap<>(root.values());
        Map<String, ConfSection> sections = new LinkedHashMap<>(root.sections());
        int dot = key.indexOf('.');
        if (dot < 0) {
            if (value.text().isEmpty()) {
                values.remove(key);
            } else {
                values.put(key, value);
            }
        } else {
            String head = head(root, key, dot);
            ConfSection child = sections.getOrDefault(head, new ConfSection(value.place(), Map.of(), Map.of()));
            sections.put(head, with(child, key.substring(head.length() + 1), value));
        }
        return new ConfSection(root.place(), values, sections);
    }

    /** The longest name of a section there is that the key begins with, else what stands before the first dot. */
    private static String head(ConfSection root, String key, int firstDot) {
        List<String> fitting = new ArrayList<>();
        for (String name : root.sections().keySet()) {
            if (key.startsWith(name + ".")) {
                fitting.add(name);
            }
        }
        return fitting.stream()
                .max(java.util.Comparator.comparingInt(String::length))
                .orElse(key.substring(0, firstDot));
    }
}
