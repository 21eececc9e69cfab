// SPDX-License-Identifier: Apache-2.0
package org.jcharon.filelog;

import java.util.Locale;
import org.jcharon.api.bus.LogListener.LogRecord;

/** Records as lines of a file, each with its line end. Pure. */
final class LineFormat {

    private LineFormat() {}

    static String of(LogRecord record, Options options) {
        return options.json() ? json(record, options) : text(record, options);
    }

    /** {@code [<time> ]TT[GRP] [<name|id>] text}; every line of a text has the prefix. */
    private static String text(LogRecord record, Options options) {
        String group = record.group().toUpperCase(Locale.ROOT) + (options.logLevel() ? record.level() : "");
        String prefix = (options.time() == null ? "" : options.time().format(record.time()) + " ")
                + String.format(Locale.ROOT, "%02d", record.thread())
                + "[" + group + "] "
                + (options.ikeName() && !record.ikeSa().isEmpty() ? "<" + record.ikeSa() + "> " : "");
        StringBuilder out = new StringBuilder();
        for (String line : record.text().split("\\R", -1)) {
            out.append(prefix).append(line).append('\n');
        }
        return out.toString();
    }

    private static String json(LogRecord record, Options options) {
        StringBuilder out = new StringBuilder("{");
        if (options.time() != null) {
            member(out, "time", options.time().format(record.time())).append(',');
        }
        out.append("\"thread\":").append(record.thread()).append(',');
        member(out, "group", record.group().toUpperCase(Locale.ROOT)).append(',');
        out.append("\"level\":").append(record.level()).append(',');
        if (options.ikeName() && !record.ikeSa().isEmpty()) {
            int bar = record.ikeSa().lastIndexOf('|');
            String id = record.ikeSa().substring(bar + 1);
            if (id.matches("\\d{1,18}")) {
                out.append("\"ikesa-uniqueid\":").append(Long.parseLong(id)).append(',');
            }
            if (bar > 0) {
                member(out, "ikesa-name", record.ikeSa().substring(0, bar)).append(',');
            }
        }
        return member(out, "msg", record.text()).append("}\n").toString();
    }

    private static StringBuilder member(StringBuilder out, String key, String value) {
        out.append('"').append(key).append("\":\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || c == 0x7F) {
                out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append('"');
    }
}
