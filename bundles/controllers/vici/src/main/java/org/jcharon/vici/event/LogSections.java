// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.event;

import java.util.Locale;
import org.jcharon.api.bus.LogListener.LogRecord;
import org.jcharon.vici.message.Section;

/** Log records as events. Pure. */
public final class LogSections {

    private static final int LONGEST = 60_000;

    private LogSections() {}

    /** {@code thread}: whether the number of the thread is part of it. */
    public static Section of(LogRecord record, boolean thread) {
        Section.Builder out = Section.builder()
                .put("group", record.group().toUpperCase(Locale.ROOT))
                .put("level", record.level());
        if (thread) {
            out.put("thread", record.thread());
        }
        int bar = record.ikeSa().lastIndexOf('|');
        if (bar >= 0) {
            out.put("ikesa-name", record.ikeSa().substring(0, bar))
                    .put("ikesa-uniqueid", record.ikeSa().substring(bar + 1));
        }
        String text = record.text();
        boolean tooLong = text.length() > LONGEST / 3;
        return out.put("msg", tooLong ? text.substring(0, LONGEST / 3) : text).build();
    }
}
