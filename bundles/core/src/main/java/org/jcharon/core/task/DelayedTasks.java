// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jcharon.api.bus.Log;
import org.jcharon.core.sa.IkeSa;

/** Tasks that wait before they are queued: what the peer refused for the time being, or is not ready for. Lease held. */
final class DelayedTasks {

    private static final Log LOG = Log.of("ike");
    private static final int INTERVAL_MILLIS = 15_000;
    private static final int JITTER_MILLIS = 10_000;

    private final IkeSa ike;
    private final Consumer<Task> due;
    private final Map<String, Task> waiting = new LinkedHashMap<>();
    private long number;

    DelayedTasks(IkeSa ike, Consumer<Task> due) {
        this.ike = ike;
        this.due = due;
    }

    void add(Task task) {
        String timer = "later-" + ++number;
        int millis = INTERVAL_MILLIS - ike.services().crypto().random().below(JITTER_MILLIS);
        LOG.control("{}, trying again in {} seconds", failure(task), millis / 1000);
        waiting.put(timer, task);
        ike.timers().start(ike.id().localSpi(), timer, Duration.ofMillis(millis), () -> {
            waiting.remove(timer);
            due.accept(task);
        });
    }

    private static String failure(Task task) {
        return switch (task.type()) {
            case CHILD_CREATE -> "creating CHILD_SA failed";
            case CHILD_REKEY -> "CHILD_SA rekeying failed";
            case IKE_REKEY -> "IKE_SA rekeying failed";
            default -> task.type() + " failed";
        };
    }

    /** Forgets those that something else makes needless; nobody hears of them. */
    void drop(Predicate<Task> needless) {
        waiting.entrySet().removeIf(entry -> {
            boolean dropped = needless.test(entry.getValue());
            if (dropped) {
                ike.timers().stop(entry.getKey());
            }
            return dropped;
        });
    }

    /** All of them; they wait no longer. */
    List<Task> take() {
        List<Task> taken = List.copyOf(waiting.values());
        drop(task -> true);
        return taken;
    }
}
