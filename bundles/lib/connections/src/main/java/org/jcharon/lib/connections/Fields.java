// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.connections;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jcharon.api.settings.ConfException;
import org.jcharon.api.settings.ConfSection;
import org.jcharon.api.settings.Nearest;

/** Typed reading of one section: every error names file, line and the full key. */
final class Fields {

    private static final int MAX_LIST = 1_000;

    private final ConfSection section;
    private final String path;
    private final Collection<String> keys;

    /** Throws if the section has a key or section that is not of {@code keys} or fits {@code sections}. */
    Fields(
            ConfSection section,
            String path,
            Collection<String> keys,
            Predicate<String> sections,
            Collection<String> named)
            throws ConfException {
        this.section = section;
        this.path = path;
        this.keys = keys;
        for (Map.Entry<String, ConfSection.Value> value : section.values().entrySet()) {
            if (!keys.contains(value.getKey())) {
                throw new ConfException(
                        value.getValue().place(),
                        "unknown key '" + value.getKey() + "' in " + path + Nearest.hint(value.getKey(), keys));
            }
        }
        for (Map.Entry<String, ConfSection> child : section.sections().entrySet()) {
            if (!sections.test(child.getKey())) {
                throw new ConfException(
                        child.getValue().place(),
                        "unknown section '" + child.getKey() + "' in " + path + Nearest.hint(child.getKey(), named));
            }
        }
    }

    ConfSection section() {
        return section;
    }

    String path() {
        return path;
    }

    Optional<ConfSection.Value> value(String key) {
        if (!keys.contains(key)) {
            throw new IllegalArgumentException(key + " is not declared for " + path);
        }
        return section.value(key);
    }

    ConfSection.Place place(String key) {
        return value(key).map(ConfSection.Value::place).orElse(section.place());
    }

    String text(String key, String fallback) {
        return value(key).map(ConfSection.Value::text).orElse(fallback);
    }

    /** The items of a list, or of a text with commas; those that are empty do not count. */
    List<String> list(String key) throws ConfException {
        List<String> items = value(key).map(ConfSection.Value::items).orElse(List.of());
        if (items.size() > MAX_LIST) {
            throw error(key, "more than " + MAX_LIST + " entries");
        }
        return items;
    }

    boolean flag(String key, boolean fallback) throws ConfException {
        String text = text(key, fallback ? "yes" : "no").toLowerCase(Locale.ROOT);
        return switch (text) {
            case "yes", "true", "enabled", "1" -> true;
            case "no", "false", "disabled", "0" -> false;
            default -> throw error(key, "'" + text + "' is not yes or no");
        };
    }

    long number(String key, long fallback, long from, long to) throws ConfException {
        Optional<ConfSection.Value> value = value(key);
        if (value.isEmpty()) {
            return fallback;
        }
        String text = value.get().text();
        long number;
        try {
            number = Values.number(text);
        } catch (NumberFormatException e) {
            throw error(key, "'" + text + "' is not a number");
        }
        if (number < from || number > to) {
            throw error(key, text + " is not from " + from + " to " + to);
        }
        return number;
    }

    /** Octets with k, m or g, or packets; null if not given. */
    Long amount(String key) throws ConfException {
        if (value(key).isEmpty()) {
            return null;
        }
        try {
            return Values.amount(text(key, ""));
        } catch (NumberFormatException | ArithmeticException e) {
            throw error(key, "'" + text(key, "") + "' is not a number with k, m, g or nothing");
        }
    }

    /** Null if not given. */
    Duration duration(String key) throws ConfException {
        if (value(key).isEmpty()) {
            return null;
        }
        try {
            return Values.duration(text(key, ""));
        } catch (NumberFormatException | ArithmeticException e) {
            throw error(key, "'" + text(key, "") + "' is not a time in s, m, h or d");
        }
    }

    <T> T choice(String key, T fallback, Map<String, T> choices) throws ConfException {
        Optional<ConfSection.Value> value = value(key);
        if (value.isEmpty()) {
            return fallback;
        }
        String text = value.get().text().toLowerCase(Locale.ROOT);
        T chosen = choices.get(text);
        if (chosen == null) {
            throw error(
                    key,
                    "'" + text + "' is not one of "
                            + String.join(
                                    ", ", choices.keySet().stream().sorted().toList())
                            + Nearest.hint(text, choices.keySet()));
        }
        return chosen;
    }

    /** Accepts a key that is not implemented only with one of the values that ask for nothing. */
    void only(String key, String why, String... accepted) throws ConfException {
        Optional<ConfSection.Value> value = value(key);
        if (value.isPresent() && !List.of(accepted).contains(value.get().text().toLowerCase(Locale.ROOT))) {
            throw error(key, "'" + value.get().text() + "' is not supported: " + why);
        }
    }

    ConfException error(String key, String what) {
        return new ConfException(place(key), path + "." + key + ": " + what);
    }
}
