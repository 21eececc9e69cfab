// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.Outcome;

/** Brings up anew what an IKE_SA carried that goes. Any thread; never waits for a peer. */
public interface Reconnector {

    /**
     * What a new IKE_SA is to be.
     *
     * @param children CHILD_SAs that it gets, may be empty
     * @param last ends of the one before, for a connection that names none
     * @param replaced unique number of the IKE_SA that stays until the new one is up (make before break); 0: none
     */
    record Plan(PeerConfig config, List<ChildConfig> children, IkePath last, long replaced) {
        /** Copies the list. */
        public Plan {
            children = List.copyOf(children);
        }
    }

    /** Makes an IKE_SA; completes when it is established and each CHILD_SA came up or failed, or when it has ended. */
    CompletionStage<Outcome> connect(Plan plan);

    /** The same between the ends of the plan, with {@code prepare} called under the lease before it begins. */
    CompletionStage<Outcome> connectTo(Plan plan, Consumer<IkeSa> prepare);

    /** The ends towards another gateway, an address or a DNS name; fails if there is no way. */
    CompletionStage<IkePath> gateway(IkeConfig config, String gateway);

    /** The ends for one more attempt, names resolved again; never fails: {@code last} where nothing definite is found. */
    CompletionStage<IkePath> ends(IkeConfig config, IkePath last);

    /** Installs the trap of a child, if it is not there. */
    void trap(PeerConfig config, ChildConfig child);
}
