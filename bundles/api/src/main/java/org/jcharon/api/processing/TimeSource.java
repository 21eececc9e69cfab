// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.processing;

import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;

/** The only clock. Any thread. */
@ProviderType
public interface TimeSource {

    /** Monotonic time in nanoseconds from an arbitrary origin: for durations and time-outs. */
    long nanos();

    /** Wall-clock time: for certificates and log lines, never for durations. */
    Instant now();
}
