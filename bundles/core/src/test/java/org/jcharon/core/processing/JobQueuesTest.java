// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.processing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.util.Map;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.junit.jupiter.api.Test;

class JobQueuesTest {

    private static Job job(Priority priority) {
        return Job.of(priority.name(), priority, () -> {});
    }

    @Test
    void takesTheHighestPriorityFirst() {
        JobQueues queues = new JobQueues(4, Map.of());
        queues.add(job(Priority.LOW));
        queues.add(job(Priority.CRITICAL));
        assertEquals("CRITICAL", queues.take().name());
        assertEquals("LOW", queues.take().name());
        assertNull(queues.take());
    }

    @Test
    void keepsReservedThreadsFromLowerPriorities() {
        JobQueues queues = new JobQueues(3, Map.of(Priority.HIGH, 2));
        for (int i = 0; i < 3; i++) {
            queues.add(job(Priority.LOW));
        }
        assertEquals("LOW", queues.take().name());
        assertNull(queues.take());
        queues.add(job(Priority.HIGH));
        assertEquals("HIGH", queues.take().name());
        assertNull(queues.take());
        queues.done(Priority.LOW);
        assertEquals("LOW", queues.take().name());
    }
}
