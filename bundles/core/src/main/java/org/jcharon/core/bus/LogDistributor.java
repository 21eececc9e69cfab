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
import org.jcharon.api.bus.LogLevels;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;

/** Gives log records to the listeners that want them. Any thread; {@link #accept} runs in the thread that logs. */
final class LogDistributor {

    private static final String ALL = "default";
    private static final int MAX_CONNECTIONS = 100;
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
            Integer forced = forced(event);
            int level = forced != null ? forced : levels.getOrDefault(event.group(), -1);
            return event.level() <= level && filter.test(event.ikeSa());
        }
    }

    private final Processor processor;
    private final List<Sink> sinks = new CopyOnWriteArrayList<>();
    private final Map<String, Integer> overrides = new ConcurrentHashMap<>();
    // by connection, then by group
    private final Map<String, Map<String, Integer>> connections = new ConcurrentHashMap<>();
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

    /** Adds a listener, which gets the records kept so far first. */
    void add(LogListener listener) {
        add(listener, tag -> true, true);
    }

    /** Adds a listener that gets the records of some IKE_SAs from now on; {@code filter} takes their tags. */
    void stream(LogListener listener, Predicate<String> filter) {
        add(listener, filter, false);
    }

    private void add(LogListener listener, Predicate<String> filter, boolean replay) {
        Sink sink = new Sink(listener, filter);
        sink.levels = levels(listener);
        // Under the lock of the ring no record can come between the replay and the first new one.
        synchronized (ring) {
            if (replay) {
                ring.forEach(event -> give(sink, event));
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
        put(overrides, group, level);
        pushLevels();
    }

    /** Ends {@link #override(String, int)}. */
    void clearOverride(String group) {
        overrides.keySet().removeAll(groups(group));
        pushLevels();
    }

    /** The same for the IKE_SAs of one connection, stronger than that for all. */
    void override(String connection, String group, int level) {
        check(group, level);
        if (!connections.containsKey(connection) && connections.size() >= MAX_CONNECTIONS) {
            throw new IllegalArgumentException(
                    "log levels of " + MAX_CONNECTIONS + " connections are set already: clear one first");
        }
        put(connections.computeIfAbsent(connection, unused -> new ConcurrentHashMap<>()), group, level);
        pushLevels();
    }

    /** Ends {@link #override(String, String, int)}. */
    void clearOverride(String connection, String group) {
        connections.computeIfPresent(connection, (name, levels) -> {
            levels.keySet().removeAll(groups(group));
            return levels.isEmpty() ? null : levels;
        });
        pushLevels();
    }

    private static void put(Map<String, Integer> levels, String group, int level) {
        check(group, level);
        groups(group).forEach(each -> levels.put(each, level));
    }

    private static void check(String group, int level) {
        if (level < -1 || level > 4) {
            throw new IllegalArgumentException("log level " + level + " is not from -1 to 4");
        }
        if (!group.equals(ALL) && !LogLevels.GROUPS.contains(group)) {
            throw new IllegalArgumentException(
                    "no log group '" + group + "', these are: default, " + String.join(", ", LogLevels.GROUPS));
        }
    }

    private static List<String> groups(String group) {
        return group.equals(ALL) ? LogLevels.GROUPS : List.of(group);
    }

    /** The level that somebody set for such records, null if nobody did. */
    private Integer forced(LogEvent event) {
        if (!connections.isEmpty()) {
            Integer level =
                    connections.getOrDefault(event.connection(), Map.of()).get(event.group());
            if (level != null) {
                return level;
            }
        }
        return overrides.get(event.group());
    }

    void accept(LogEvent event) {
        LogEvent given = forced(event) == null ? event : event.raised();
        synchronized (ring) {
            boolean wanted = event.level() <= KEPT_LEVEL;
            for (Sink sink : sinks) {
                wanted |= give(sink, given);
            }
            // what passed the source for another connection's sake shall not push older lines out
            if (wanted) {
                if (ring.size() == RING) {
                    ring.remove();
                }
                ring.add(given);
            }
        }
    }

    private static boolean give(Sink sink, LogEvent event) {
        boolean wanted = sink.wants(event);
        if (wanted) {
            sink.queue.offer(listener -> listener.log(event));
        }
        return wanted;
    }

    private static Map<String, Integer> levels(LogListener listener) {
        Map<String, Integer> levels = new ConcurrentHashMap<>();
        for (String group : LogLevels.GROUPS) {
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
        for (String group : LogLevels.GROUPS) {
            int highest = KEPT_LEVEL;
            Integer forced = overrides.get(group);
            if (forced != null) {
                highest = Math.max(highest, forced);
            } else {
                for (Sink sink : sinks) {
                    highest = Math.max(highest, sink.levels.getOrDefault(group, -1));
                }
            }
            for (Map<String, Integer> levels : connections.values()) {
                highest = Math.max(highest, levels.getOrDefault(group, -1));
            }
            to.accept(group, highest);
        }
    }
}
