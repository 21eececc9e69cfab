// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * Inbound SAs by SPI. Reading takes no lock: each bucket is an immutable array, replaced as a whole. SPIs are ours and random, so
 * buckets stay even. Any thread reads; writers are serialised by the control plane.
 */
final class SaTable {

    private static final int BUCKETS = 1024;
    private static final InboundSa[] NONE = {};

    private final AtomicReferenceArray<InboundSa[]> buckets = new AtomicReferenceArray<>(BUCKETS);

    SaTable() {
        for (int i = 0; i < BUCKETS; i++) {
            buckets.set(i, NONE);
        }
    }

    /** The SA of an SPI or null. */
    InboundSa get(int spi) {
        for (InboundSa sa : buckets.get(spi & BUCKETS - 1)) {
            if (sa.spi == spi) {
                return sa;
            }
        }
        return null;
    }

    void add(InboundSa sa) {
        int bucket = sa.spi & BUCKETS - 1;
        InboundSa[] old = buckets.get(bucket);
        InboundSa[] more = Arrays.copyOf(old, old.length + 1);
        more[old.length] = sa;
        buckets.set(bucket, more);
    }

    void remove(InboundSa sa) {
        int bucket = sa.spi & BUCKETS - 1;
        buckets.set(
                bucket,
                Arrays.stream(buckets.get(bucket)).filter(other -> other != sa).toArray(InboundSa[]::new));
    }
}
