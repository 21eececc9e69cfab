// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.control;

import java.util.Map;
import org.osgi.annotation.versioning.ConsumerType;

/** Counters of IKE by connection, under strongSwan's names; a plugin registers it, controllers get it from {@link Controller}. Any thread. */
@ConsumerType
public interface IkeCounters {

    /**
     * Counters by their names such as {@code ike-rekey-init}, in strongSwan's order.
     *
     * @param connection name of a connection; empty: of the whole daemon
     * @return empty if nothing was counted for that connection
     */
    Map<String, Long> of(String connection);

    /** Counters of each connection that has any; those of the whole daemon under the empty name, first. */
    Map<String, Map<String, Long>> all();

    /** Begins at 0 for one connection, or for the whole daemon if the name is empty; false if nothing was counted for it. */
    boolean reset(String connection);

    /** Begins at 0 for all. */
    void resetAll();
}
