// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jcharon.api.control.RedirectProvider;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.kernel.KernelRegistry;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.socket.Packet;
import org.jcharon.core.attribute.Leases;
import org.jcharon.core.auth.PeerCredentials;
import org.jcharon.core.child.ChildNumbers;
import org.jcharon.core.manager.IkeSaManager;

/**
 * Everything that IKE_SAs need of the rest of the daemon.
 *
 * @param currentSettings the settings in effect; an IKE_SA keeps those that it began with
 * @param sender takes a packet to send; never waits
 * @param keepalive takes a packet without data: a NAT keepalive between its ends
 * @param defaultIkeProposals what a connection without proposals offers
 * @param defaultEspProposals what a child without proposals offers
 * @param reconnector makes IKE_SAs that take the place of others
 * @param redirects asks all that redirect clients of ours
 * @param natPort port for IKE and ESP behind NAT (4500), known once the socket is bound
 */
public record IkeServices(
        CryptoRegistry crypto,
        PeerCredentials credentials,
        ConfigSource configs,
        Leases attributes,
        KernelRegistry kernel,
        IkeSaManager manager,
        Scheduler scheduler,
        TimeSource time,
        Supplier<IkeSettings> currentSettings,
        SaEvents events,
        Consumer<Packet> sender,
        Consumer<Packet> keepalive,
        Supplier<List<Proposal>> defaultIkeProposals,
        Supplier<List<Proposal>> defaultEspProposals,
        Supplier<Integer> natPort,
        ChildNumbers childNumbers,
        Reconnector reconnector,
        RedirectProvider redirects) {

    /** The settings in effect. */
    public IkeSettings settings() {
        return currentSettings.get();
    }

    /** The same for one IKE_SA, which a later reload of the settings does not reach. */
    public IkeServices fixed() {
        IkeSettings now = settings();
        return new IkeServices(
                crypto,
                credentials,
                configs,
                attributes,
                kernel,
                manager,
                scheduler,
                time,
                () -> now,
                events,
                sender,
                keepalive,
                defaultIkeProposals,
                defaultEspProposals,
                natPort,
                childNumbers,
                reconnector,
                redirects);
    }
}
