// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.processing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;

/**
 * Four queues and the rule which job may run next: a class waits while the idle threads are no more than those that the classes
 * above it have reserved and do not use. Not thread-safe; the pool guards it.
 */
final class JobQueues {

    private final int threads;
    private final Map<Priority, Integer> reserved;
    private final Map<Priority, Deque<Job>> queues = new EnumMap<>(Priority.class);
    private final Map<Priority, Integer> working = new EnumMap<>(Priority.class);

    JobQueues(int threads, Map<Priority, Integer> reserved) {
        this.threads = threads;
        this.reserved = new EnumMap<>(Priority.class);
        for (Priority priority : Priority.values()) {
            this.reserved.put(priority, reserved.getOrDefault(priority, 0));
            queues.put(priority, new ArrayDeque<>());
            working.put(priority, 0);
        }
    }

    void add(Job job) {
        queues.get(job.priority()).add(job);
    }

    /** The job that an idle thread is to run now, counted as working; null if it has to wait. */
    Job take() {
        int kept = 0;
        int idle = idle();
        for (Priority priority : Priority.values()) {
            if (kept > 0 && kept >= idle) {
                return null;
            }
            Job job = queues.get(priority).poll();
            if (job != null) {
                working.merge(priority, 1, Integer::sum);
                return job;
            }
            kept += Math.max(0, reserved.get(priority) - working.get(priority));
        }
        return null;
    }

    /** The thread that took a job of this priority is idle again. */
    void done(Priority priority) {
        working.merge(priority, -1, Integer::sum);
    }

    int queued(Priority priority) {
        return queues.get(priority).size();
    }

    int working(Priority priority) {
        return working.get(priority);
    }

    int idle() {
        return threads - working.values().stream().mapToInt(Integer::intValue).sum();
    }

    void clear() {
        queues.values().forEach(Deque::clear);
    }
}
