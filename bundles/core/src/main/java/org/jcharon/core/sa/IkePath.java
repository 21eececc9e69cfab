// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import org.jcharon.api.socket.Endpoint;

/** The two ends between which messages of an IKE_SA go. */
public record IkePath(Endpoint local, Endpoint remote) {

    /** charon's form {@code 192.0.2.1[4500] - 192.0.2.2[4500]}. */
    @Override
    public String toString() {
        return local + " - " + remote;
    }
}
