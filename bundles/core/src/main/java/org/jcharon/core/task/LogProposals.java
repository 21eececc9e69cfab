// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.stream.Collectors;
import org.jcharon.api.bus.Log;
import org.jcharon.api.crypto.Proposal;

/** strongSwan's log lines about proposals. */
final class LogProposals {

    private static final Log LOG = Log.of("cfg");
    private static final Log IKE = Log.of("ike");

    private LogProposals() {}

    static void selected(Proposal chosen) {
        LOG.control("selected proposal: {}", chosen);
    }

    /** The peer asks for an IKE_SA with none of ours. */
    static void ikeMismatch(List<Proposal> received, List<Proposal> configured) {
        mismatch(received, configured);
        IKE.control("received proposals unacceptable");
    }

    static void mismatch(List<Proposal> received, List<Proposal> configured) {
        LOG.control("received proposals: {}", text(received));
        LOG.control("configured proposals: {}", text(configured));
    }

    private static String text(List<Proposal> proposals) {
        return proposals.stream().map(Proposal::toString).collect(Collectors.joining(", "));
    }
}
