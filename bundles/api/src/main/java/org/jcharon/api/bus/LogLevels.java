// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.bus;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jcharon.api.settings.Settings;

/** Levels by group, as the section of a logger says: a key for each group, {@code default} for the others. Immutable. */
public final class LogLevels {

    /** Groups as strongSwan names them, in lower case. */
    public static final List<String> GROUPS = List.of(
            "dmn", "mgr", "ike", "chd", "job", "wch", "cfg", "knl", "net", "asn", "enc", "tnc", "imc", "imv", "pts",
            "tls", "app", "esp", "lib");

    private final Map<String, Integer> levels;
    private final int others;

    private LogLevels(Map<String, Integer> levels, int others) {
        this.levels = levels;
        this.others = others;
    }

    /** The same level for all groups, -1 to 4. */
    public static LogLevels all(int level) {
        return new LogLevels(Map.of(), level);
    }

    /**
     * Reads {@code SECTION.default} and {@code SECTION.GROUP}; numbers beyond -1 and 4 count as these.
     *
     * @param fallback where {@code default} is not set
     */
    public static LogLevels read(Settings settings, String section, int fallback) {
        int others = level(settings, section + ".default", fallback);
        Map<String, Integer> levels = new HashMap<>();
        for (String group : GROUPS) {
            levels.put(group, level(settings, section + "." + group, others));
        }
        return new LogLevels(Map.copyOf(levels), others);
    }

    /** Highest level wanted of a group, -1: none. */
    public int of(String group) {
        return levels.getOrDefault(group, others);
    }

    private static int level(Settings settings, String key, int fallback) {
        return (int) Math.max(-1, Math.min(4, settings.number(key, fallback)));
    }
}
