// SPDX-License-Identifier: Apache-2.0
package org.jcharon.filelog;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.jcharon.api.bus.LogListener.LogRecord;

/** One open file. Any thread. */
final class LogFile implements AutoCloseable {

    private final Object key; // of the file system; null: unknown
    private volatile Options options; // publishes those in effect
    private final OutputStream out; // guarded by this
    private boolean dirty; // guarded by this

    LogFile(Options options) throws IOException {
        this.options = options;
        this.out = new BufferedOutputStream(open(options));
        this.key = key(options);
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

    private static Object key(Options options) {
        try {
            return options.path().equals(Options.STDOUT) || options.path().equals(Options.STDERR)
                    ? options.path()
                    : Files.readAttributes(options.path(), BasicFileAttributes.class)
                            .fileKey();
        } catch (IOException e) {
            return null;
        }
    }

    /** Takes other options if they are about the file that is open; false if it was moved away, as logrotate does, or never was. */
    boolean follow(Options next) {
        boolean same = key != null
                && key.equals(key(next))
                && next.path().equals(options.path())
                && next.append() == options.append();
        if (same) {
            options = next;
        }
        return same;
    }

    Options options() {
        return options;
    }

    /** Writes a record; true if something now waits for {@link #flush()}. */
    synchronized boolean write(LogRecord record) throws IOException {
        Options options = this.options;
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
