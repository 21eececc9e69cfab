// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.config;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A source of connections; plugins register it. Any thread. May wait; what a backend has in memory is returned as a completed stage.
 * When it leaves, look-ups no longer see its entries; IKE_SAs keep the configuration they were made with.
 */
@ConsumerType
public interface ConfigBackend {

    /** All connections, in the order in which they are tried at equal rank. */
    CompletionStage<List<PeerConfig>> peerConfigs();

    /** Why nothing could be read, with file and line; the daemon is not ready while there is a problem. */
    default Optional<String> problem() {
        return Optional.empty();
    }
}
