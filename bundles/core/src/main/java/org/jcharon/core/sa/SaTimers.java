// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.Timer;
import org.jcharon.core.manager.IkeSaManager;
import org.jcharon.core.manager.Lease;
import org.jcharon.core.manager.SaJob;

/** The timers of one IKE_SA: one of each kind, all cancelled with it. Lease held. */
public final class SaTimers {

    private final Scheduler scheduler;
    private final IkeSaManager manager;
    private final Map<String, Running> timers = new HashMap<>();
    private long generation;
    private boolean ended;

    private record Running(Timer timer, long generation) {}

    SaTimers(Scheduler scheduler, IkeSaManager manager) {
        this.scheduler = scheduler;
        this.manager = manager;
    }

    /** Starts the timer of a kind, anew if it runs; {@code work} runs leased when it is due. Nothing happens once the SA has ended. */
    public void start(long localSpi, String kind, Duration delay, Runnable work) {
        stop(kind);
        if (ended) {
            return;
        }
        long mine = ++generation;
        SaJob job = new SaJob() {
            @Override
            public void run(Lease lease) {
                // one that was stopped or started anew after it fell due must not run
                Running running = timers.get(kind);
                if (running != null && running.generation == mine) {
                    timers.remove(kind);
                    work.run();
                }
            }

            @Override
            public String name() {
                return kind;
            }
        };
        Timer timer =
                scheduler.schedule(Job.of(kind, Priority.HIGH, () -> manager.submitTimer(localSpi, kind, job)), delay);
        timers.put(kind, new Running(timer, mine));
    }

    /** Stops the timer of a kind, if it runs. */
    public void stop(String kind) {
        Running running = timers.remove(kind);
        if (running != null) {
            running.timer.cancel();
        }
    }

    /** Whether the timer of a kind runs. */
    public boolean isRunning(String kind) {
        return timers.containsKey(kind);
    }

    void end() {
        ended = true;
        timers.values().forEach(running -> running.timer.cancel());
        timers.clear();
    }
}
