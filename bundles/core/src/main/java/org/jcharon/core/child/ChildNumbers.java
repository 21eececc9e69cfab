// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.child;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jcharon.api.config.TrafficSelector;

/**
 * Gives out numbers of CHILD_SAs: unique ones, never again, and reqids, the same for the same selectors as long as anyone uses it and
 * freed ones again. Any thread.
 */
public final class ChildNumbers {

    private record Key(List<TrafficSelector> local, List<TrafficSelector> remote, String more) {}

    private static final class Entry {
        private final int reqid;
        private int users;

        Entry(int reqid) {
            this.reqid = reqid;
        }
    }

    private final Map<Key, Entry> entries = new HashMap<>();
    private final TreeSet<Integer> freed = new TreeSet<>();
    private final AtomicLong uniqueIds = new AtomicLong();
    private int next;

    /** A unique number for a new CHILD_SA, from 1. */
    public long nextUniqueId() {
        return uniqueIds.incrementAndGet();
    }

    /** Numbers begin at {@code base}. */
    public ChildNumbers(int base) {
        next = base;
    }

    /** The reqid of these selectors, with one user more; {@code more} tells apart what may not share one (marks, interfaces). */
    public synchronized int acquire(List<TrafficSelector> local, List<TrafficSelector> remote, String more) {
        Entry entry = entries.computeIfAbsent(new Key(local, remote, more), key -> {
            Integer again = freed.pollFirst();
            return new Entry(again != null ? again : next++);
        });
        entry.users++;
        return entry.reqid;
    }

    /** Takes one user away. */
    public synchronized void release(List<TrafficSelector> local, List<TrafficSelector> remote, String more) {
        Key key = new Key(local, remote, more);
        Entry entry = entries.get(key);
        if (entry != null && --entry.users == 0) {
            entries.remove(key);
            freed.add(entry.reqid);
        }
    }

    /** Reqids in use. */
    public synchronized int size() {
        return entries.size();
    }
}
