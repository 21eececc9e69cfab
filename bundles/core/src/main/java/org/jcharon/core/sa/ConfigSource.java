// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.util.List;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.socket.Endpoint;

/** What IKE_SAs ask of the backend manager. Any thread; every stage may wait. */
public interface ConfigSource {

    /** Connections between two ends, best first: their proposals answer IKE_SA_INIT. */
    CompletionStage<List<PeerConfig>> candidates(Endpoint local, Endpoint remote);

    /** Connections between two ends and identities, best first. {@code %any} fits everything. */
    CompletionStage<List<PeerConfig>> candidates(
            Endpoint local, Endpoint remote, Identification localId, Identification remoteId);
}
