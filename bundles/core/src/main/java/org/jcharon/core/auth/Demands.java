// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.auth;

import java.util.Optional;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.config.PeerConfig;

/** What a configuration demands of a peer and nothing here can show. It must not pass for met: such a peer is refused. */
public final class Demands {

    private Demands() {}

    /** What is unmet before anybody proved anything: several rounds on either side (RFC 4739). */
    public static Optional<String> unmet(PeerConfig config) {
        return config.local().size() > 1 || config.remote().size() > 1
                ? Optional.of("connection " + config.name()
                        + " demands several rounds of authentication, which are not supported")
                : Optional.empty();
    }

    /** What of one round is unmet, whatever the peer shows. */
    static Optional<String> unmet(AuthConfig remote) {
        if (!remote.groups().isEmpty()) {
            return Optional.of("membership in one of the groups " + remote.groups()
                    + " is demanded (remote.groups), but nothing tells whose member a peer is");
        }
        if (!remote.certPolicies().isEmpty()) {
            return Optional.of("certificate policies are demanded (remote.cert_policy), but not supported");
        }
        if (remote.revocation().equals("strict")) {
            return Optional.of("remote.revocation is strict, but nothing tells which certificates are revoked");
        }
        return Optional.empty();
    }
}
