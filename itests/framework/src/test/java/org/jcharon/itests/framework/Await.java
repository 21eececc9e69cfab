// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.framework;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waiting, with a bound, for what the framework does in its own threads. */
final class Await {
    private static final int PAUSE_MILLISECONDS = 10;
    private static final int USUAL_SECONDS = 10;

    private Await() {}

    /** Returns once {@code holds}; fails after about 10 s, saying {@code what} was waited for and what is there instead. */
    static void until(String what, BooleanSupplier holds, Supplier<?> instead) throws InterruptedException {
        until(what, USUAL_SECONDS, holds, instead);
    }

    /** The same with another bound. */
    static void until(String what, int seconds, BooleanSupplier holds, Supplier<?> instead)
            throws InterruptedException {
        Semaphore never = new Semaphore(0);
        for (int i = 0; i < seconds * 1_000 / PAUSE_MILLISECONDS; i++) {
            if (holds.getAsBoolean()) {
                return;
            }
            if (never.tryAcquire(PAUSE_MILLISECONDS, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        throw new AssertionError(what + ", but: " + instead.get());
    }

    /** Returns once {@code now} equals {@code expected}. */
    static void same(String what, Object expected, Supplier<?> now) throws InterruptedException {
        until(what + ": expected " + expected, () -> expected.equals(now.get()), now);
    }
}
