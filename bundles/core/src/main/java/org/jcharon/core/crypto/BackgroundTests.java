// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.crypto;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Scheduler;

/**
 * Known-answer tests that nobody waits for: one at a time with pauses, and none in the first seconds, which belong to the boot and to
 * the connections that start with it. Any thread.
 */
final class BackgroundTests {

    private static final Duration FIRST = Duration.ofSeconds(10);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private record Test(Object provider, Runnable run) {}

    private final Deque<Test> waiting = new ArrayDeque<>(); // guarded by this
    private Scheduler scheduler; // guarded by this
    private boolean running; // guarded by this

    synchronized void add(Object provider, Runnable run) {
        waiting.add(new Test(provider, run));
        schedule(FIRST);
    }

    /** The provider leaves: nothing of it is tested or held any more. */
    synchronized void drop(Object provider) {
        waiting.removeIf(test -> test.provider() == provider);
    }

    synchronized void start(Scheduler value) {
        scheduler = value;
        schedule(FIRST);
    }

    synchronized void stop(Scheduler value) {
        if (scheduler == value) {
            scheduler = null;
        }
    }

    private synchronized void schedule(Duration delay) {
        if (scheduler != null && !running && !waiting.isEmpty()) {
            running = true;
            scheduler.schedule(Job.of("known answers", Priority.LOW, this::runOne), delay);
        }
    }

    private void runOne() {
        Test test;
        synchronized (this) {
            test = waiting.poll();
        }
        try {
            if (test != null) {
                test.run().run();
            }
        } finally {
            synchronized (this) {
                running = false;
            }
            schedule(PAUSE);
        }
    }
}
