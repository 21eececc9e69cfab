// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.processing;

import java.time.Instant;
import org.jcharon.api.processing.TimeSource;
import org.osgi.service.component.annotations.Component;

/** The clocks of the system; nothing else may read them. */
@Component
public final class SystemTimeSource implements TimeSource {

    @Override
    public long nanos() {
        return System.nanoTime();
    }

    @Override
    public Instant now() {
        return Instant.now();
    }
}
