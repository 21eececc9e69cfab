// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.bus;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;

/**
 * Delivers events to one observer in their order, one call at a time, in jobs. A slow observer loses events rather than holding
 * anybody up; how many is told before the next that it gets. Any thread.
 */
final class ObserverQueue<T> {

    private static final int EVENTS_PER_JOB = 64;
    private static final int WAIT_ROUNDS = 20;
    private static final long WAIT_MILLIS = 100;

    private final T observer;
    private final int capacity;
    private final Processor processor;
    private final Priority priority;
    private final LongConsumer overflow;
    private final AtomicLong faults = new AtomicLong();
    private final Deque<Consumer<? super T>> events = new ArrayDeque<>(); // guarded by this, as the rest
    private boolean scheduled;
    private boolean closed;
    private Thread deliverer;
    private long lost;

    /** {@code overflow} hears how many events were lost, in the job that delivers the next one. */
    ObserverQueue(T observer, int capacity, Processor processor, Priority priority, LongConsumer overflow) {
        this.observer = observer;
        this.capacity = capacity;
        this.processor = processor;
        this.priority = priority;
        this.overflow = overflow;
    }

    T observer() {
        return observer;
    }

    /** Calls that ended with an exception. */
    long faults() {
        return faults.get();
    }

    /** Queues an event; dropped after {@link #close}. */
    void offer(Consumer<? super T> event) {
        synchronized (this) {
            if (closed) {
                return;
            }
            if (events.size() >= capacity) {
                lost++;
                return;
            }
            events.add(event);
            if (scheduled) {
                return;
            }
            scheduled = true;
        }
        post();
    }

    /** Delivers in the calling thread what waits, after a job that is at it has ended, for which it waits at most 2 s. */
    void flush() {
        synchronized (this) {
            for (int round = 0; round < WAIT_ROUNDS && deliverer != null; round++) {
                if (deliverer == Thread.currentThread()) {
                    return;
                }
                try {
                    wait(WAIT_MILLIS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    return;
                }
            }
        }
        deliver(Integer.MAX_VALUE);
    }

    /** Flushes; the observer is not called any more. */
    void close() {
        flush();
        synchronized (this) {
            closed = true;
            events.clear();
        }
    }

    private void post() {
        processor.execute(Job.of("events to " + observer.getClass().getName(), priority, this::run));
    }

    private void run() {
        deliver(EVENTS_PER_JOB);
        synchronized (this) {
            if (events.isEmpty()) {
                scheduled = false;
                return;
            }
        }
        post();
    }

    private void deliver(int most) {
        synchronized (this) {
            if (deliverer != null) {
                return;
            }
            deliverer = Thread.currentThread();
        }
        try {
            for (int done = 0; done < most && deliverNext(); done++) {
                // All is in the condition.
            }
        } finally {
            synchronized (this) {
                deliverer = null;
                notifyAll();
            }
        }
    }

    private boolean deliverNext() {
        Consumer<? super T> event;
        long missing;
        synchronized (this) {
            event = events.poll();
            if (event == null) {
                return false;
            }
            missing = lost;
            lost = 0;
        }
        if (missing > 0) {
            guarded(() -> overflow.accept(missing));
        }
        guarded(() -> event.accept(observer));
        return true;
    }

    private void guarded(Runnable call) {
        try {
            call.run();
        } catch (RuntimeException | LinkageError e) {
            // Not logged: a logger that fails would be called again for that line.
            faults.incrementAndGet();
        }
    }
}
