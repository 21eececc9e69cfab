// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.control;

import java.util.List;
import org.jcharon.api.config.TrafficSelector;
import org.osgi.annotation.versioning.ProviderType;

/** A trap or shunt that is installed. Immutable. */
@ProviderType
public interface PolicyInfo {

    /** What happens to a packet. */
    enum Kind {
        /** It brings its CHILD_SA up. */
        TRAP,
        /** It passes in clear. */
        PASS,
        /** It is dropped. */
        DROP
    }

    /** Kind. */
    Kind kind();

    /** Connection of the child. */
    String connection();

    /** Child that it belongs to. */
    String child();

    /** Reqid of a trap, 0 for a shunt. */
    int reqid();

    /** Our side of the traffic. */
    List<TrafficSelector> localSelectors();

    /** Peer's side of the traffic. */
    List<TrafficSelector> remoteSelectors();
}
