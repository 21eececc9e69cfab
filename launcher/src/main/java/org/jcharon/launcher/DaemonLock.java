// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The pid file, locked as long as its daemon lives: a number alone could be that of another process by now. First
 * line the pid, second the folder of sockets.
 */
final class DaemonLock implements AutoCloseable {
    private static final int ATTEMPTS = 5;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(40);

    private final Path file;
    private final FileChannel channel;

    private DaemonLock(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /**
     * What a daemon left in its pid file.
     *
     * @param pid its process
     * @param run its folder of sockets
     */
    record Holder(long pid, Path run) {}

    /**
     * Takes the lock.
     *
     * @throws LaunchException if another daemon has it
     */
    static DaemonLock acquire(Layout layout) throws LaunchException {
        Path file = layout.pidFile();
        try {
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            // a client that looks whether a daemon lives holds the lock for an instant
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                if (lock(channel)) {
                    return new DaemonLock(file, channel);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            channel.close();
        } catch (IOException e) {
            throw new LaunchException("cannot write " + file + " (" + Layout.reason(e) + "): use --base", e);
        }
        String pid = read(file).map(h -> " with pid " + h.pid()).orElse("");
        throw new LaunchException("a daemon" + pid + " runs on " + layout.base()
                + " already: stop it with bin/jcharon stop --base " + layout.base() + ", or use another --base");
    }

    /** Writes who holds it. */
    void sign(Path run) throws LaunchException {
        String text = ProcessHandle.current().pid() + "\n" + run + "\n";
        try {
            channel.truncate(0);
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
        } catch (IOException e) {
            throw new LaunchException("cannot write " + file + " (" + Layout.reason(e) + ")", e);
        }
    }

    /** Who holds the lock on the pid file of a base, if anyone. */
    static Optional<Holder> holder(Path file) throws IOException {
        if (Files.notExists(file)) { // which is not said of what we may not look at
            return Optional.empty();
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
            return lock(channel) ? Optional.empty() : read(file);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        FileLock lock = channel.tryLock();
        return lock != null;
    }

    private static Optional<Holder> read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return Optional.of(new Holder(Long.parseLong(lines.get(0)), Path.of(lines.get(1))));
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            return Optional.empty(); // being written at this instant
        }
    }

    /** Removes the file, then gives up the lock. */
    @Override
    public void close() {
        try (channel) {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            // the process ends: its lock ends with it, and a pid file without a lock says nothing
        }
    }
}
