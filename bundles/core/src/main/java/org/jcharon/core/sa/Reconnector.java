// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.socket.Endpoint;

/** Brings up anew what an IKE_SA carried that goes. Any thread; never waits for a peer. */
public interface Reconnector {

    /** Both ends of an IKE_SA. */
    record Ends(Endpoint local, Endpoint remote) {}

    /**
     * What a new IKE_SA is to be.
     *
     * @param children CHILD_SAs that it gets, may be empty
     * @param last ends of the one before, for a connection that names none
     * @param replaced unique number of the IKE_SA that stays until the new one is up (make before break); 0: none
     */
    record Plan(PeerConfig config, List<ChildConfig> children, Ends last, long replaced) {
        /** Copies the list. */
        public Plan {
            children = List.copyOf(children);
        }
    }

    /** Makes an IKE_SA; completes when it is established and each CHILD_SA came up or failed, or when it has ended. */
    CompletionStage<Outcome> connect(Plan plan);

    /** The ends for one more attempt, names resolved again; never fails: {@code last} where nothing definite is found. */
    CompletionStage<Ends> ends(IkeConfig config, Ends last);

    /** Installs the trap of a child, if it is not there. */
    void trap(PeerConfig config, ChildConfig child);
}
