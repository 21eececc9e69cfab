// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.bus;

import java.time.Instant;
import org.osgi.annotation.versioning.ConsumerType;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Takes log records; loggers register it. Called in the order of the records from a bounded queue, one call at a time; what it
 * throws is counted. A listener that arrives gets the last 2,000 records first.
 */
@ConsumerType
public interface LogListener {

    /** One record. */
    @ProviderType
    interface LogRecord {
        /** When. */
        Instant time();

        /** Group in lower case, such as {@code ike}. */
        String group();

        /** Level, 0 to 4. */
        int level();

        /** Number of the thread as strongSwan prints it, from 1. */
        int thread();

        /** {@code name|id} of the IKE_SA, empty if none. */
        String ikeSa();

        /** The text, possibly several lines. */
        String text();

        /**
         * Whether it comes because of {@link Bus#setLogLevel(String, int)} or its sibling for a connection: a sink takes it whatever
         * level it is configured for, unless it is silent for the group.
         */
        default boolean isRaised() {
            return false;
        }
    }

    /** Highest level wanted of a group, -1: none. Asked again after {@link Bus#logLevelsChanged}. */
    int level(String group);

    /** A record at a level that is wanted. */
    void log(LogRecord record);
}
