// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jcharon.api.processing.Dispatcher;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ProcessorServiceTest {

    private final SystemTimeSource time = new SystemTimeSource();
    private final ProcessorService processor = new ProcessorService(2, Map.of(), time);

    @AfterEach
    void close() {
        processor.close();
    }

    private static <T> T await(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void runsJobsOnNumberedThreadsAndSurvivesFaults() throws Exception {
        CompletableFuture<String> name = new CompletableFuture<>();
        processor.execute(Job.of("fault", Priority.CRITICAL, () -> {
            throw new IllegalStateException("on purpose");
        }));
        processor.execute(Job.of(
                "name", Priority.LOW, () -> name.complete(Thread.currentThread().getName())));
        assertTrue(await(name).matches("charon-0[12]"));
    }

    @Test
    void refusesToBlockAJobThreadOnAStage() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CompletionStage<String> answer = processor.blocking("dns", 1, Duration.ofSeconds(10), () -> {
            release.await();
            return "answer";
        });
        CompletableFuture<Throwable> refusal = new CompletableFuture<>();
        processor.execute(Job.of("waits", Priority.LOW, () -> {
            refusal.complete(assertThrows(
                    IllegalStateException.class,
                    () -> answer.toCompletableFuture().join()));
        }));
        await(refusal);
        release.countDown();
        assertEquals("answer", await(answer));
    }

    @Test
    void failsAtTheDeadlineAndKeepsTheBulkheadChargedUntilTheCallReturns() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        CompletionStage<String> slow = processor.blocking("radius", 1, Duration.ofSeconds(1), () -> {
            begun.countDown();
            release.await();
            return "late";
        });
        // A call that has not begun at its deadline is never made, and holds nothing.
        assertTrue(begun.await(1, TimeUnit.SECONDS), "the call began before its deadline");
        ExecutionException late = assertThrows(ExecutionException.class, () -> await(slow));
        assertInstanceOf(TimeoutException.class, late.getCause());
        CompletionStage<String> refused = processor.blocking("radius", 1, Duration.ofSeconds(1), () -> "never");
        ExecutionException full = assertThrows(ExecutionException.class, () -> await(refused));
        assertInstanceOf(RejectedExecutionException.class, full.getCause());
        assertEquals("other", await(processor.blocking("sql", 1, Duration.ofSeconds(10), () -> "other")));
        release.countDown();
    }

    @Test
    void closesADispatcherByWakingIt() throws Exception {
        CountDownLatch woken = new CountDownLatch(1);
        CompletableFuture<Boolean> ended = new CompletableFuture<>();
        Dispatcher dispatcher = processor.dispatcher(
                "reader",
                self -> {
                    try {
                        woken.await();
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    ended.complete(self.isClosed());
                },
                woken::countDown);
        assertFalse(dispatcher.isClosed());
        dispatcher.close();
        assertTrue(ended.isDone());
        assertTrue(await(ended));
    }

    @Test
    void handsTimersToThePoolAndForgetsCancelledOnes() throws Exception {
        try (SchedulerService scheduler = new SchedulerService(processor, time)) {
            CompletableFuture<String> rang = new CompletableFuture<>();
            var never = scheduler.schedule(
                    Job.of("never", Priority.LOW, () -> rang.complete("never")), Duration.ofHours(1));
            scheduler.schedule(Job.of("soon", Priority.LOW, () -> rang.complete("soon")), Duration.ofMillis(5));
            assertEquals("soon", await(rang));
            assertTrue(never.cancel());
            assertEquals(0, scheduler.size());
        }
    }

    @Test
    void dropsJobsAfterClose() {
        processor.close();
        processor.execute(Job.of("late", Priority.LOW, () -> {
            throw new AssertionError("ran after close");
        }));
        assertEquals(0, processor.queued(Priority.LOW));
    }
}
