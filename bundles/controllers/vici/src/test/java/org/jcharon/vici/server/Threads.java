// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jcharon.api.processing.Dispatcher;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;

/** A processor with real threads. */
final class Threads implements Processor, AutoCloseable {

    private final ExecutorService jobs = Executors.newFixedThreadPool(4);
    private final ExecutorService dispatchers = Executors.newCachedThreadPool();

    @Override
    public void execute(Job job) {
        if (!jobs.isShutdown()) {
            jobs.execute(job::run);
        }
    }

    @Override
    public <T> CompletionStage<T> blocking(String resource, int limit, Duration deadline, Callable<T> call) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Dispatcher dispatcher(String name, Consumer<Dispatcher> loop, Runnable wake) {
        Loop dispatcher = new Loop(wake);
        dispatchers.execute(() -> {
            try {
                loop.accept(dispatcher);
            } finally {
                dispatcher.ended.complete(null);
            }
        });
        return dispatcher;
    }

    private static final class Loop implements Dispatcher {
        private final Runnable wake;
        private final CompletableFuture<Void> ended = new CompletableFuture<>();
        private volatile boolean closed; // publishes the wish to end

        Loop(Runnable wake) {
            this.wake = wake;
        }

        @Override
        public boolean isClosed() {
            return closed;
        }

        @Override
        public void close() {
            closed = true;
            wake.run();
            ended.orTimeout(10, TimeUnit.SECONDS).join();
        }
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
        return 0;
    }

    @Override
    public void close() {
        jobs.shutdown();
        dispatchers.shutdown();
    }
}
