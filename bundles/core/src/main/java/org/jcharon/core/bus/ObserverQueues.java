// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.bus;

import java.util.IdentityHashMap;
import java.util.function.ObjLongConsumer;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;

/** One queue for each observer, whatever it listens to: an IKE_SA and its CHILD_SAs come up in one order for it. Any thread. */
final class ObserverQueues {

    private static final class Entry {
        private final ObserverQueue<Object> queue;
        private int users;

        Entry(ObserverQueue<Object> queue) {
            this.queue = queue;
        }
    }

    private final int capacity;
    private final Processor processor;
    private final ObjLongConsumer<Object> overflow;
    private final IdentityHashMap<Object, Entry> entries = new IdentityHashMap<>(); // guarded by this

    /** {@code overflow} hears which observer lost how many events. */
    ObserverQueues(int capacity, Processor processor, ObjLongConsumer<Object> overflow) {
        this.capacity = capacity;
        this.processor = processor;
        this.overflow = overflow;
    }

    /** The queue of an observer, for one more kind of events, which {@link #leave} takes back. */
    synchronized ObserverQueue<Object> of(Object observer) {
        Entry entry = entries.computeIfAbsent(
                observer,
                any -> new Entry(new ObserverQueue<>(
                        observer, capacity, processor, Priority.MEDIUM, lost -> overflow.accept(observer, lost))));
        entry.users++;
        return entry.queue;
    }

    /** What waits is delivered in the calling thread; with the last kind of events the queue ends. */
    void leave(Object observer) {
        ObserverQueue<Object> queue;
        boolean last;
        synchronized (this) {
            Entry entry = entries.get(observer);
            queue = entry.queue;
            last = --entry.users == 0;
            if (last) {
                entries.remove(observer);
            }
        }
        if (last) {
            queue.close();
        } else {
            queue.flush();
        }
    }
}
