// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.control;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.sa.IkeSaInfo;
import org.osgi.annotation.versioning.ProviderType;

/**
 * What controllers ask of the daemon. Provided by core; any thread; nothing waits: results are stages, which complete on a job
 * thread. A {@code timeout} of zero means: no limit.
 */
@ProviderType
public interface Controller {

    /** Chooses SAs; a null or 0 part does not count, all that count must fit. */
    record Selector(String ikeName, long ikeId, String childName, long childId) {
        /** IKE_SAs by name. */
        public static Selector ike(String name) {
            return new Selector(name, 0, null, 0);
        }

        /** CHILD_SAs by name. */
        public static Selector child(String name) {
            return new Selector(null, 0, name, 0);
        }
    }

    /**
     * Brings up a CHILD_SA, and its IKE_SA if there is none to use.
     *
     * @param connection name of the connection; null: the first that has the child
     * @param child name of the child; null: the IKE_SA alone
     * @param log gets the log of the SA concerned until the stage completes; null: none
     */
    CompletionStage<Outcome> initiate(String connection, String child, Duration timeout, LogListener log);

    /** Closes what fits: CHILD_SAs if {@code selector} names a child, else IKE_SAs. {@code force}: without waiting for peers. */
    CompletionStage<Outcome> terminate(Selector selector, boolean force, Duration timeout, LogListener log);

    /** Rekeys what fits: CHILD_SAs if {@code selector} names a child, else IKE_SAs; completes when the new ones are up. */
    CompletionStage<Outcome> rekey(Selector selector, Duration timeout);

    /** All IKE_SAs; each is looked at when the stream gets to it, none waits for another. */
    Stream<IkeSaInfo> listSas();

    /** Counters and gauges of the daemon by dotted name, in order. */
    Map<String, Long> statistics();
}
