// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux.internal;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.LinuxException;

/**
 * A descriptor in non-blocking mode with an eventfd beside it. Calls go in by {@link #enter} and out by {@link #exit};
 * {@link #close} marks, wakes, waits until all are out, and only then closes both numbers. Any thread.
 */
final class Descriptor {

    /** Result of a wait. */
    enum Wait {
        READY,
        WOKEN,
        TIMEOUT
    }

    private static final int POLLIN = 1;
    private static final int POLLOUT = 4;
    private static final int CLOSED = Integer.MIN_VALUE;
    private static final int EFD_CLOEXEC_NONBLOCK = 0x80800;
    private static final int OCTETS_POLL = 16;
    private static final int OCTETS_COUNTER = 8;

    private final Native sys;
    private final String what;
    private final int fd;
    private final int event;
    // Sign bit: closed. The rest: calls inside.
    private final AtomicInteger state = new AtomicInteger();
    private final Object left = new Object();
    // Memory of the last wait, for the next one: with one reader nothing is allocated.
    private final AtomicReference<Memory> spare = new AtomicReference<>();
    private final Memory one = Memory.allocate(OCTETS_COUNTER);

    /** Takes {@code fd} over, and closes it if no eventfd can be had. */
    Descriptor(Native sys, int fd, String what) throws LinuxException {
        this.sys = sys;
        this.fd = fd;
        this.what = what;
        this.one.buffer().putLong(0, 1);
        this.event = sys.libc.eventfd(0, EFD_CLOEXEC_NONBLOCK);
        if (event < 0) {
            int errno = sys.errno();
            sys.libc.close(fd);
            throw new LinuxException(errno, "open eventfd for " + what);
        }
    }

    /** Valid between {@link #enter} and {@link #exit} only. */
    int fd() {
        return fd;
    }

    String what() {
        return what;
    }

    /** False once closed; true obliges to {@link #exit}. */
    boolean enter() {
        int now;
        do {
            now = state.get();
            if (now < 0) {
                return false;
            }
        } while (!state.compareAndSet(now, now + 1));
        return true;
    }

    void enterOrThrow(String operation) throws LinuxException {
        if (!enter()) {
            throw new LinuxException(Errno.EBADF, operation + " " + what, "closed");
        }
    }

    void exit() {
        if (state.decrementAndGet() == CLOSED) {
            synchronized (left) {
                left.notifyAll();
            }
        }
    }

    boolean isClosed() {
        return state.get() < 0;
    }

    /**
     * Waits for input or a wake.
     *
     * @param timeoutMillis -1 for ever
     */
    Wait awaitInput(int timeoutMillis) throws LinuxException {
        return await(POLLIN, timeoutMillis, true);
    }

    /** Waits for room; a wake does not end it. */
    Wait awaitOutput(int timeoutMillis) throws LinuxException {
        return await(POLLOUT, timeoutMillis, false);
    }

    private Wait await(int events, int timeoutMillis, boolean wakeable) throws LinuxException {
        Memory taken = spare.getAndSet(null);
        Memory memory = taken != null ? taken : Memory.allocate(OCTETS_POLL + OCTETS_COUNTER);
        try {
            ByteBuffer polls = memory.buffer();
            polls.putInt(0, fd).putShort(4, (short) events).putShort(6, (short) 0);
            polls.putInt(8, event).putShort(12, (short) POLLIN).putShort(14, (short) 0);
            while (true) {
                int ready = sys.libc.poll(memory.address(), wakeable ? 2 : 1, timeoutMillis);
                if (ready == 0) {
                    return Wait.TIMEOUT;
                }
                if (ready > 0) {
                    // A wake goes first: whoever woke us may want the caller to stop in spite of more input.
                    if (wakeable && polls.getShort(14) != 0) {
                        if (!isClosed()) {
                            sys.libc.read(event, memory.address() + OCTETS_POLL, OCTETS_COUNTER);
                            if (isClosed()) {
                                signal(); // that may have been the signal of close(), which is for all readers
                            }
                        }
                        return Wait.WOKEN;
                    }
                    return Wait.READY;
                }
                if (sys.errno() != Errno.EINTR) {
                    throw new LinuxException(sys.errno(), "wait for " + what);
                }
            }
        } finally {
            spare.set(memory);
        }
    }

    void wake() {
        if (enter()) {
            try {
                signal();
            } finally {
                exit();
            }
        }
    }

    private void signal() {
        // The only possible failure is a counter at its maximum, and then readers are awake.
        sys.libc.write(event, one.address(), OCTETS_COUNTER);
    }

    /** A second call returns at once. */
    void close() {
        if (state.getAndUpdate(now -> now | CLOSED) < 0) {
            return;
        }
        signal();
        boolean interrupted = false;
        synchronized (left) {
            while (state.get() != CLOSED) {
                try {
                    left.wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        }
        sys.libc.close(fd);
        sys.libc.close(event);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
