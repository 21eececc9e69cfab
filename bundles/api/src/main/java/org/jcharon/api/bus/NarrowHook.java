// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.bus;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.sa.IkeSaInfo;
import org.osgi.annotation.versioning.ConsumerType;

/** Changes traffic selectors before they are used; plugins register it. Called under the lease; may wait; a fault fails the CHILD_SA. */
@ConsumerType
public interface NarrowHook {

    /** Selectors of both sides. */
    record Selectors(List<TrafficSelector> local, List<TrafficSelector> remote) {
        /** Copies the lists. */
        public Selectors {
            local = List.copyOf(local);
            remote = List.copyOf(remote);
        }
    }

    /**
     * The selectors to use instead of {@code selectors}; core intersects them with what the peer offered.
     *
     * @param responder whether we answer
     */
    CompletionStage<Selectors> narrow(IkeSaInfo ikeSa, String child, boolean responder, Selectors selectors);
}
