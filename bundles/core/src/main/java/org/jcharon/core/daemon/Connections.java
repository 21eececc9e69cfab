// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.daemon;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.core.config.BackendManagerService;
import org.jcharon.core.sa.ConfigSource;

/** The backend manager as IKE_SAs see it. */
record Connections(BackendManagerService manager) implements ConfigSource {

    @Override
    public CompletionStage<List<PeerConfig>> candidates(Endpoint local, Endpoint remote) {
        return manager.ikeCandidates(local, remote);
    }

    @Override
    public CompletionStage<List<PeerConfig>> candidates(
            Endpoint local, Endpoint remote, Identification localId, Identification remoteId) {
        return manager.candidates(local, remote, remoteId, localId);
    }
}
