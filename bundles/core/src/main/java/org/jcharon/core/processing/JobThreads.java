// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.processing;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Knows the threads of the job pool, and makes stages that refuse to block them. Any thread. */
final class JobThreads {

    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    void add(Thread thread) {
        threads.add(thread);
    }

    void remove(Thread thread) {
        threads.remove(thread);
    }

    /** A stage whose {@code get} and {@code join} throw on a job thread unless it is complete. */
    <T> CompletableFuture<T> stage() {
        return new Guarded<>();
    }

    private void refuse(boolean done) {
        if (!done && threads.contains(Thread.currentThread())) {
            throw new IllegalStateException("a job must not wait for a stage");
        }
    }

    private final class Guarded<T> extends CompletableFuture<T> {
        @Override
        public <U> CompletableFuture<U> newIncompleteFuture() {
            return new Guarded<>();
        }

        @Override
        public T get() throws InterruptedException, ExecutionException {
            refuse(isDone());
            return super.get();
        }

        @Override
        public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
            refuse(isDone());
            return super.get(timeout, unit);
        }

        @Override
        public T join() {
            refuse(isDone());
            return super.join();
        }
    }
}
