// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.bus;

import java.time.Instant;
import java.util.logging.LogRecord;
import org.jcharon.api.bus.LogListener;

/** A log record as listeners get it. Immutable. */
record LogEvent(Instant time, String group, int level, int thread, String ikeSa, String text, boolean isRaised)
        implements LogListener.LogRecord {

    private static final String PREFIX = "charon.";
    private static final String THREAD = "charon-";

    /** From the record of the launcher: parameters are the tag of the IKE_SA or null, and the thread's name. */
    static LogEvent of(LogRecord published) {
        String logger = published.getLoggerName() == null ? "" : published.getLoggerName();
        String group = logger.startsWith(PREFIX) ? logger.substring(PREFIX.length()) : "lib";
        Object[] parameters = published.getParameters();
        String tag = parameter(parameters, 0);
        return new LogEvent(
                published.getInstant(),
                group,
                published.getLevel().intValue(),
                threadNumber(parameter(parameters, 1)),
                tag,
                text(published),
                false);
    }

    /** The same for sinks whose own level is lower. */
    LogEvent raised() {
        return new LogEvent(time, group, level, thread, ikeSa, text, true);
    }

    /** The name of the connection, empty if it is not known. */
    String connection() {
        int bar = ikeSa.lastIndexOf('|');
        return bar < 0 ? "" : ikeSa.substring(0, bar);
    }

    /** The number of {@code charon-07 …}; 0 for a thread that is none of ours, as strongSwan calls its main thread. */
    static int threadNumber(String name) {
        int number = 0;
        if (name.startsWith(THREAD)) {
            for (int at = THREAD.length(); at < name.length() && at < THREAD.length() + 6; at++) {
                char digit = name.charAt(at);
                if (digit < '0' || digit > '9') {
                    break;
                }
                number = number * 10 + (digit - '0');
            }
        }
        return number;
    }

    private static String parameter(Object[] parameters, int index) {
        return parameters != null && parameters.length > index && parameters[index] != null
                ? parameters[index].toString()
                : "";
    }

    private static String text(LogRecord published) {
        String message = published.getMessage() == null ? "" : published.getMessage();
        Throwable thrown = published.getThrown();
        if (thrown == null) {
            return message;
        }
        StringBuilder text = new StringBuilder(message).append(": ").append(thrown);
        for (StackTraceElement frame : thrown.getStackTrace()) {
            text.append("\n  at ").append(frame);
        }
        return text.toString();
    }
}
