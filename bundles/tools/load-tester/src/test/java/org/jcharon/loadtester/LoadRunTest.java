// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.control.Outcome;
import org.jcharon.lib.testkit.FakeScheduler;
import org.jcharon.lib.testkit.FakeTime;
import org.jcharon.lib.testkit.ImmediateProcessor;
import org.junit.jupiter.api.Test;

class LoadRunTest {

    private final FakeTime time = new FakeTime();
    private final ImmediateProcessor processor = new ImmediateProcessor();
    private final FakeScheduler scheduler = new FakeScheduler(time, processor);
    private final FakeController controller = new FakeController();
    private final Set<String> listed = new LinkedHashSet<>();
    private final LoadRun.Connections connections = new LoadRun.Connections() {
        @Override
        public String offer(int initiator, int children) {
            String name = "load-" + initiator;
            listed.add(name);
            return name;
        }

        @Override
        public void withdraw(String name) {
            listed.remove(name);
        }
    };

    private LoadRun run(LoadPlan plan) {
        LoadRun run = new LoadRun(plan, connections, controller, processor, scheduler, time);
        run.start();
        processor.runAll();
        return run;
    }

    private static LoadPlan plan(int total, int concurrent) {
        return new LoadPlan(total, concurrent, 0, Duration.ZERO, 1, Duration.ZERO, false);
    }

    private void end(Outcome outcome) {
        controller.end(outcome);
        processor.runAll();
    }

    private static CompletableFuture<LoadFigures> result(LoadRun run) {
        return run.done().toCompletableFuture();
    }

    @Test
    void keepsTheWindowFullAndNoFuller() {
        LoadRun run = run(plan(7, 3));
        List<Integer> underWay = new ArrayList<>();
        while (controller.underWay() > 0) {
            underWay.add(controller.underWay());
            end(Outcome.done("up"));
        }
        assertEquals(List.of(3, 3, 3, 3, 3, 2, 1), underWay);
        assertEquals(7, result(run).join().established());
        assertTrue(listed.isEmpty(), "connections left in the backend: " + listed);
    }

    @Test
    void takesTheTimeOfEachInitiation() {
        LoadRun run = run(plan(4, 1));
        for (int i = 1; i <= 4; i++) {
            scheduler.advance(Duration.ofMillis(10L * i));
            end(Outcome.done("up"));
        }
        LoadFigures figures = result(run).join();
        assertEquals(Duration.ofMillis(100), figures.took());
        assertEquals(20.0, figures.percentile(50));
        assertEquals(40.0, figures.percentile(99));
        assertEquals(
                "{\"initiators\":4,\"established\":4,\"failed\":0,\"reasons\":{},\"seconds\":0.100,"
                        + "\"handshakes_per_second\":40.000,\"latency_ms\":{\"p50\":20.000,\"p95\":40.000,\"p99\":40.000}}",
                Json.of(figures.values()));
    }

    @Test
    void countsFailuresByReasonWithoutTheirNumbers() {
        LoadRun run = run(plan(3, 3));
        end(Outcome.failed("peer 127.0.1.1 of \"load-0\" not responding"));
        end(Outcome.failed("peer 127.0.1.2 of \"load-1\" not responding"));
        end(Outcome.done("up"));
        LoadFigures figures = result(run).join();
        assertEquals(1, figures.established());
        assertEquals(2, figures.failed());
        assertEquals(Map.of("peer N of \"load-N\" not responding", 2), figures.reasons());
        assertTrue(Json.of(figures.values()).contains("\"peer N of \\\"load-N\\\" not responding\":2"));
    }

    /** The last one is up for us before it is for its responder in this process; somebody else's half-open ones end the wait. */
    @Test
    void countsOnceNothingIsHalfOpenAnyMore() {
        LoadRun run = run(plan(1, 1));
        controller.halfOpen = 1;
        end(Outcome.done("up"));
        scheduler.advance(Duration.ofSeconds(1));
        assertFalse(result(run).isDone());
        controller.halfOpen = 0;
        scheduler.advance(Duration.ofMillis(20));
        assertTrue(result(run).isDone());
    }

    @Test
    void waitsForNoStranger() {
        LoadRun run = run(plan(1, 1));
        controller.halfOpen = 1;
        end(Outcome.done("up"));
        scheduler.advance(Duration.ofSeconds(3));
        assertTrue(result(run).isDone());
    }

    @Test
    void beginsNoMoreThanTheRateASecond() {
        run(new LoadPlan(100, 100, 10, Duration.ZERO, 1, Duration.ZERO, false));
        assertEquals(1, controller.underWay());
        scheduler.advance(Duration.ofSeconds(1));
        assertEquals(11, controller.underWay());
    }

    @Test
    void leavesAPlaceEmptyForTheDelay() {
        run(new LoadPlan(2, 1, 0, Duration.ofMillis(100), 1, Duration.ZERO, false));
        end(Outcome.done("up"));
        assertEquals(0, controller.underWay());
        scheduler.advance(Duration.ofMillis(100));
        assertEquals(1, controller.underWay());
    }

    @Test
    void makesTheOtherChildrenThenDeletesIfAsked() {
        LoadRun run = run(new LoadPlan(1, 1, 0, Duration.ZERO, 2, Duration.ZERO, true));
        end(Outcome.done("up"));
        end(Outcome.done("up"));
        end(Outcome.done("closed"));
        assertEquals(List.of("load-0 child-1", "load-0 child-2", "terminate load-0"), controller.asked);
        assertEquals(1, result(run).join().established());
    }

    @Test
    void holdsBeforeItIsDone() {
        LoadRun run = run(new LoadPlan(1, 1, 0, Duration.ZERO, 1, Duration.ofSeconds(5), false));
        end(Outcome.done("up"));
        assertFalse(result(run).isDone());
        scheduler.advance(Duration.ofSeconds(5));
        assertTrue(result(run).isDone());
    }

    @Test
    void beginsNothingMoreOnceClosed() {
        LoadRun run = run(plan(5, 1));
        run.close();
        end(Outcome.done("up"));
        assertEquals(1, controller.asked.size());
        assertTrue(result(run).isCompletedExceptionally());
    }
}
