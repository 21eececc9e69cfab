// SPDX-License-Identifier: Apache-2.0
package org.jcharon.syslog;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletionException;
import java.util.function.LongFunction;
import org.jcharon.api.bus.Log;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.Timer;

/**
 * One syslog with what it has not taken yet. {@link #log} never waits: what may wait happens in the blocking pool, a syslog that is
 * away is tried again later and later, and beyond {@value #MOST} messages the newest are dropped and counted. Any thread.
 */
final class Target implements AutoCloseable {

    /** Messages kept for a syslog that is away. */
    static final int MOST = 1_000;

    private static final Log LOG = Log.of("lib");
    private static final Duration DEADLINE = Duration.ofSeconds(10);
    private static final Duration SOON = Duration.ofMillis(100);
    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final Duration LAST_RETRY = Duration.ofSeconds(60);
    private static final int CLOSE_ROUNDS = 10;
    private static final long CLOSE_MILLIS = 50;

    private final Transport transport;
    private final Processor processor;
    private final Scheduler scheduler;
    private final LongFunction<byte[]> lossMessage;
    private final Deque<byte[]> queue = new ArrayDeque<>(); // guarded by itself, as the rest
    private long lost;
    private boolean busy; // a drain is under way, or its timer runs
    private boolean closed;
    private boolean reported;
    private Duration retry = FIRST_RETRY;
    private Timer timer;

    /** {@code lossMessage} tells how many were dropped, once there is somebody to hear it. */
    Target(Transport transport, Processor processor, Scheduler scheduler, LongFunction<byte[]> lossMessage) {
        this.transport = transport;
        this.processor = processor;
        this.scheduler = scheduler;
        this.lossMessage = lossMessage;
    }

    /** Messages dropped and not yet told of. */
    long lost() {
        synchronized (queue) {
            return lost;
        }
    }

    void log(byte[] message) {
        synchronized (queue) {
            if (closed) {
                return;
            }
            if (queue.size() >= MOST) {
                lost++;
                return;
            }
            queue.add(message);
            if (busy) {
                return;
            }
            busy = true;
        }
        start();
    }

    private void start() {
        synchronized (queue) {
            timer = null;
        }
        if (transport.mayWait()) {
            processor.blocking("syslog " + transport, 1, DEADLINE, this::drain).whenComplete(this::drained);
            return;
        }
        try {
            drained(drain(), null);
        } catch (IOException e) {
            drained(null, e);
        }
    }

    /** Sends what waits; false if the syslog does not keep up. */
    private boolean drain() throws IOException {
        while (true) {
            byte[] message;
            long dropped;
            synchronized (queue) {
                message = queue.peek();
                dropped = lost;
            }
            if (message == null && dropped == 0) {
                return true;
            }
            if (!transport.send(message == null ? lossMessage.apply(dropped) : message)) {
                return false;
            }
            synchronized (queue) {
                reported = false;
                retry = FIRST_RETRY;
                if (message == null) {
                    lost -= dropped;
                } else {
                    queue.poll();
                }
            }
        }
    }

    private void drained(Boolean all, Throwable failure) {
        boolean report = false;
        synchronized (queue) {
            boolean done = failure == null && all;
            if (closed || (done && queue.isEmpty())) {
                busy = false;
                queue.notifyAll();
                return;
            }
            if (failure != null) {
                report = !reported;
                reported = true;
            }
            // a message that came while the drain ended is worth no wait
            timer = scheduler.schedule(
                    Job.of("syslog " + transport, Priority.LOW, this::start),
                    done ? Duration.ZERO : failure == null ? SOON : retry);
            if (failure != null) {
                Duration twice = retry.multipliedBy(2);
                retry = twice.compareTo(LAST_RETRY) > 0 ? LAST_RETRY : twice;
            }
        }
        if (failure != null) {
            transport.close(); // ends a call that still waits, too
        }
        if (report) {
            Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            LOG.error(
                    "syslog {} takes no messages, trying again: {}",
                    transport,
                    cause.getMessage() == null ? cause.toString() : cause.getMessage());
        }
    }

    /** Gives what waits half a second to leave. */
    @Override
    public void close() {
        synchronized (queue) {
            for (int round = 0; busy && timer == null && round < CLOSE_ROUNDS; round++) {
                try {
                    queue.wait(CLOSE_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    break;
                }
            }
            closed = true;
            queue.clear();
            if (timer != null) {
                timer.cancel();
            }
        }
        transport.close();
    }
}
