// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.processing;

import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.processing.Job;

/** A binary heap by time, then by order of insertion, from which any entry can be removed in O(log n). Not thread-safe. */
final class TimerHeap {

    /** One entry; it knows its place, -1 once it has left. */
    static final class Entry {
        private final long due;
        private final long number;
        private final Job job;
        private int place = -1;

        private Entry(long due, long number, Job job) {
            this.due = due;
            this.number = number;
            this.job = job;
        }

        long due() {
            return due;
        }

        Job job() {
            return job;
        }

        // The difference is compared, not the values: the clock's origin is arbitrary and may wrap.
        private boolean isBefore(Entry other) {
            long difference = due - other.due;
            return difference < 0 || (difference == 0 && number < other.number);
        }
    }

    private final List<Entry> entries = new ArrayList<>();
    private long added;

    Entry add(long due, Job job) {
        Entry entry = new Entry(due, added++, job);
        entries.add(entry);
        up(entry, entries.size() - 1);
        return entry;
    }

    /** The entry that is due first, null if there is none. */
    Entry first() {
        return entries.isEmpty() ? null : entries.get(0);
    }

    /** Whether the entry was still there. */
    boolean remove(Entry entry) {
        int place = entry.place;
        if (place < 0) {
            return false;
        }
        entry.place = -1;
        Entry last = entries.remove(entries.size() - 1);
        if (last != entry) {
            up(last, place);
            down(last, last.place);
        }
        return true;
    }

    int size() {
        return entries.size();
    }

    private void up(Entry entry, int from) {
        int place = from;
        while (place > 0) {
            int parent = (place - 1) / 2;
            Entry above = entries.get(parent);
            if (!entry.isBefore(above)) {
                break;
            }
            put(above, place);
            place = parent;
        }
        put(entry, place);
    }

    private void down(Entry entry, int from) {
        int place = from;
        while (2 * place + 1 < entries.size()) {
            int child = 2 * place + 1;
            if (child + 1 < entries.size() && entries.get(child + 1).isBefore(entries.get(child))) {
                child++;
            }
            Entry below = entries.get(child);
            if (!below.isBefore(entry)) {
                break;
            }
            put(below, place);
            place = child;
        }
        put(entry, place);
    }

    private void put(Entry entry, int place) {
        entries.set(place, entry);
        entry.place = place;
    }
}
