// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.processing;

import java.time.Duration;
import org.osgi.annotation.versioning.ProviderType;

/** Hands jobs to the Processor when they are due; runs none itself. Provided by core; any thread. */
@ProviderType
public interface Scheduler {

    /** Hands {@code job} to the pool after {@code delay}; at once if it is zero or negative. */
    Timer schedule(Job job, Duration delay);

    /** Number of timers that wait. */
    int size();
}
