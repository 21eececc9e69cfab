// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.child;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicLong;
import org.jcharon.api.config.TrafficSelector;

/**
 * Gives out numbers of CHILD_SAs: unique ones, never again, and reqids, the same for the same selectors as long as anyone uses it and
 * freed ones again. It also remembers which SPIs were in use last. Any thread.
 */
public final class ChildNumbers {

    private static final int MOST_GONE = 4096;

    private record Key(List<TrafficSelector> local, List<TrafficSelector> remote, String more) {}

    private static final class Entry {
        private final int reqid;
        private int users;

        Entry(int reqid) {
            this.reqid = reqid;
        }
    }

    private final Map<Key, Entry> entries = new HashMap<>();
    /** When inbound SPIs of CHILD_SAs that are gone were given back, in nanoseconds of the clock; the oldest first. */
    private final Map<Integer, Long> goneSpis = new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Integer, Long> eldest) {
            return size() > MOST_GONE;
        }
    };

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

    /** An inbound SPI was given back: the peer's packets may still come. */
    synchronized void gone(int spi, long nanos) {
        goneSpis.remove(spi);
        goneSpis.put(spi, nanos);
    }

    /** When an inbound SPI was given back, in nanoseconds of the clock; empty if that is long ago or it never was ours. */
    public synchronized OptionalLong gone(int spi) {
        Long nanos = goneSpis.get(spi);
        return nanos == null ? OptionalLong.empty() : OptionalLong.of(nanos);
    }

    /** Reqids in use. */
    public synchronized int size() {
        return entries.size();
    }
}
