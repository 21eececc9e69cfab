// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Map;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.credential.Identification;
import org.jcharon.core.sa.IkeSa;

/**
 * Reports for each connection that a peer may have meant the first constraint that it failed: in the log, the history, the attempts. Lease
 * held.
 */
final class Refusals {

    private static final Log CFG = Log.of("cfg");

    /** A stranger must not cause more work than this, whatever the number of connections. */
    static final int MOST = 16;

    private Refusals() {}

    /** The peer's addresses fit these connections, its identities none. */
    static void byIdentity(IkeSa ike, Identification wantedId, Identification peerId) {
        List<PeerConfig> configs = ike.handshake().candidates();
        for (PeerConfig config : configs.subList(0, Math.min(configs.size(), MOST))) {
            report(ike, peerId, config.name(), mismatch(config, wantedId, peerId));
        }
        if (configs.isEmpty()) {
            report(ike, peerId, "", "no connection fits its addresses");
        }
    }

    /** A reason for each connection. */
    static void each(IkeSa ike, Identification peerId, Map<String, String> reasons) {
        reasons.entrySet().stream().limit(MOST).forEach(entry -> report(ike, peerId, entry.getKey(), entry.getValue()));
    }

    private static void report(IkeSa ike, Identification peerId, String connection, String reason) {
        String text = connection.isEmpty() ? reason : "connection '" + connection + "': " + reason;
        CFG.control("{}", text);
        ike.history().problem(text);
        ike.services().events().refused(ike.snapshot(), connection, "peer calls itself '" + peerId + "': " + reason);
    }

    private static String mismatch(PeerConfig config, Identification wantedId, Identification peerId) {
        Identification theirs = first(config.remote());
        if (!peerId.matches(theirs)) {
            return "peer identity '" + peerId + "' does not match configured '" + theirs + "' (remote.id)";
        }
        return "peer asks for identity '" + wantedId + "', ours is '" + first(config.local()) + "' (local.id)";
    }

    private static Identification first(List<AuthConfig> rounds) {
        return rounds.isEmpty() ? Identification.ANY : rounds.get(0).id();
    }
}
