// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.stream.Collectors;
import org.jcharon.api.bus.Log;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.core.sa.IkeSa;

/** strongSwan's log lines about proposals, and the same for the history. Lease held. */
final class LogProposals {

    private static final Log LOG = Log.of("cfg");
    private static final Log IKE = Log.of("ike");

    private LogProposals() {}

    static void selected(Proposal chosen) {
        LOG.control("selected proposal: {}", chosen);
    }

    /** The peer asks for an IKE_SA with none of ours. */
    static void ikeMismatch(IkeSa ike, List<Proposal> received, List<Proposal> configured) {
        mismatch(ike, received, configured);
        IKE.control("received proposals unacceptable");
    }

    static void mismatch(IkeSa ike, List<Proposal> received, List<Proposal> configured) {
        say(ike, "received proposals: " + text(received));
        say(ike, "configured proposals: " + text(configured));
    }

    private static void say(IkeSa ike, String text) {
        LOG.control("{}", text);
        ike.history().problem(text);
    }

    private static String text(List<Proposal> proposals) {
        return proposals.stream().map(Proposal::toString).collect(Collectors.joining(", "));
    }
}
