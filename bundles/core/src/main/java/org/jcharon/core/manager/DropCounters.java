// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import org.osgi.service.component.annotations.Component;

/** Counts dropped packets by reason. Any thread. */
@Component(service = DropCounters.class, immediate = true)
public final class DropCounters {

    private final Map<DropReason, LongAdder> counters = new EnumMap<>(DropReason.class);

    /** All zero. */
    public DropCounters() {
        for (DropReason reason : DropReason.values()) {
            counters.put(reason, new LongAdder());
        }
    }

    /** Counts one. */
    public void count(DropReason reason) {
        counters.get(reason).increment();
    }

    /** How many so far. */
    public long of(DropReason reason) {
        return counters.get(reason).sum();
    }

    /** Those that are not zero. */
    public Map<DropReason, Long> nonZero() {
        Map<DropReason, Long> copy = new EnumMap<>(DropReason.class);
        counters.forEach((reason, count) -> {
            if (count.sum() != 0) {
                copy.put(reason, count.sum());
            }
        });
        return copy;
    }
}
