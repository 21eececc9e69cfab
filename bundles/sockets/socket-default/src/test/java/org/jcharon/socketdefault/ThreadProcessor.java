// SPDX-License-Identifier: Apache-2.0
package org.jcharon.socketdefault;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jcharon.api.processing.Dispatcher;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.Timer;

/** Dispatchers on real threads; jobs and timers only remembered. */
final class ThreadProcessor implements Processor, Scheduler {

    final List<Job> timers = new ArrayList<>();

    @Override
    public Dispatcher dispatcher(String name, Consumer<Dispatcher> loop, Runnable wake) {
        ThreadDispatcher dispatcher = new ThreadDispatcher(loop, wake);
        dispatcher.thread.start();
        return dispatcher;
    }

    @Override
    public Timer schedule(Job job, Duration delay) {
        timers.add(job);
        return () -> timers.remove(job);
    }

    @Override
    public int size() {
        return timers.size();
    }

    @Override
    public void execute(Job job) {
        throw new UnsupportedOperationException("ESP and IKE pass the processor by");
    }

    @Override
    public <T> CompletionStage<T> blocking(String resource, int limit, Duration deadline, Callable<T> call) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int active(Priority priority) {
        return 0;
    }

    @Override
    public int queued(Priority priority) {
        return 0;
    }

    @Override
    public int threads() {
        return 0;
    }

    @Override
    public int idleThreads() {
        return 0;
    }

    private static final class ThreadDispatcher implements Dispatcher {

        private final Thread thread;
        private final Runnable wake;
        private volatile boolean closed;

        ThreadDispatcher(Consumer<Dispatcher> loop, Runnable wake) {
            this.wake = wake;
            this.thread = new Thread(() -> loop.accept(this));
            thread.setDaemon(true);
        }

        @Override
        public boolean isClosed() {
            return closed;
        }

        @Override
        public void close() {
            closed = true;
            wake.run();
            try {
                thread.join(4000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (thread.isAlive()) {
                throw new IllegalStateException("the loop did not end");
            }
        }
    }
}
