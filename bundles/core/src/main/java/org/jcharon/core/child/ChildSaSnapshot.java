// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.child;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.kernel.UsageStats;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.ChildSaState;

/** A CHILD_SA as it was when this was made. */
record ChildSaSnapshot(
        String name,
        long uniqueId,
        int reqid,
        ChildSaState state,
        ChildConfig.Mode mode,
        ProtocolId protocol,
        boolean encapsulated,
        int spiIn,
        int spiOut,
        long markIn,
        long markOut,
        int ifIdIn,
        int ifIdOut,
        Optional<Proposal> proposal,
        List<TrafficSelector> localSelectors,
        List<TrafficSelector> remoteSelectors,
        UsageStats usageIn,
        UsageStats usageOut,
        Instant installedAt,
        Optional<Instant> rekeyAt,
        Optional<Instant> endsAt)
        implements ChildSaInfo {

    ChildSaSnapshot withUsage(UsageStats in, UsageStats out) {
        return new ChildSaSnapshot(
                name,
                uniqueId,
                reqid,
                state,
                mode,
                protocol,
                encapsulated,
                spiIn,
                spiOut,
                markIn,
                markOut,
                ifIdIn,
                ifIdOut,
                proposal,
                localSelectors,
                remoteSelectors,
                in,
                out,
                installedAt,
                rekeyAt,
                endsAt);
    }
}
