// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.bus;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ObjIntConsumer;
import java.util.function.Predicate;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;

/** Gives log records to the listeners that want them. Any thread; {@link #accept} runs in the thread that logs. */
final class LogDistributor {

    /** Groups as strongSwan names them. */
    static final List<String> GROUPS = List.of(
            "dmn", "mgr", "ike", "chd", "job", "wch", "cfg", "knl", "net", "asn", "enc", "tnc", "imc", "imv", "pts",
            "tls", "app", "esp", "lib");

    private static final int RING = 2_000;
    private static final int QUEUE = 4 * RING;
    // What the ring keeps for a listener that comes later, whatever those of today want.
    private static final int KEPT_LEVEL = 1;

    private final class Sink {
        private final ObserverQueue<LogListener> queue;
        private final Predicate<String> filter;
        private volatile Map<String, Integer> levels = Map.of(); // publishes the levels last asked for

        Sink(LogListener listener, Predicate<String> filter) {
            this.queue = new ObserverQueue<>(listener, QUEUE, processor, Priority.CRITICAL, lost -> {});
            this.filter = filter;
        }

        boolean wants(LogEvent event) {
            Integer forced = overrides.get(event.group());
            int level = forced != null ? forced : levels.getOrDefault(event.group(), -1);
            return event.level() <= level && filter.test(event.ikeSa());
        }
    }

    private final Processor processor;
    private final List<Sink> sinks = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> overrides = new ConcurrentHashMap<>();
    private final Deque<LogEvent> ring = new ArrayDeque<>(); // guarded by itself
    private volatile ObjIntConsumer<String> publisherLevels = (group, level) -> {}; // publishes the publisher in use

    LogDistributor(Processor processor) {
        this.processor = processor;
    }

    /** Sets what limits the records at their source; null: nothing does. */
    void publisherLevels(ObjIntConsumer<String> value) {
        publisherLevels = value == null ? (group, level) -> {} : value;
        levelsChanged();
    }

    /** Adds a listener, which gets the records kept so far first; {@code filter} takes tags of IKE_SAs. */
    void add(LogListener listener, Predicate<String> filter) {
        Sink sink = new Sink(listener, filter);
        sink.levels = levels(listener);
        // Under the lock of the ring no record can come between the replay and the first new one.
        synchronized (ring) {
            for (LogEvent event : ring) {
                give(sink, event);
            }
            sinks.add(sink);
        }
        pushLevels();
    }

    /** Takes a listener away, after it got what waits for it. */
    void remove(LogListener listener) {
        List<Sink> gone = new ArrayList<>();
        for (Sink sink : sinks) {
            if (sink.queue.observer() == listener) {
                gone.add(sink);
            }
        }
        synchronized (ring) {
            sinks.removeAll(gone);
        }
        gone.forEach(sink -> sink.queue.close());
        pushLevels();
    }

    /** Gives everybody what waits, in the calling thread. */
    void flush() {
        sinks.forEach(sink -> sink.queue.flush());
    }

    /** Asks all listeners for their levels again. */
    void levelsChanged() {
        sinks.forEach(sink -> sink.levels = levels(sink.queue.observer()));
        pushLevels();
    }

    /** Sets the level of a group, or with {@code default} of all, for all listeners, -1: silent. */
    void override(String group, int level) {
        if (level < -1 || level > 4) {
            throw new IllegalArgumentException("log level " + level + " is not from -1 to 4");
        }
        boolean all = group.equals("default");
        if (!all && !GROUPS.contains(group)) {
            throw new IllegalArgumentException(
                    "no log group '" + group + "', these are: default, " + String.join(", ", GROUPS));
        }
        for (String each : all ? GROUPS : List.of(group)) {
            overrides.put(each, level);
        }
        pushLevels();
    }

    /** Ends {@link #override}. */
    void clearOverride(String group) {
        overrides.remove(group);
        pushLevels();
    }

    void accept(LogEvent event) {
        synchronized (ring) {
            if (ring.size() == RING) {
                ring.remove();
            }
            ring.add(event);
            sinks.forEach(sink -> give(sink, event));
        }
    }

    private static void give(Sink sink, LogEvent event) {
        if (sink.wants(event)) {
            sink.queue.offer(listener -> listener.log(event));
        }
    }

    private static Map<String, Integer> levels(LogListener listener) {
        Map<String, Integer> levels = new ConcurrentHashMap<>();
        for (String group : GROUPS) {
            try {
                levels.put(group, listener.level(group));
            } catch (RuntimeException | LinkageError e) {
                levels.put(group, KEPT_LEVEL);
            }
        }
        return levels;
    }

    private void pushLevels() {
        ObjIntConsumer<String> to = publisherLevels;
        for (String group : GROUPS) {
            int highest = KEPT_LEVEL;
            Integer forced = overrides.get(group);
            if (forced != null) {
                highest = Math.max(highest, forced);
            } else {
                for (Sink sink : sinks) {
                    highest = Math.max(highest, sink.levels.getOrDefault(group, -1));
                }
            }
            to.accept(group, highest);
        }
    }
}
