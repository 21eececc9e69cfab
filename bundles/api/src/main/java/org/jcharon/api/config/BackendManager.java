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

    /**
     * A backend announces what it has now, at its first loading too: start actions of children that are new are carried out, those of
     * children that are gone or changed are undone: traps and shunts are taken away, and what {@code start} brought up is closed.
     * SAs of unchanged children are left alone, and so is everything when a backend leaves.
     *
     * @param backend a name of the backend that stays the same, such as {@code swanctl}
     */
    void changed(String backend, List<PeerConfig> entries);

    /** The connection of that name. */
    CompletionStage<Optional<PeerConfig>> peerConfig(String name);
}
