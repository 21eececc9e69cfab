// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.bus;

import org.osgi.annotation.versioning.ProviderType;

/** Distributes events to observers. Provided by core; any thread. Observers are found by their services, not registered here. */
@ProviderType
public interface Bus {

    /** Has the levels of all {@link LogListener}s read again. */
    void logLevelsChanged();

    /**
     * Sets the highest level that is logged, over what each {@link LogListener} is configured for, until the daemon ends.
     *
     * @param group in lower case, such as {@code ike}; {@code default}: all of them
     * @param level -1 to 4; throws {@link IllegalArgumentException} outside, and for an unknown group
     */
    void setLogLevel(String group, int level);

    /** Ends {@link #setLogLevel(String, int)} for a group, or with {@code default} for all. */
    void clearLogLevel(String group);

    /**
     * Sets the highest level that is logged about the IKE_SAs of one connection, over what each {@link LogListener} is configured for
     * and over {@link #setLogLevel(String, int)}, until the daemon ends. Lines about an IKE_SA whose connection is not known yet do
     * not count.
     *
     * @param connection its name; it need not be configured
     * @param group in lower case, such as {@code ike}; {@code default}: all of them
     * @param level -1 to 4; throws {@link IllegalArgumentException} outside, for an unknown group, and with more than 100 connections
     */
    void setLogLevel(String connection, String group, int level);

    /** Ends {@link #setLogLevel(String, String, int)} for a group, or with {@code default} for all of that connection. */
    void clearLogLevel(String connection, String group);

    /** Raises an alert about no particular IKE_SA. */
    void alert(String kind, String text);
}
