// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.processing;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jcharon.api.processing.Dispatcher;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.processing.Timer;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Timers in a heap, handed to the Processor by one dispatcher. A cancelled timer leaves the heap at once. */
@Component(service = Scheduler.class, immediate = true)
public final class SchedulerService implements Scheduler, AutoCloseable {

    private static final Duration LONGEST = Duration.ofDays(36_500);

    private final Processor processor;
    private final TimeSource time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final TimerHeap heap = new TimerHeap(); // guarded by lock
    private final Dispatcher dispatcher;

    /** Starts the dispatcher. */
    @Activate
    public SchedulerService(
            @Reference(name = "processor") Processor processor, @Reference(name = "time") TimeSource time) {
        this.processor = processor;
        this.time = time;
        this.dispatcher = processor.dispatcher("scheduler", this::loop, this::wake);
    }

    @Override
    public Timer schedule(Job job, Duration delay) {
        if (delay.isNegative() || delay.isZero()) {
            processor.execute(job);
            return () -> false;
        }
        long nanos = (delay.compareTo(LONGEST) > 0 ? LONGEST : delay).toNanos();
        lock.lock();
        try {
            TimerHeap.Entry entry = heap.add(time.nanos() + nanos, job);
            if (heap.first() == entry) {
                changed.signal();
            }
            return () -> cancel(entry);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int size() {
        lock.lock();
        try {
            return heap.size();
        } finally {
            lock.unlock();
        }
    }

    /** Ends the dispatcher; timers that wait are never run. */
    @Override
    @Deactivate
    public void close() {
        dispatcher.close();
    }

    private boolean cancel(TimerHeap.Entry entry) {
        lock.lock();
        try {
            return heap.remove(entry);
        } finally {
            lock.unlock();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void loop(Dispatcher self) {
        for (Job job = due(self); job != null; job = due(self)) {
            processor.execute(job);
        }
    }

    /** Waits for the next job that is due; null once closed. */
    private Job due(Dispatcher self) {
        lock.lock();
        try {
            while (!self.isClosed()) {
                TimerHeap.Entry first = heap.first();
                long left = first == null ? Long.MAX_VALUE : first.due() - time.nanos();
                if (left <= 0) {
                    heap.remove(first);
                    return first.job();
                }
                try {
                    left = changed.awaitNanos(left);
                } catch (InterruptedException e) {
                    // Nobody interrupts a dispatcher to end it: close() marks and wakes. The loop looks again.
                    Thread.interrupted();
                }
            }
            return null;
        } finally {
            lock.unlock();
        }
    }
}
