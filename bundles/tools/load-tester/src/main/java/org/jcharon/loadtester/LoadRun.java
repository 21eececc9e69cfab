// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.TimeSource;

/**
 * Makes the IKE_SAs of a plan, so many at a time and so many a second, and takes the time of each. Any thread; no thread waits: each
 * initiation that ends has a job look for the next one.
 */
final class LoadRun {

    /** Where connections come from. */
    interface Connections {
        /** Lists the connection of an initiator; its name. */
        String offer(int initiator, int children);

        /** Takes it from the list. */
        void withdraw(String name);
    }

    /** Longer than all retransmissions with strongSwan's defaults. */
    private static final Duration LIMIT = Duration.ofSeconds(180);

    private static final Duration LOOK_AGAIN = Duration.ofMillis(20);
    /** Others may be half-open for long. */
    private static final int MOST_LOOKS = 100;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final int MAX_REASONS = 20;
    private static final String OTHERS = "others";

    private final LoadPlan plan;
    private final Connections connections;
    private final Controller controller;
    private final Processor processor;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final CompletableFuture<LoadFigures> done = new CompletableFuture<>();
    private final Map<String, Integer> reasons = new TreeMap<>(); // guarded by this, as the rest
    private final long[] latencies; // of those established, in the order of their ends
    private long begin;
    private long end;
    private int begun;
    private int underWay;
    private int established;
    private int failed;
    private boolean ticking;
    private boolean closed;
    private int looks;

    LoadRun(
            LoadPlan plan,
            Connections connections,
            Controller controller,
            Processor processor,
            Scheduler scheduler,
            TimeSource time) {
        this.plan = plan;
        this.connections = connections;
        this.controller = controller;
        this.processor = processor;
        this.scheduler = scheduler;
        this.time = time;
        this.latencies = new long[plan.total()];
    }

    /** Begins; once. */
    CompletionStage<LoadFigures> start() {
        synchronized (this) {
            begin = time.nanos();
        }
        post();
        return done;
    }

    /** Completes when all are up or have failed and were held; fails if the run is closed before. */
    CompletionStage<LoadFigures> done() {
        return done.minimalCompletionStage();
    }

    /** One line for a person. */
    synchronized String progress() {
        return established + " of " + plan.total() + " established, " + failed + " failed, " + underWay + " under way";
    }

    LoadPlan plan() {
        return plan;
    }

    /** Begins nothing more. */
    void close() {
        synchronized (this) {
            closed = true;
        }
        done.completeExceptionally(new IllegalStateException("the load test was ended"));
    }

    private void post() {
        processor.execute(Job.of("load test", Priority.LOW, this::next));
    }

    private void next() {
        int initiator;
        synchronized (this) {
            if (closed || ticking || underWay >= plan.concurrent() || begun >= plan.total()) {
                return;
            }
            long wait = tooEarly();
            if (wait > 0) {
                ticking = true;
                scheduler.schedule(Job.of("load test", Priority.LOW, this::tick), Duration.ofNanos(wait));
                return;
            }
            initiator = begun++;
            underWay++;
        }
        post(); // there may be room for another one, which another thread may begin
        initiate(initiator);
    }

    private void tick() {
        synchronized (this) {
            ticking = false;
        }
        next();
    }

    /** Nanoseconds until the rate allows one more; lock held. */
    private long tooEarly() {
        if (plan.rate() == 0) {
            return 0;
        }
        long due = begin + (long) (begun / plan.rate() * NANOS_PER_SECOND);
        return due - time.nanos();
    }

    private void initiate(int initiator) {
        String name;
        try {
            name = connections.offer(initiator, plan.children());
        } catch (IllegalStateException e) {
            finished(Outcome.failed(e.getMessage()), 0);
            return;
        }
        long from = time.nanos();
        child(name, 1).whenComplete((outcome, failure) -> {
            long took = time.nanos() - from;
            Outcome result = failure == null ? outcome : Outcome.failed(failure.toString());
            // what follows may call the controller again, which must not happen inside an exchange of the IKE_SA
            processor.execute(Job.of("load test", Priority.LOW, () -> established(name, 2, result, took)));
        });
    }

    private CompletionStage<Outcome> child(String name, int number) {
        return controller.initiate(name, LoadBackend.CHILD + number, LIMIT, null);
    }

    /** The children before {@code next} are there if {@code outcome} says so. */
    private void established(String name, int next, Outcome outcome, long took) {
        if (outcome.success() && next <= plan.children()) {
            child(name, next)
                    .whenComplete((result, failure) -> processor.execute(Job.of(
                            "load test",
                            Priority.LOW,
                            () -> established(
                                    name,
                                    next + 1,
                                    failure == null ? result : Outcome.failed(failure.toString()),
                                    took))));
            return;
        }
        connections.withdraw(name);
        if (outcome.success() && plan.deleteAfterEstablished()) {
            controller
                    .terminate(Controller.Selector.ike(name), false, LIMIT, null)
                    .whenComplete((closing, failure) -> finished(outcome, took));
            return;
        }
        finished(outcome, took);
    }

    private void finished(Outcome outcome, long took) {
        boolean last;
        synchronized (this) {
            if (outcome.success()) {
                latencies[established++] = took;
            } else {
                failed++;
                String reason = general(outcome.reason());
                boolean known = reasons.containsKey(reason) || reasons.size() < MAX_REASONS;
                reasons.merge(known ? reason : OTHERS, 1, Integer::sum);
            }
            last = established + failed == plan.total();
            if (last) {
                end = time.nanos();
            }
        }
        if (last) {
            after(plan.hold(), this::held);
        } else {
            after(plan.delay(), this::room);
        }
    }

    private void room() {
        synchronized (this) {
            underWay--;
        }
        next();
    }

    /** An IKE_SA is up for its initiator a moment before its responder, which may be this process too, has put it back. */
    private void held() {
        boolean settling = controller.statistics().getOrDefault("ikesas.half-open", 0L) > 0;
        synchronized (this) {
            settling &= looks++ < MOST_LOOKS;
        }
        if (settling) {
            after(LOOK_AGAIN, this::held);
            return;
        }
        LoadFigures figures;
        synchronized (this) {
            underWay = 0;
            figures = new LoadFigures(
                    plan.total(),
                    established,
                    reasons,
                    Duration.ofNanos(end - begin),
                    Arrays.copyOf(latencies, established));
        }
        done.complete(figures);
    }

    private void after(Duration wait, Runnable work) {
        Job job = Job.of("load test", Priority.LOW, work);
        if (wait.isZero()) {
            processor.execute(job);
        } else {
            scheduler.schedule(job, wait);
        }
    }

    /** Without the numbers by which the same failure of two initiators differs. */
    static String general(String reason) {
        return reason.replaceAll("\\d+(\\.\\d+)*", "N");
    }
}
