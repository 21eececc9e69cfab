// SPDX-License-Identifier: Apache-2.0
package org.jcharon.socketdefault;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jcharon.api.settings.Settings;

/** Settings out of a map; keys and values alternate. */
final class MapSettings implements Settings {

    private final Map<String, String> values = new HashMap<>();

    MapSettings(String... keysAndValues) {
        for (int i = 0; i < keysAndValues.length; i += 2) {
            values.put(keysAndValues[i], keysAndValues[i + 1]);
        }
    }

    @Override
    public Optional<String> get(String key) {
        return Optional.ofNullable(values.get(key));
    }

    @Override
    public long number(String key, long fallback) {
        return get(key).map(Long::valueOf).orElse(fallback);
    }

    @Override
    public double fraction(String key, double fallback) {
        return fallback;
    }

    @Override
    public boolean flag(String key, boolean fallback) {
        return get(key).map("yes"::equals).orElse(fallback);
    }

    @Override
    public Duration duration(String key, Duration fallback) {
        return fallback;
    }

    @Override
    public List<String> sections(String key) {
        return List.of();
    }

    @Override
    public List<String> keys(String section) {
        return List.of();
    }
}
