// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.processing;

import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One thread that looks at the workers every second and ends blocking calls at their deadlines. Any thread. */
final class Watchdog {

    private static final long PERIOD_SECONDS = 1;

    private final ScheduledThreadPoolExecutor executor;

    Watchdog(ThreadNumbers numbers, Runnable look) {
        executor = new ScheduledThreadPoolExecutor(1, work -> numbers.thread("watchdog", work));
        executor.setRemoveOnCancelPolicy(true);
        executor.scheduleWithFixedDelay(look, PERIOD_SECONDS, PERIOD_SECONDS, TimeUnit.SECONDS);
    }

    /** Calls {@code action} after {@code delay}; throws {@link RejectedExecutionException} once closed. */
    Future<?> after(Duration delay, Runnable action) {
        return executor.schedule(action, delay.toNanos(), TimeUnit.NANOSECONDS);
    }

    void close() {
        executor.shutdownNow();
    }
}
