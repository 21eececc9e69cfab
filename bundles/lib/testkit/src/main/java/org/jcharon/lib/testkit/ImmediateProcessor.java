// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.testkit;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jcharon.api.processing.Dispatcher;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;

/**
 * Runs jobs in the test's thread, when the test says so: {@link #runAll()} empties the queues in order of priority. A job that
 * throws is the test's business: the exception leaves {@link #runAll()}.
 *
 * <p>Blocking calls are jobs too, unless {@link #holdBlocking()} was called: then they wait for {@link #releaseBlocking()} or
 * {@link #expireBlocking()}. Dispatchers are only recorded; {@link FakeDispatcher#run()} runs their loop. Not thread-safe.
 */
public final class ImmediateProcessor implements Processor {

    private static final int MAX_JOBS = 1_000_000;

    private final Map<Priority, Deque<Job>> queues = new EnumMap<>(Priority.class);
    private final Deque<Held<?>> held = new ArrayDeque<>();
    private final Map<String, Integer> charged = new HashMap<>();
    private final List<FakeDispatcher> dispatchers = new ArrayList<>();
    private boolean holding;

    /** Nothing queued. */
    public ImmediateProcessor() {
        for (Priority priority : Priority.values()) {
            queues.put(priority, new ArrayDeque<>());
        }
    }

    /** Runs the first job of the highest priority; false if there is none. */
    public boolean runNext() {
        for (Deque<Job> queue : queues.values()) {
            Job job = queue.poll();
            if (job != null) {
                job.run();
                return true;
            }
        }
        return false;
    }

    /** Runs jobs until none is left, and says how many; more than a million is taken for an endless loop. */
    public int runAll() {
        int done = 0;
        while (runNext()) {
            if (++done > MAX_JOBS) {
                throw new IllegalStateException("jobs without end");
            }
        }
        return done;
    }

    /** From now on blocking calls wait for the test. */
    public void holdBlocking() {
        holding = true;
    }

    /** Runs the blocking calls that are held. */
    public void releaseBlocking() {
        for (Held<?> call = held.poll(); call != null; call = held.poll()) {
            call.run();
        }
    }

    /** Fails the blocking calls that are held as their deadline would; the calls themselves are never made. */
    public void expireBlocking() {
        for (Held<?> call = held.poll(); call != null; call = held.poll()) {
            call.expire();
        }
    }

    /** Dispatchers in the order of their start. */
    public List<FakeDispatcher> dispatchers() {
        return List.copyOf(dispatchers);
    }

    @Override
    public void execute(Job job) {
        queues.get(job.priority()).add(job);
    }

    @Override
    public <T> CompletionStage<T> blocking(String resource, int limit, Duration deadline, Callable<T> call) {
        if (charged.getOrDefault(resource, 0) >= limit) {
            return CompletableFuture.failedStage(
                    new RejectedExecutionException(resource + ": " + limit + " calls are under way"));
        }
        charged.merge(resource, 1, Integer::sum);
        Held<T> entry = new Held<>(resource, call);
        if (holding) {
            held.add(entry);
        } else {
            execute(Job.of("blocking " + resource, Priority.LOW, entry::run));
        }
        return entry.stage.minimalCompletionStage();
    }

    @Override
    public Dispatcher dispatcher(String name, Consumer<Dispatcher> loop, Runnable wake) {
        FakeDispatcher dispatcher = new FakeDispatcher(name, loop, wake);
        dispatchers.add(dispatcher);
        return dispatcher;
    }

    @Override
    public int active(Priority priority) {
        return 0;
    }

    @Override
    public int queued(Priority priority) {
        return queues.get(priority).size();
    }

    @Override
    public int threads() {
        return 1;
    }

    @Override
    public int idleThreads() {
        return 1;
    }

    private final class Held<T> {
        private final String resource;
        private final Callable<T> call;
        private final CompletableFuture<T> stage = new CompletableFuture<>();

        Held(String resource, Callable<T> call) {
            this.resource = resource;
            this.call = call;
        }

        void run() {
            charged.merge(resource, -1, Integer::sum);
            try {
                stage.complete(call.call());
            } catch (Exception e) {
                stage.completeExceptionally(e);
            }
        }

        void expire() {
            charged.merge(resource, -1, Integer::sum);
            stage.completeExceptionally(new TimeoutException(resource));
        }
    }

    /** A dispatcher whose loop runs only when the test calls it. */
    public static final class FakeDispatcher implements Dispatcher {
        private final String name;
        private final Consumer<Dispatcher> loop;
        private final Runnable wake;
        private boolean closed;

        FakeDispatcher(String name, Consumer<Dispatcher> loop, Runnable wake) {
            this.name = name;
            this.loop = loop;
            this.wake = wake;
        }

        /** As it was given. */
        public String name() {
            return name;
        }

        /** Runs the loop until it returns. */
        public void run() {
            loop.accept(this);
        }

        @Override
        public boolean isClosed() {
            return closed;
        }

        @Override
        public void close() {
            closed = true;
            wake.run();
        }
    }
}
