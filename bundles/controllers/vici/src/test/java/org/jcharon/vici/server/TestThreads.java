// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jcharon.api.processing.Dispatcher;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;

/** A processor with threads: sockets are real here. */
final class TestThreads implements Processor, AutoCloseable {

    private final ExecutorService jobs = Executors.newFixedThreadPool(4);
    private final ExecutorService dispatchers = Executors.newCachedThreadPool();

    @Override
    public void execute(Job job) {
        jobs.execute(job::run);
    }

    @Override
    public <T> CompletionStage<T> blocking(String resource, int limit, Duration deadline, Callable<T> call) {
        CompletableFuture<T> result = new CompletableFuture<>();
        dispatchers.execute(() -> {
            try {
                result.complete(call.call());
            } catch (Exception e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    @Override
    public Dispatcher dispatcher(String name, Consumer<Dispatcher> loop, Runnable wake) {
        CompletableFuture<Void> ended = new CompletableFuture<>();
        Dispatcher dispatcher = new Dispatcher() {
            private volatile boolean closed;

            @Override
            public boolean isClosed() {
                return closed;
            }

            @Override
            public void close() {
                closed = true;
                wake.run();
                ended.join();
            }
        };
        dispatchers.execute(() -> {
            try {
                loop.accept(dispatcher);
                ended.complete(null);
            } catch (RuntimeException e) {
                ended.completeExceptionally(e);
            }
        });
        return dispatcher;
    }

    @Override
    public int queued(Priority priority) {
        return 0;
    }

    @Override
    public int active(Priority priority) {
        return 0;
    }

    @Override
    public int threads() {
        return 4;
    }

    @Override
    public int idleThreads() {
        return 4;
    }

    @Override
    public void close() {
        jobs.shutdownNow();
        dispatchers.shutdownNow();
    }
}
