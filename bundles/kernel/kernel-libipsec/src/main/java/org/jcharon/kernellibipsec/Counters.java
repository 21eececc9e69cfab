// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What the data plane did, by kind. Any thread. */
final class Counters {

    final LongAdder received = new LongAdder();
    final LongAdder sent = new LongAdder();
    private final LongAdder[] drops = new LongAdder[Drop.values().length];

    Counters() {
        for (int i = 0; i < drops.length; i++) {
            drops[i] = new LongAdder();
        }
    }

    void drop(Drop reason) {
        drops[reason.index()].increment();
    }

    long drops(Drop reason) {
        return drops[reason.index()].sum();
    }

    /** Reasons that happened. */
    Map<Drop, Long> drops() {
        Map<Drop, Long> all = new EnumMap<>(Drop.class);
        for (Drop reason : Drop.values()) {
            if (drops(reason) > 0) {
                all.put(reason, drops(reason));
            }
        }
        return all;
    }
}
