// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.network;

import org.jcharon.api.processing.TimeSource;

/** A token bucket. Any thread. */
final class RateLimit {

    private static final double NANOS_PER_SECOND = 1e9;

    private final TimeSource time;
    private final double perSecond;
    private final double burst;
    private double tokens; // guarded by this, as the time
    private long filled;

    RateLimit(TimeSource time, double perSecond, double burst) {
        this.time = time;
        this.perSecond = perSecond;
        this.burst = burst;
        this.tokens = burst;
        this.filled = time.nanos();
    }

    /** Whether one more is allowed now. */
    synchronized boolean take() {
        long now = time.nanos();
        tokens = Math.min(burst, tokens + (now - filled) / NANOS_PER_SECOND * perSecond);
        filled = now;
        if (tokens < 1) {
            return false;
        }
        tokens -= 1;
        return true;
    }
}
