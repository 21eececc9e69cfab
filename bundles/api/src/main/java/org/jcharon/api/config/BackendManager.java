// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.config;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ProviderType;

/** All connections of all backends. Provided by core; any thread. */
@ProviderType
public interface BackendManager {

    /** All connections, backends with the higher {@code service.ranking} first. */
    CompletionStage<List<PeerConfig>> peerConfigs();

    /** The connection of that name. */
    CompletionStage<Optional<PeerConfig>> peerConfig(String name);
}
