// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.control;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.lib.testkit.FakeScheduler;
import org.jcharon.lib.testkit.FakeTime;
import org.jcharon.lib.testkit.ImmediateProcessor;
import org.junit.jupiter.api.Test;

class CommandsTest {

    private final ImmediateProcessor processor = new ImmediateProcessor();
    private final FakeScheduler scheduler = new FakeScheduler(new FakeTime(), processor);
    private final List<CompletableFuture<Outcome>> started = new ArrayList<>();

    private CompletableFuture<Outcome> run(int count) {
        List<Commands.One> commands = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            commands.add(started::add);
        }
        return Commands.run(commands, scheduler, "closed").toCompletableFuture();
    }

    @Test
    void givesManyCommandsInBatchesBetweenWhichOtherJobsRun() {
        CompletableFuture<Outcome> all = run(100);
        assertEquals(32, started.size());
        List<Integer> seen = new ArrayList<>();
        processor.execute(Job.of("handshake", Priority.MEDIUM, () -> seen.add(started.size())));
        processor.runAll();
        assertEquals(100, started.size());
        assertTrue(seen.get(0) < 100, "a handshake waited for " + seen + " commands");
        started.forEach(result -> result.complete(Outcome.done("closed")));
        assertEquals(new Outcome(Outcome.Kind.DONE, "closed 100 SAs", 100, 100), all.join());
    }

    @Test
    void waitsForTheLastAndSaysWhatFailedFirst() {
        CompletableFuture<Outcome> all = run(3);
        started.get(2).complete(Outcome.done("closed"));
        started.get(0).complete(Outcome.failed("no answer"));
        assertFalse(all.isDone());
        started.get(1).completeExceptionally(new IllegalStateException("later"));
        assertEquals(new Outcome(Outcome.Kind.FAILED, "no answer", 3, 1), all.join());
    }

    @Test
    void saysThatNothingFits() {
        assertEquals(Outcome.Kind.NOT_FOUND, run(0).join().kind());
    }
}
