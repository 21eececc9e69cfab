// SPDX-License-Identifier: Apache-2.0
package org.jcharon.filelog;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import org.jcharon.api.bus.LogListener.LogRecord;

/** One open file. Any thread. */
final class LogFile implements AutoCloseable {

    private final Options options;
    private final OutputStream out; // guarded by this
    private boolean dirty; // guarded by this

    LogFile(Options options) throws IOException {
        this.options = options;
        this.out = new BufferedOutputStream(open(options));
    }

    private static OutputStream open(Options options) throws IOException {
        if (options.path().equals(Options.STDOUT)) {
            return new Standard(System.out);
        }
        if (options.path().equals(Options.STDERR)) {
            return new Standard(System.err);
        }
        if (options.path().getParent() != null) {
            Files.createDirectories(options.path().getParent());
        }
        return Files.newOutputStream(
                options.path(),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                options.append() ? StandardOpenOption.APPEND : StandardOpenOption.TRUNCATE_EXISTING);
    }

    Options options() {
        return options;
    }

    /** Writes a record; true if something now waits for {@link #flush()}. */
    synchronized boolean write(LogRecord record) throws IOException {
        out.write(LineFormat.of(record, options).getBytes(StandardCharsets.UTF_8));
        if (options.flushLine()) {
            out.flush();
            return false;
        }
        boolean first = !dirty;
        dirty = true;
        return first;
    }

    synchronized void flush() throws IOException {
        dirty = false;
        out.flush();
    }

    @Override
    public synchronized void close() throws IOException {
        out.close();
    }

    /** A stream of the process, which closing must leave open. */
    private static final class Standard extends java.io.FilterOutputStream {

        Standard(OutputStream stream) {
            super(stream);
        }

        @Override
        public void write(byte[] octets, int from, int length) throws IOException {
            out.write(octets, from, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }
}
