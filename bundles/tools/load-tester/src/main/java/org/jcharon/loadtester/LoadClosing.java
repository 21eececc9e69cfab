// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.control.Controller;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.TimeSource;

/** Closes the IKE_SAs that a load test made, so many at a time: thousands of DELETEs at once would overrun the sockets. Any thread. */
final class LoadClosing {

    private static final Duration LIMIT = Duration.ofSeconds(180);

    private final Controller controller;
    private final Processor processor;
    private final TimeSource time;
    private final Deque<Long> waiting = new ArrayDeque<>(); // guarded by this, as the rest
    private final CompletableFuture<Map<String, Object>> done = new CompletableFuture<>();
    private final long begin;
    private final int concurrent;
    private int underWay;
    private int closed;
    private int failed;

    LoadClosing(Controller controller, Processor processor, TimeSource time, int concurrent) {
        this.controller = controller;
        this.processor = processor;
        this.time = time;
        this.concurrent = concurrent;
        this.begin = time.nanos();
    }

    /** Closes those that are there now. */
    CompletionStage<Map<String, Object>> start() {
        synchronized (this) {
            controller
                    .listSas()
                    .filter(sa -> sa.name().startsWith(LoadBackend.PREFIX)
                            && !sa.name().equals(LoadBackend.RESPONDER))
                    .forEach(sa -> waiting.add(sa.uniqueId()));
        }
        for (int i = 0; i < concurrent; i++) {
            post();
        }
        return done.minimalCompletionStage();
    }

    synchronized String progress() {
        return closed + " closed, " + failed + " failed, " + (waiting.size() + underWay) + " left";
    }

    private void post() {
        processor.execute(Job.of("end of load test", Priority.LOW, this::next));
    }

    private void next() {
        Long id;
        synchronized (this) {
            id = waiting.poll();
            if (id != null) {
                underWay++;
            } else if (underWay == 0) {
                Map<String, Object> figures = new LinkedHashMap<>();
                figures.put("closed", closed);
                figures.put("close_failed", failed);
                figures.put("close_seconds", (time.nanos() - begin) / 1e9);
                done.complete(figures);
            }
        }
        if (id != null) {
            controller
                    .terminate(new Controller.Selector(null, id, null, 0), false, LIMIT, null)
                    .whenComplete((outcome, failure) -> ended(failure == null && outcome.success()));
        }
    }

    private void ended(boolean success) {
        synchronized (this) {
            underWay--;
            if (success) {
                closed++;
            } else {
                failed++;
            }
        }
        post();
    }
}
