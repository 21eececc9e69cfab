// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Timer;
import org.junit.jupiter.api.Test;

class FakeSchedulerTest {

    private final FakeTime time = new FakeTime();
    private final ImmediateProcessor processor = new ImmediateProcessor();
    private final FakeScheduler scheduler = new FakeScheduler(time, processor);
    private final List<String> done = new ArrayList<>();

    private Job job(String name, Priority priority) {
        return Job.of(name, priority, () -> done.add(name + "@" + time.nanos() / 1_000_000));
    }

    @Test
    void runsTimersAtTheirMomentInOrder() {
        scheduler.schedule(job("late", Priority.HIGH), Duration.ofMillis(20));
        scheduler.schedule(job("soon", Priority.LOW), Duration.ofMillis(10));
        scheduler.advance(Duration.ofMillis(25));
        assertEquals(List.of("soon@10", "late@20"), done);
        assertEquals(25_000_000, time.nanos());
    }

    @Test
    void cancelsOnceOnly() {
        Timer timer = scheduler.schedule(job("never", Priority.LOW), Duration.ofMillis(10));
        assertTrue(timer.cancel());
        assertFalse(timer.cancel());
        assertEquals(0, scheduler.size());
        scheduler.advance(Duration.ofSeconds(1));
        assertTrue(done.isEmpty());
    }

    @Test
    void runsJobsByPriority() {
        processor.execute(job("low", Priority.LOW));
        processor.execute(job("critical", Priority.CRITICAL));
        assertEquals(2, processor.runAll());
        assertEquals(List.of("critical@0", "low@0"), done);
    }

    @Test
    void failsHeldBlockingCallsAtTheirDeadline() {
        processor.holdBlocking();
        var stage = processor
                .blocking("radius", 1, Duration.ofSeconds(1), () -> "answer")
                .toCompletableFuture();
        var refused = processor
                .blocking("radius", 1, Duration.ofSeconds(1), () -> "answer")
                .toCompletableFuture();
        assertTrue(refused.isCompletedExceptionally());
        assertFalse(stage.isDone());
        processor.expireBlocking();
        assertTrue(stage.isCompletedExceptionally());
    }
}
