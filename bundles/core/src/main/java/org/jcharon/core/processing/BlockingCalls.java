// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.processing;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.MDC;

/**
 * Calls that wait for somebody else, on threads made as needed. A call that overruns its deadline keeps its place in its bulkhead
 * until it really returns, so that a dead server costs at most its own limit of threads. Any thread.
 */
final class BlockingCalls {

    private static final int MAX_THREADS = 128;
    private static final long IDLE_SECONDS = 30;

    private final ThreadPoolExecutor executor;
    private final JobThreads jobThreads;
    private final Watchdog watchdog;
    private final Map<String, Integer> charged = new HashMap<>(); // guarded by itself

    BlockingCalls(ThreadNumbers numbers, JobThreads jobThreads, Watchdog watchdog) {
        this.jobThreads = jobThreads;
        this.watchdog = watchdog;
        this.executor = new ThreadPoolExecutor(
                0,
                MAX_THREADS,
                IDLE_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                work -> numbers.thread("blocking", work));
    }

    <T> CompletionStage<T> call(String resource, int limit, Duration deadline, Callable<T> call) {
        if (!enter(resource, limit)) {
            return CompletableFuture.failedStage(
                    new RejectedExecutionException(resource + ": " + limit + " calls are under way"));
        }
        CompletableFuture<T> stage = jobThreads.stage();
        Future<?> alarm;
        try {
            alarm = watchdog.after(
                    deadline,
                    () -> stage.completeExceptionally(
                            new TimeoutException(resource + ": no answer in " + deadline.toMillis() + " ms")));
        } catch (RejectedExecutionException closed) {
            leave(resource);
            return CompletableFuture.failedStage(closed);
        }
        try {
            executor.execute(() -> {
                try {
                    // A call whose deadline passed before it began would only make a late effect.
                    if (!stage.isDone()) {
                        stage.complete(call.call());
                    }
                } catch (Throwable e) {
                    stage.completeExceptionally(e);
                } finally {
                    alarm.cancel(false);
                    leave(resource);
                    MDC.clear();
                }
            });
        } catch (RejectedExecutionException full) {
            alarm.cancel(false);
            leave(resource);
            return CompletableFuture.failedStage(full);
        }
        return stage;
    }

    /** Interrupts the calls under way. */
    void close() {
        executor.shutdownNow();
    }

    private boolean enter(String resource, int limit) {
        synchronized (charged) {
            int now = charged.getOrDefault(resource, 0);
            if (now >= limit) {
                return false;
            }
            charged.put(resource, now + 1);
            return true;
        }
    }

    private void leave(String resource) {
        synchronized (charged) {
            charged.computeIfPresent(resource, (key, calls) -> calls == 1 ? null : calls - 1);
        }
    }
}
