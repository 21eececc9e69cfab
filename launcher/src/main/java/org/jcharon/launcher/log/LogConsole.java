// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.logging.LogRecord;

/** Writes records as strongSwan does: {@code TT[GRP] text}, the prefix repeated on each line. Any thread. */
final class LogConsole {
    private final PrintStream out;

    LogConsole(PrintStream out) {
        this.out = out;
    }

    /** The process's own stdout: System.out is replaced by the shell, which gives it to the command that runs. */
    static LogConsole stdout() {
        return new LogConsole(new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8));
    }

    /**
     * Prints one record.
     *
     * @param group name of the group
     * @param record its message is final text
     * @param thread name of the logging thread
     * @param stacks whether the stack of a throwable is printed too
     */
    void print(String group, LogRecord record, String thread, boolean stacks) {
        String prefix = threadNumber(thread) + "[" + group.toUpperCase(Locale.ROOT) + "] ";
        StringBuilder text = new StringBuilder(80);
        String message = withThrowable(record.getMessage(), record.getThrown());
        for (String line : message.lines().toList()) {
            text.append(prefix).append(line).append('\n');
        }
        if (stacks && record.getThrown() != null) {
            for (StackTraceElement frame : record.getThrown().getStackTrace()) {
                text.append(prefix).append("  at ").append(frame).append('\n');
            }
        }
        if (text.isEmpty()) {
            text.append(prefix).append('\n');
        }
        out.print(text);
        out.flush();
    }

    static String withThrowable(String message, Throwable thrown) {
        if (thrown == null) {
            return message;
        }
        Throwable inner = thrown;
        while (inner instanceof InvocationTargetException && inner.getCause() != null) {
            inner = inner.getCause(); // the wrapping says nothing
        }
        String cause = inner.getMessage();
        return message + ": " + inner.getClass().getSimpleName() + (cause == null ? "" : ": " + cause);
    }

    /** The digits at the end of a thread's name, at least two: {@code worker-7} is 07; 00 when there are none. */
    static String threadNumber(String thread) {
        int start = thread.length();
        while (start > 0 && Character.isDigit(thread.charAt(start - 1))) {
            start--;
        }
        String digits = thread.substring(start);
        return switch (digits.length()) {
            case 0 -> "00";
            case 1 -> "0" + digits;
            case 2 -> digits;
            default -> digits.substring(digits.length() - 2);
        };
    }
}
