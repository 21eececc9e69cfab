// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.testkit;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jcharon.api.settings.Settings;

/**
 * Settings that a test may change at any time. Numbers are decimal, durations whole seconds, flags yes or no; anything else throws.
 * Names of sections have no dot. Not thread-safe.
 */
public final class MapSettings implements Settings {

    private final Map<String, String> values = new TreeMap<>();

    /** Sets a key. */
    public MapSettings with(String key, String value) {
        values.put(key, value);
        return this;
    }

    /** Removes a key, or with all that is in it a section. */
    public MapSettings without(String key) {
        values.keySet().removeIf(name -> name.equals(key) || name.startsWith(key + "."));
        return this;
    }

    @Override
    public Optional<String> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    @Override
    public long number(String key, long fallback) {
        return get(key).map(Long::parseLong).orElse(fallback);
    }

    @Override
    public double fraction(String key, double fallback) {
        return get(key).map(Double::parseDouble).orElse(fallback);
    }

    @Override
    public boolean flag(String key, boolean fallback) {
        return get(key).map(text -> switch (text) {
                    case "yes" -> true;
                    case "no" -> false;
                    default -> throw new IllegalArgumentException(key + " is neither yes nor no: " + text);
                })
                .orElse(fallback);
    }

    @Override
    public Duration duration(String key, Duration fallback) {
        return get(key).map(text -> Duration.ofSeconds(Long.parseLong(text))).orElse(fallback);
    }

    @Override
    public List<String> sections(String key) {
        return below(key)
                .filter(name -> name.indexOf('.') > 0)
                .map(name -> name.substring(0, name.indexOf('.')))
                .distinct()
                .toList();
    }

    @Override
    public List<String> keys(String section) {
        return below(section).filter(name -> name.indexOf('.') < 0).toList();
    }

    private Stream<String> below(String section) {
        return values.keySet().stream()
                .filter(name -> name.startsWith(section + "."))
                .map(name -> name.substring(section.length() + 1));
    }
}
