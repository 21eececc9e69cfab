// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.io.PrintStream;
import java.util.Locale;
import org.jcharon.api.bus.LogListener;

/** Prints the log of one SA to the console of a command, until the command ends. Called by the bus. */
final class ConsoleLog implements LogListener, AutoCloseable {

    private final PrintStream out;
    private volatile boolean closed; // publishes the end of the command: the console may be gone afterwards

    ConsoleLog(PrintStream out) {
        this.out = out;
    }

    @Override
    public int level(String group) {
        return closed ? -1 : 1;
    }

    @Override
    public void log(LogRecord record) {
        String prefix = "[" + record.group().toUpperCase(Locale.ROOT) + "] ";
        for (String line : record.text().split("\\R", -1)) {
            if (!closed) {
                out.println(prefix + line);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
