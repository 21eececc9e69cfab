// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongToIntFunction;

/**
 * Whoever called a command over the socket: its terminal and, once a command asks, its keys. Variables of Gogo's session are of types
 * of the JDK, so that bundles need nothing of the launcher: {@code COLUMNS} and {@code LINES} are numbers that follow the size of the
 * window, {@code CWD} is a text, {@code KEYS} a {@link LongToIntFunction} that waits so many milliseconds for a key.
 */
final class Caller implements LongToIntFunction {
    /** No key was pressed. */
    static final int NONE = -1;

    /** The caller is gone. */
    static final int GONE = -2;

    private static final int MAX_KEYS = 1024;

    private final InputStream in;
    private final OutputStream out;
    private final Executor threads;
    private final AtomicInteger columns = new AtomicInteger();
    private final AtomicInteger lines = new AtomicInteger();
    private final Map<String, Object> variables = new ConcurrentHashMap<>();
    private final BlockingQueue<Integer> keys = new LinkedBlockingQueue<>(MAX_KEYS);
    private boolean reading; // guarded by this

    /** Frames of the caller come from {@code in}; {@code out} is locked for each frame to it. */
    Caller(InputStream in, OutputStream out, Executor threads) {
        this.in = in;
        this.out = out;
        this.threads = threads;
        variables.put("COLUMNS", columns);
        variables.put("LINES", lines);
        variables.put("KEYS", this);
    }

    /** For the session of a command. */
    Map<String, Object> variables() {
        return variables;
    }

    /** Takes lines of {@code NAME=VALUE}; others than the known ones are ignored. */
    void set(byte[] text) {
        for (String line : new String(text, StandardCharsets.UTF_8).split("\n")) {
            String value = line.substring(line.indexOf('=') + 1);
            if (line.startsWith("COLUMNS=") && value.matches("\\d{1,4}")) {
                columns.set(Integer.parseInt(value));
            } else if (line.startsWith("LINES=") && value.matches("\\d{1,4}")) {
                lines.set(Integer.parseInt(value));
            } else if (line.startsWith("CWD=/")) {
                variables.put("CWD", value);
            }
        }
    }

    @Override
    public int applyAsInt(long millis) {
        try {
            begin();
            Integer key = keys.poll(millis, TimeUnit.MILLISECONDS);
            return key == null ? NONE : key;
        } catch (IOException e) {
            return GONE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return GONE;
        }
    }

    private synchronized void begin() throws IOException {
        if (!reading) {
            reading = true;
            synchronized (out) {
                Frames.write(out, Frames.KEYS, new byte[0], 0, 0);
            }
            threads.execute(this::read);
        }
    }

    /** Ends with the connection, which the end of the command closes. */
    private void read() {
        try {
            while (true) {
                Frames.Frame frame = Frames.read(in);
                if (frame.kind() == Frames.VARIABLES) {
                    set(frame.data());
                } else if (frame.kind() == Frames.INPUT) {
                    for (byte key : frame.data()) {
                        keys.offer(key & 0xFF);
                    }
                }
            }
        } catch (IOException e) {
            keys.clear();
            keys.offer(GONE);
        }
    }
}
