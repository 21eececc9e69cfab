// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.testkit;

import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.Timer;

/** Hands jobs to an {@link ImmediateProcessor} in the order in which they fall due on a {@link FakeTime}. Not thread-safe. */
public final class FakeScheduler implements Scheduler {

    private final FakeTime time;
    private final ImmediateProcessor processor;
    private final TreeSet<Entry> entries =
            new TreeSet<>(Comparator.comparingLong(Entry::due).thenComparingLong(Entry::number));
    private long scheduled;

    /** Over a clock and a processor that the test owns. */
    public FakeScheduler(FakeTime time, ImmediateProcessor processor) {
        this.time = time;
        this.processor = processor;
    }

    @Override
    public Timer schedule(Job job, Duration delay) {
        if (delay.isNegative() || delay.isZero()) {
            processor.execute(job);
            return () -> false;
        }
        Entry entry = new Entry(time.nanos() + delay.toNanos(), scheduled++, job);
        entries.add(entry);
        return () -> entries.remove(entry);
    }

    @Override
    public int size() {
        return entries.size();
    }

    /** Runs what waits, then lets {@code duration} pass, running each timer at its moment and what it leads to. */
    public void advance(Duration duration) {
        long end = time.nanos() + duration.toNanos();
        processor.runAll();
        while (!entries.isEmpty() && entries.first().due() <= end) {
            Entry entry = entries.pollFirst();
            time.advanceTo(entry.due());
            processor.execute(entry.job());
            processor.runAll();
        }
        time.advanceTo(end);
    }

    /** Lets time pass up to the next timer and runs it; false if there is none. */
    public boolean advanceToNext() {
        processor.runAll();
        Optional<Duration> next = next();
        next.ifPresent(this::advance);
        return next.isPresent();
    }

    /** How long until the next timer. */
    public Optional<Duration> next() {
        return entries.isEmpty()
                ? Optional.empty()
                : Optional.of(Duration.ofNanos(Math.max(0, entries.first().due() - time.nanos())));
    }

    /** Names of the jobs that wait, soonest first. */
    public List<String> names() {
        return entries.stream().map(entry -> entry.job().name()).toList();
    }

    private record Entry(long due, long number, Job job) {}
}
