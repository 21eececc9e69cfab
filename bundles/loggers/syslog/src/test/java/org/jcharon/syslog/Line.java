// SPDX-License-Identifier: Apache-2.0
package org.jcharon.syslog;

import java.time.Instant;
import org.jcharon.api.bus.LogListener.LogRecord;

/** A record of a test. */
record Line(Instant time, String group, int level, int thread, String ikeSa, String text, boolean isRaised)
        implements LogRecord {

    static Line of(String group, int level, String text) {
        return new Line(Instant.EPOCH, group, level, 5, "acc|7", text, false);
    }
}
