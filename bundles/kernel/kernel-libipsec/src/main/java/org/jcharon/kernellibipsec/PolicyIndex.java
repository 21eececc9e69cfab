// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Policies of one direction, found by packet, the lowest priority number first, older before newer. Reading takes no lock: arrays are
 * immutable and replaced. Policies for a single destination, as a gateway of roadwarriors has by the thousand, lie in buckets.
 * Any thread reads; writers are serialised by the control plane.
 */
final class PolicyIndex {

    private static final int BUCKETS = 1024;
    private static final PolicyEntry[] NONE = {};

    private final AtomicReferenceArray<PolicyEntry[]> hosts = new AtomicReferenceArray<>(BUCKETS);
    // Publishes a whole new array at each change.
    private volatile PolicyEntry[] ranges = NONE;
    // Counts changes, so that a cached answer is known to be stale; written last.
    private volatile int generation;

    PolicyIndex() {
        for (int i = 0; i < BUCKETS; i++) {
            hosts.set(i, NONE);
        }
    }

    int generation() {
        return generation;
    }

    /** The policy that decides about a packet, or null. */
    PolicyEntry find(Flow flow) {
        PolicyEntry host = first(hosts.get(bucket(flow.destinationHigh, flow.destinationLow)), flow, Integer.MAX_VALUE);
        PolicyEntry range = first(ranges, flow, host == null ? Integer.MAX_VALUE : host.priority);
        return range != null ? range : host;
    }

    /** Whether any policy of a reqid selects a packet. */
    boolean anyOf(Flow flow, int reqid) {
        return anyOf(hosts.get(bucket(flow.destinationHigh, flow.destinationLow)), flow, reqid)
                || anyOf(ranges, flow, reqid);
    }

    private static boolean anyOf(PolicyEntry[] entries, Flow flow, int reqid) {
        for (PolicyEntry entry : entries) {
            if (entry.current.reqid() == reqid && entry.matches(flow)) {
                return true;
            }
        }
        return false;
    }

    private static PolicyEntry first(PolicyEntry[] sorted, Flow flow, int below) {
        for (PolicyEntry entry : sorted) {
            if (entry.priority >= below) {
                return null;
            }
            if (entry.matches(flow)) {
                return entry;
            }
        }
        return null;
    }

    void add(PolicyEntry entry) {
        if (entry.destination.isHost()) {
            int bucket = bucket(entry.destination.firstHigh(), entry.destination.firstLow());
            hosts.set(bucket, with(hosts.get(bucket), entry));
        } else {
            ranges = with(ranges, entry);
        }
        changed();
    }

    void remove(PolicyEntry entry) {
        if (entry.destination.isHost()) {
            int bucket = bucket(entry.destination.firstHigh(), entry.destination.firstLow());
            hosts.set(bucket, without(hosts.get(bucket), entry));
        } else {
            ranges = without(ranges, entry);
        }
        changed();
    }

    private synchronized void changed() {
        generation = generation + 1;
    }

    private static PolicyEntry[] with(PolicyEntry[] old, PolicyEntry entry) {
        int at = 0;
        while (at < old.length && old[at].priority <= entry.priority) {
            at++;
        }
        PolicyEntry[] more = new PolicyEntry[old.length + 1];
        System.arraycopy(old, 0, more, 0, at);
        more[at] = entry;
        System.arraycopy(old, at, more, at + 1, old.length - at);
        return more;
    }

    private static PolicyEntry[] without(PolicyEntry[] old, PolicyEntry entry) {
        return Arrays.stream(old).filter(other -> other != entry).toArray(PolicyEntry[]::new);
    }

    private static int bucket(long high, long low) {
        long mixed = (high * 31 + low) * 0x9E37_79B9_7F4A_7C15L;
        return (int) (mixed >>> 54);
    }
}
