// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.time.Duration;
import java.util.OptionalLong;
import org.jcharon.api.bus.Log;
import org.jcharon.core.sa.IkeSa;

/**
 * How long the peer has answered TEMPORARY_FAILURE. After several minutes the two sides are out of step and the IKE_SA is closed (RFC 7296
 * section 2.25). Lease held.
 */
final class TemporaryFailures {

    private static final Log LOG = Log.of("ike");
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private final IkeSa ike;
    private OptionalLong since = OptionalLong.empty();

    TemporaryFailures(IkeSa ike) {
        this.ike = ike;
    }

    /** Takes one more; false: it was one too many, and the IKE_SA is on its way out. */
    boolean bear() {
        long now = ike.services().time().nanos();
        if (since.isEmpty()) {
            since = OptionalLong.of(now);
        }
        boolean tooLong = now - since.getAsLong() > LIMIT.toNanos();
        if (tooLong) {
            LOG.control("peer answers TEMPORARY_FAILURE for {} s, closing IKE_SA {}", LIMIT.toSeconds(), ike.label());
            ike.delete("peer answered TEMPORARY_FAILURE for " + LIMIT.toSeconds() + " s");
        }
        return !tooLong;
    }

    void forget() {
        since = OptionalLong.empty();
    }
}
