// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.settings;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Hears that the settings were read again; whoever keeps values of {@link Settings} registers it. It is not told of the settings
 * that are there when it arrives. Levels of {@link org.jcharon.api.bus.LogListener}s are asked for again after all were told.
 */
@ConsumerType
public interface SettingsListener {

    /**
     * {@link Settings} answers with new values from now on, perhaps equal to the old ones. Called by a thread that may wait for
     * files, one call at a time; what it throws is logged. Values that are wrong are logged by the listener, which keeps its old ones.
     */
    void settingsChanged();
}
