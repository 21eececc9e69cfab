// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import org.jcharon.api.bus.Log;
import org.jcharon.api.socket.Endpoint;

/** The two ends between which messages of an IKE_SA go. */
public record IkePath(Endpoint local, Endpoint remote) {

    private static final Log LOG = Log.of("ike");

    /** charon's lines about ends that differ. */
    void logChangeTo(IkePath next) {
        if (!local.equals(next.local)) {
            LOG.control("local endpoint changed from {} to {}", local, next.local);
        }
        if (!remote.equals(next.remote)) {
            LOG.control("remote endpoint changed from {} to {}", remote, next.remote);
        }
    }

    /** charon's form {@code 192.0.2.1[4500] - 192.0.2.2[4500]}. */
    @Override
    public String toString() {
        return local + " - " + remote;
    }
}
