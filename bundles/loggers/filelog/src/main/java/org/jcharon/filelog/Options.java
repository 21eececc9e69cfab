// SPDX-License-Identifier: Apache-2.0
package org.jcharon.filelog;

import java.nio.file.Path;
import java.time.ZoneId;
import org.jcharon.api.bus.LogLevels;
import org.jcharon.api.settings.Settings;

/**
 * One section {@code charon.filelog.NAME}. Immutable.
 *
 * @param path file, {@code stdout} or {@code stderr}
 * @param levels by group
 * @param append whether an existing file is kept
 * @param flushLine whether each line is flushed
 * @param time null: lines begin without a time
 * @param ikeName whether lines name the IKE_SA
 * @param json one JSON object a line
 * @param logLevel whether the level follows the group
 */
record Options(
        Path path,
        LogLevels levels,
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

    /** Reads a section; throws {@link IllegalArgumentException} with its name for what is wrong. */
    static Options read(Settings settings, String name, Path base, ZoneId zone) {
        String prefix = "charon.filelog." + name + ".";
        try {
            String format = settings.get(prefix + "time_format", "");
            TimeFormat.Precision precision = TimeFormat.Precision.of(
                    settings.get(prefix + "time_precision", settings.flag(prefix + "time_add_ms", false) ? "ms" : ""));
            return new Options(
                    path(settings.get(prefix + "path", name), base),
                    LogLevels.read(settings, "charon.filelog." + name, 1),
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
        return new Options(base.resolve("log/charon.log"), LogLevels.all(1), true, false, time, true, false, false);
    }

    int level(String group) {
        return levels.of(group);
    }

    private static Path path(String text, Path base) {
        return text.equals(STDOUT.toString()) || text.equals(STDERR.toString()) ? Path.of(text) : base.resolve(text);
    }
}
