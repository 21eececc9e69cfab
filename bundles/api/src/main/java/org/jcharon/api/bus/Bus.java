// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.bus;

import org.osgi.annotation.versioning.ProviderType;

/** Distributes events to observers. Provided by core; any thread. Observers are found by their services, not registered here. */
@ProviderType
public interface Bus {

    /** Has the levels of all {@link LogListener}s read again. */
    void logLevelsChanged();

    /** Raises an alert about no particular IKE_SA. */
    void alert(String kind, String text);
}
