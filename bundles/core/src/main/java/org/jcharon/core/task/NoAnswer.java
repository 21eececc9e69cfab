// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import org.jcharon.api.config.Addresses;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.sa.IkeSaState;

/** Says what silence of the peer may mean. */
public final class NoAnswer {

    private NoAnswer() {}

    /** The text for an IKE_SA whose request stays without an answer, {@code howLong} such as {@code after 5 retransmissions}. */
    public static String to(IkeSaInfo ike, String howLong) {
        String peer =
                Addresses.text(ike.remote().address()) + "[" + ike.remote().port() + "]";
        boolean halfOpen = ike.state() == IkeSaState.CREATED || ike.state() == IkeSaState.CONNECTING;
        if (!halfOpen) {
            return "no answer from " + peer + " " + howLong + ": the peer is down, or the way to it is";
        }
        if (ike.tasksActive().contains(TaskType.IKE_INIT.name()) || ike.id().responderSpi() == 0) {
            return "no answer from " + peer + " to IKE_SA_INIT " + howLong
                    + ": the host is down, no IKE daemon listens there, or a firewall between drops UDP port "
                    + ike.remote().port();
        }
        return peer + " answered IKE_SA_INIT, but not IKE_AUTH " + howLong + ": a firewall between may drop UDP port "
                + ike.remote().port() + ", or large datagrams";
    }
}
