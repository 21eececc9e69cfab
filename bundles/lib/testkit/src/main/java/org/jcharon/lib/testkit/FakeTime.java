// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.testkit;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.jcharon.api.processing.TimeSource;

/** A clock that stands still until the test moves it. Any thread. */
public final class FakeTime implements TimeSource {

    /** What {@link #now()} says before any {@link #advance}. */
    public static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final AtomicLong elapsed = new AtomicLong();

    /** Moves time on; negative durations are refused with {@link IllegalArgumentException}. */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time runs forwards only: " + duration);
        }
        elapsed.addAndGet(duration.toNanos());
    }

    /** Moves time on to {@link #nanos()} of the given value; a moment that has passed changes nothing. */
    void advanceTo(long nanos) {
        elapsed.accumulateAndGet(nanos, Math::max);
    }

    @Override
    public long nanos() {
        return elapsed.get();
    }

    @Override
    public Instant now() {
        return START.plusNanos(elapsed.get());
    }
}
