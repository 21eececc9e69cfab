// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.control;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Scheduler;

/**
 * Gives commands to many SAs a few at a time, each batch a job of low priority of its own: handshakes go on between them. Any thread.
 */
final class Commands {

    private static final int BATCH = 32;

    /** A command to one SA, which completes {@code result}. */
    interface One {
        void start(CompletableFuture<Outcome> result);
    }

    private final List<One> commands;
    private final Scheduler scheduler;
    private final String verb;
    private final CompletableFuture<Outcome> all = new CompletableFuture<>();
    private final AtomicReference<Outcome> firstFailure = new AtomicReference<>();
    private int given; // touched by one job at a time
    private int pending; // guarded by this
    private int succeeded; // guarded by this

    private Commands(List<One> commands, Scheduler scheduler, String verb) {
        this.commands = commands;
        this.scheduler = scheduler;
        this.verb = verb;
        this.pending = commands.size();
    }

    /** Completes when all have; {@code verb} is what was done to them, in the past. */
    static CompletionStage<Outcome> run(List<One> commands, Scheduler scheduler, String verb) {
        if (commands.isEmpty()) {
            return CompletableFuture.completedFuture(Outcome.of(Outcome.Kind.NOT_FOUND, "no matching SAs found"));
        }
        Commands run = new Commands(List.copyOf(commands), scheduler, verb);
        run.batch();
        return run.all;
    }

    private void batch() {
        int end = Math.min(commands.size(), given + BATCH);
        while (given < end) {
            CompletableFuture<Outcome> result = new CompletableFuture<>();
            result.whenComplete(this::ended);
            commands.get(given++).start(result);
        }
        if (given < commands.size()) {
            scheduler.schedule(Job.of("commands to many SAs", Priority.LOW, this::batch), Duration.ZERO);
        }
    }

    private void ended(Outcome outcome, Throwable fault) {
        Outcome known = fault == null ? outcome : Outcome.failed(String.valueOf(fault.getMessage()));
        int completed;
        synchronized (this) {
            pending--;
            succeeded += known.success() ? 1 : 0;
            if (!known.success()) {
                firstFailure.compareAndSet(null, known);
            }
            if (pending > 0) {
                return;
            }
            completed = succeeded;
        }
        int matches = commands.size();
        Outcome failure = firstFailure.get();
        all.complete(
                failure == null
                        ? new Outcome(
                                Outcome.Kind.DONE,
                                verb + " " + matches + (matches == 1 ? " SA" : " SAs"),
                                matches,
                                completed)
                        : new Outcome(failure.kind(), failure.reason(), matches, completed));
    }
}
