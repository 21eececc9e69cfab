// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.processing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jcharon.api.bus.Log;
import org.jcharon.api.processing.Dispatcher;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.settings.Settings;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.slf4j.MDC;

/** The job pool, the dispatchers and the blocking calls. All its threads are daemon threads named {@code charon-NN}. */
@Component(service = Processor.class, immediate = true)
public final class ProcessorService implements Processor, AutoCloseable {

    private static final Log LOG = Log.of("job");
    private static final int DEFAULT_THREADS = 16;
    private static final int MAX_THREADS = 1024;
    private static final Duration LONG_HELD = Duration.ofSeconds(5);
    private static final long CLOSE_MILLIS = 4_000;
    private static final int STACK_FRAMES = 12;

    private final ThreadNumbers numbers = new ThreadNumbers();
    private final JobThreads jobThreads = new JobThreads();
    private final TimeSource time;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final JobQueues queues; // guarded by lock
    private boolean stopped; // guarded by lock
    private final List<Worker> workers = new ArrayList<>();
    private final BlockingCalls blocking;
    private final Map<DispatcherThread, Boolean> dispatchers = new ConcurrentHashMap<>();
    private final Watchdog watchdog;

    /** Sizes from {@code charon.threads} and {@code charon.processor.priority_threads.CLASS}. */
    @Activate
    public ProcessorService(
            @Reference(name = "settings") Settings settings, @Reference(name = "time") TimeSource time) {
        this(threads(settings), reserved(settings), time);
    }

    /**
     * Starts the threads.
     *
     * @param threads size of the job pool, at least 1
     * @param reserved threads that each priority keeps for itself; more than there are is as good as all but one
     */
    public ProcessorService(int threads, Map<Priority, Integer> reserved, TimeSource time) {
        this.time = time;
        this.queues = new JobQueues(threads, reserved);
        LOG.control("spawning {} worker threads", threads);
        for (int i = 0; i < threads; i++) {
            Worker worker = new Worker();
            workers.add(worker);
            jobThreads.add(worker.thread);
        }
        workers.forEach(worker -> worker.thread.start());
        this.watchdog = new Watchdog(numbers, this::watch);
        this.blocking = new BlockingCalls(numbers, jobThreads, watchdog);
    }

    @Override
    public void execute(Job job) {
        lock.lock();
        try {
            if (!stopped) {
                queues.add(job);
                work.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public <T> CompletionStage<T> blocking(String resource, int limit, Duration deadline, Callable<T> call) {
        return blocking.call(resource, limit, deadline, call);
    }

    @Override
    public Dispatcher dispatcher(String name, Consumer<Dispatcher> loop, Runnable wake) {
        DispatcherThread dispatcher = new DispatcherThread(numbers, name, loop, wake, dispatchers::remove);
        dispatchers.put(dispatcher, true);
        dispatcher.start();
        return dispatcher;
    }

    @Override
    public int queued(Priority priority) {
        lock.lock();
        try {
            return queues.queued(priority);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int active(Priority priority) {
        lock.lock();
        try {
            return queues.working(priority);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public int threads() {
        return workers.size();
    }

    @Override
    public int idleThreads() {
        lock.lock();
        try {
            return queues.idle();
        } finally {
            lock.unlock();
        }
    }

    /** Drops what is queued and ends all threads, waiting for jobs under way at most 4 s. */
    @Override
    @Deactivate
    public void close() {
        lock.lock();
        try {
            stopped = true;
            queues.clear();
            work.signalAll();
        } finally {
            lock.unlock();
        }
        dispatchers.keySet().forEach(DispatcherThread::close);
        blocking.close();
        watchdog.close();
        long end = time.nanos() + TimeUnit.MILLISECONDS.toNanos(CLOSE_MILLIS);
        for (Worker worker : workers) {
            Threads.join(worker.thread, Math.max(1, TimeUnit.NANOSECONDS.toMillis(end - time.nanos())));
        }
    }

    private Job next() {
        lock.lock();
        try {
            while (true) {
                if (stopped) {
                    return null;
                }
                Job job = queues.take();
                if (job != null) {
                    return job;
                }
                work.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private void done(Priority priority) {
        lock.lock();
        try {
            queues.done(priority);
        } finally {
            lock.unlock();
        }
    }

    private void watch() {
        long now = time.nanos();
        workers.forEach(worker -> worker.watch(now));
    }

    private static int threads(Settings settings) {
        return (int) Math.max(1, Math.min(MAX_THREADS, settings.number("charon.threads", DEFAULT_THREADS)));
    }

    private static Map<Priority, Integer> reserved(Settings settings) {
        Map<Priority, Integer> reserved = new EnumMap<>(Priority.class);
        for (Priority priority : Priority.values()) {
            String key = "charon.processor.priority_threads." + priority.name().toLowerCase(Locale.ROOT);
            reserved.put(priority, (int) Math.max(0, Math.min(MAX_THREADS, settings.number(key, 0))));
        }
        return reserved;
    }

    private final class Worker {
        private final Thread thread = numbers.thread("", this::loop);
        private final ClassLoader contextLoader = thread.getContextClassLoader();
        private volatile Running running; // publishes job and start to the watchdog

        private void loop() {
            for (Job job = next(); job != null; job = next()) {
                // Asked once: a job that changed its priority while it runs must not unbalance the counts.
                Priority priority = job.priority();
                running = new Running(job, time.nanos());
                try {
                    job.run();
                } catch (Throwable e) {
                    // A fault ends its job alone, whatever it is; the worker is needed by everybody else.
                    LOG.error("job {} failed: {}", job.name(), e.toString());
                    LOG.more("stack of job {}", job.name(), e);
                } finally {
                    running = null;
                    done(priority);
                    MDC.clear();
                    thread.setContextClassLoader(contextLoader);
                    Thread.interrupted();
                }
            }
            jobThreads.remove(thread);
        }

        private void watch(long now) {
            Running held = running;
            if (held != null && !held.reported && now - held.since > LONG_HELD.toNanos()) {
                held.reported = true;
                LOG.error(
                        "job {} holds thread {} for {} s: {}",
                        held.job.name(),
                        thread.getName(),
                        (now - held.since) / 1_000_000_000L,
                        Threads.stack(thread, STACK_FRAMES));
            }
        }
    }

    private static final class Running {
        private final Job job;
        private final long since;
        private boolean reported; // the watchdog's alone

        Running(Job job, long since) {
            this.job = job;
            this.since = since;
        }
    }
}
