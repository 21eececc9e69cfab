// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A shell line on a pseudo terminal of 24 lines with 80 columns, made by {@code script} of util-linux; the test types and looks at all
 * that was written to the terminal so far.
 */
final class PseudoTerminal implements AutoCloseable {

    static final int COLUMNS = 80;
    static final int LINES = 24;

    /** Ctrl-C reaches the shell too, which would end with what it runs. */
    private static final String OUTLIVES_INTERRUPTS = "trap : INT; ";

    private static final Pattern ESCAPE = Pattern.compile("\u001b(?:\\[[0-9;?]*[ -/]*[@-~]|[=>()][0-9A-Z]?)");

    private final Process process;
    private final OutputStream keyboard;
    private final StringBuilder written = new StringBuilder(); // guarded by itself
    private final Thread reader;

    private PseudoTerminal(Process process) {
        this.process = process;
        this.keyboard = process.getOutputStream();
        this.reader = new Thread(this::read, "pseudo terminal");
        reader.setDaemon(true);
        reader.start();
    }

    /** Runs a line of sh; its home is {@code home}. */
    static PseudoTerminal run(Path home, String line) {
        // who starts the tests in the background has them ignore SIGINT, and all that they start
        ProcessBuilder builder = new ProcessBuilder(List.of(
                "env",
                "--default-signal=INT",
                "script",
                "-qfec",
                OUTLIVES_INTERRUPTS + "stty rows " + LINES + " cols " + COLUMNS + "; " + line,
                "/dev/null"));
        builder.redirectErrorStream(true);
        builder.environment().put("TERM", "xterm");
        builder.environment().put("HOME", home.toString());
        builder.environment().put("SHELL", "/bin/sh");
        try {
            return new PseudoTerminal(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read() {
        byte[] octets = new byte[4096];
        try (InputStream in = process.getInputStream()) {
            for (int got = in.read(octets); got >= 0; got = in.read(octets)) {
                append(new String(octets, 0, got, StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            append("\n[reading failed: " + e.getMessage() + "]");
        }
    }

    private void append(String text) {
        synchronized (written) {
            written.append(text);
        }
    }

    void type(String keys) {
        try {
            keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
            keyboard.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A place in what was written, for the other methods. */
    int mark() {
        synchronized (written) {
            return written.length();
        }
    }

    /** What was written after {@code mark}, escape sequences included. */
    String since(int mark) {
        synchronized (written) {
            return written.substring(mark);
        }
    }

    /** The same without escape sequences and carriage returns. */
    String textSince(int mark) {
        return text(since(mark));
    }

    static String text(String written) {
        return ESCAPE.matcher(written).replaceAll("").replace("\r", "");
    }

    /** Waits for text after {@code mark}; what was matched. */
    Matcher await(int mark, String expression) {
        Pattern pattern = Pattern.compile(expression);
        Await.until(
                Daemon.SOON,
                () -> "no " + expression + " in: " + textSince(mark),
                () -> pattern.matcher(textSince(mark)).find());
        Matcher found = pattern.matcher(textSince(mark));
        found.find();
        return found;
    }

    /** Waits for the end of the line; its status. */
    int status() {
        try {
            if (!process.waitFor(20, TimeUnit.SECONDS)) {
                throw new AssertionError("still runs: " + textSince(0));
            }
            reader.join(5_000);
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
