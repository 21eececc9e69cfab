// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.io.PrintStream;
import java.util.Optional;
import java.util.function.LongToIntFunction;
import java.util.function.Supplier;
import org.apache.felix.service.command.CommandSession;

/** Where a command prints to, and what is known of whoever called it. For one thread. */
final class Console {

    /** Answer of {@link #key}: nothing was pressed. */
    static final int NO_KEY = -1;

    private final CommandSession session;
    private final boolean json;

    Console(CommandSession session, boolean json) {
        this.session = session;
        this.json = json;
    }

    PrintStream out() {
        return session.getConsole();
    }

    void print(String text) {
        out().print(text);
        out().flush();
    }

    void println(String line) {
        print(line + "\n");
    }

    /** Prints a value as JSON if that is asked for, else a text that ends with a line break. */
    void show(Supplier<Object> value, Supplier<String> text) {
        print(json ? Json.of(value.get()) + "\n" : text.get());
    }

    boolean isJson() {
        return json;
    }

    /** Width of the caller's terminal, empty if it has none. */
    Optional<Integer> columns() {
        return number("COLUMNS");
    }

    /** Height of the caller's terminal, empty if it has none. */
    Optional<Integer> lines() {
        return number("LINES");
    }

    /** Folder that the caller is in; empty if not known. */
    Optional<String> folder() {
        return Optional.ofNullable(session.get("CWD")).map(Object::toString);
    }

    /** Waits for a key of the caller; {@link #NO_KEY} if none came within {@code millis}, less if the caller left. */
    int key(long millis) {
        if (session.get("KEYS") instanceof LongToIntFunction keys) {
            return keys.applyAsInt(millis);
        }
        try {
            Thread.sleep(millis);
            return NO_KEY;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return NO_KEY - 1;
        }
    }

    private Optional<Integer> number(String variable) {
        Object value = session.get(variable);
        String text = value == null ? "" : value.toString();
        return text.matches("\\d{1,4}") && !text.matches("0+") ? Optional.of(Integer.valueOf(text)) : Optional.empty();
    }
}
