// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting with an end: a condition is looked at every 50 ms until its time is over. */
final class Await {

    private static final long STEP_NANOS = 50_000_000L;

    private Await() {}

    /** Throws {@code AssertionError} with {@code complaint} when the condition is not met in time. */
    static void until(Duration limit, Supplier<String> complaint, BooleanSupplier condition) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                throw new AssertionError(complaint.get() + " (within " + limit.toSeconds() + " s)");
            }
            LockSupport.parkNanos(STEP_NANOS);
        }
    }

    static void until(String what, Duration limit, BooleanSupplier condition) {
        until(limit, () -> "not met: " + what, condition);
    }
}
