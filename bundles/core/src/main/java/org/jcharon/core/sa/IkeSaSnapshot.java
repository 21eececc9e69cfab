// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.net.InetAddress;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaId;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Endpoint;

/**
 * An IKE_SA as it was when this was made.
 *
 * @param config connection, null while unknown
 */
record IkeSaSnapshot(
        String name,
        long uniqueId,
        IkeSaId id,
        IkeSaState state,
        Endpoint local,
        Endpoint remote,
        Identification localId,
        Identification remoteId,
        Optional<Proposal> proposal,
        NatSituation nat,
        boolean ppk,
        Optional<Identification> remoteEapId,
        List<String> extensions,
        Optional<Instant> establishedAt,
        Optional<Instant> rekeyAt,
        Optional<Instant> reauthAt,
        List<InetAddress> localVirtualIps,
        List<InetAddress> remoteVirtualIps,
        List<String> tasksQueued,
        List<String> tasksActive,
        List<String> tasksPassive,
        List<ChildSaInfo> children,
        PeerConfig config,
        History history)
        implements IkeSaInfo {

    @Override
    public boolean natLocal() {
        return nat.local();
    }

    @Override
    public boolean natRemote() {
        return nat.remote();
    }

    @Override
    public boolean natFake() {
        return nat.faked();
    }

    IkeSaSnapshot withChildren(List<ChildSaInfo> current) {
        return new IkeSaSnapshot(
                name,
                uniqueId,
                id,
                state,
                local,
                remote,
                localId,
                remoteId,
                proposal,
                nat,
                ppk,
                remoteEapId,
                extensions,
                establishedAt,
                rekeyAt,
                reauthAt,
                localVirtualIps,
                remoteVirtualIps,
                tasksQueued,
                tasksActive,
                tasksPassive,
                current,
                config,
                history);
    }
}
