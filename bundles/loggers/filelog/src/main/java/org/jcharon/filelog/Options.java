// SPDX-License-Identifier: Apache-2.0
package org.jcharon.filelog;

import java.nio.file.Path;
import java.time.ZoneId;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jcharon.api.settings.Settings;

/**
 * One section {@code charon.filelog.NAME}. Immutable.
 *
 * @param path file, {@code stdout} or {@code stderr}
 * @param levels by group; {@code default} for the others
 * @param append whether an existing file is kept
 * @param flushLine whether each line is flushed
 * @param time null: lines begin without a time
 * @param ikeName whether lines name the IKE_SA
 * @param json one JSON object a line
 * @param logLevel whether the level follows the group
 */
record Options(
        Path path,
        Map<String, Integer> levels,
        boolean append,
        boolean flushLine,
        TimeFormat time,
        boolean ikeName,
        boolean json,
        boolean logLevel) {

    /** The standard output of the process; no file has a path without a folder. */
    static final Path STDOUT = Path.of("stdout");
    /** The standard error output of the process. */
    static final Path STDERR = Path.of("stderr");

    private static final List<String> GROUPS = List.of(
            "dmn", "mgr", "ike", "chd", "job", "wch", "cfg", "knl", "net", "asn", "enc", "tnc", "imc", "imv", "pts",
            "tls", "app", "esp", "lib");

    Options {
        levels = Map.copyOf(levels);
    }

    /** Reads a section; throws {@link IllegalArgumentException} with its name for what is wrong. */
    static Options read(Settings settings, String name, Path base, ZoneId zone) {
        String prefix = "charon.filelog." + name + ".";
        Map<String, Integer> levels = new HashMap<>();
        int level = level(settings, prefix + "default", 1);
        levels.put("default", level);
        for (String group : GROUPS) {
            levels.put(group, level(settings, prefix + group, level));
        }
        try {
            String format = settings.get(prefix + "time_format", "");
            TimeFormat.Precision precision = TimeFormat.Precision.of(settings.get(prefix + "time_precision", ""));
            return new Options(
                    path(settings.get(prefix + "path", name), base),
                    levels,
                    settings.flag(prefix + "append", true),
                    settings.flag(prefix + "flush_line", false),
                    format.isEmpty() ? null : new TimeFormat(format, precision, zone),
                    settings.flag(prefix + "ike_name", false),
                    settings.flag(prefix + "json", false),
                    settings.flag(prefix + "log_level", false));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("charon.filelog." + name + ": " + e.getMessage(), e);
        }
    }

    /** What is written if nothing is configured. */
    static Options standard(Path base, ZoneId zone) {
        TimeFormat time = new TimeFormat("%F %T", TimeFormat.Precision.MILLISECONDS, zone);
        return new Options(base.resolve("log/charon.log"), Map.of("default", 1), true, false, time, true, false, false);
    }

    int level(String group) {
        return levels.getOrDefault(group, levels.get("default"));
    }

    private static Path path(String text, Path base) {
        return text.equals(STDOUT.toString()) || text.equals(STDERR.toString()) ? Path.of(text) : base.resolve(text);
    }

    private static int level(Settings settings, String key, int fallback) {
        return (int) Math.max(-1, Math.min(4, settings.number(key, fallback)));
    }
}
