// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.processing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.osgi.annotation.versioning.ProviderType;

/** All threads of the daemon. Provided by core; any thread. */
@ProviderType
public interface Processor {

    /** Queues a job for the fixed pool. Dropped silently after shutdown. */
    void execute(Job job);

    /**
     * Runs a call that may wait for somebody else (DNS, RADIUS, SQL, a script) outside the job pool.
     *
     * @param resource names the bulkhead: calls to one resource never use more than {@code limit} threads
     * @param deadline after which the stage fails with {@link java.util.concurrent.TimeoutException}; the thread stays charged to
     *     its bulkhead until the call returns
     * @return fails at once with {@link java.util.concurrent.RejectedExecutionException} if the bulkhead is full
     */
    <T> CompletionStage<T> blocking(String resource, int limit, Duration deadline, Callable<T> call);

    /**
     * Starts a thread of its own for an endless reader.
     *
     * @param loop runs once and returns when the dispatcher is closed
     * @param wake makes the loop look at {@link Dispatcher#isClosed()}; called by {@link Dispatcher#close()}
     */
    Dispatcher dispatcher(String name, Consumer<Dispatcher> loop, Runnable wake);

    /** Jobs that wait in the queue of a priority. */
    int queued(Priority priority);

    /** Threads that run a job of a priority now. */
    int active(Priority priority);

    /** Threads of the pool: all of them, and those that are idle. */
    int threads();

    /** Threads of the pool that wait for a job. */
    int idleThreads();
}
