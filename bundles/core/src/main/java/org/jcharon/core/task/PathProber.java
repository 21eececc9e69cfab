// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.sa.Extension;
import org.jcharon.core.sa.IkePath;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.Ports;

/** Sends a request along the path in use or, if none leads there any more, along all that may (RFC 4555 section 3.10). Lease held. */
final class PathProber {

    private static final Log LOG = Log.of("ike");
    private static final int MAX_PATHS = 16;

    /** Where a request went. */
    enum Sent {
        /** Along the path in use. */
        ON_PATH,
        /** Along others too: the one that is answered is to be used. */
        PROBING,
        /** Nowhere. */
        NOWHERE
    }

    private final IkeSa ike;

    PathProber(IkeSa ike) {
        this.ike = ike;
    }

    /** Sends datagrams; {@code all}: along every path though the one in use may do. */
    Sent send(List<Chunk> datagrams, boolean all) {
        boolean route = !canMove() || hasRoute();
        if (!canMove() || (!all && route && !ike.mobility().isRefused(ike.path()))) {
            datagrams.forEach(ike::send);
            return Sent.ON_PATH;
        }
        List<IkePath> paths = paths();
        if (paths.isEmpty() && route) {
            datagrams.forEach(ike::send); // refused, but all that there is to say goodbye on
            return Sent.ON_PATH;
        }
        for (IkePath path : paths) {
            LOG.control("checking path {}", path);
            datagrams.forEach(datagram -> ike.send(datagram, path));
        }
        return paths.isEmpty() ? Sent.NOWHERE : Sent.PROBING;
    }

    /** Whether there is another path than the one in use. */
    boolean hasAlternatives() {
        return canMove() && paths().stream().anyMatch(path -> !path.equals(ike.path()));
    }

    private boolean canMove() {
        return ike.supports(Extension.MOBIKE) && !ike.isHalfOpen();
    }

    /** Whether packets from our end still reach the peer's, as far as our own routes go, and on the way that is preferred. */
    boolean hasRoute() {
        Optional<KernelNet> net = ike.services().kernel().net();
        InetAddress ours = ike.local().address();
        InetAddress wish = ike.services().settings().preferBestPath() && canMove() ? null : ours;
        return net.isEmpty()
                || net.get()
                        .sourceAddress(ike.remote().address(), wish)
                        .filter(ours::equals)
                        .isPresent();
    }

    /** Paths that may lead to the peer, its address in use and the system's choice of source first. */
    List<IkePath> paths() {
        Optional<KernelNet> net = ike.services().kernel().net();
        if (net.isEmpty()) {
            return List.of(ike.path());
        }
        Set<IkePath> paths = new LinkedHashSet<>();
        for (Endpoint remote : remotes()) {
            for (InetAddress source : sources(net.get(), remote.address())) {
                IkePath path = new IkePath(local(source), remote);
                if (!ike.mobility().isRefused(path)) {
                    paths.add(path);
                }
            }
        }
        return paths.stream().limit(MAX_PATHS).toList();
    }

    private Set<Endpoint> remotes() {
        Set<Endpoint> remotes = new LinkedHashSet<>();
        remotes.add(ike.remote());
        for (InetAddress address : ike.mobility().peerAddresses()) {
            remotes.add(remote(address));
        }
        return remotes;
    }

    private static List<InetAddress> sources(KernelNet net, InetAddress destination) {
        List<InetAddress> sources = new ArrayList<>();
        net.sourceAddress(destination, null).ifPresent(sources::add);
        for (InetAddress address : net.localAddresses()) {
            boolean usable = address.getAddress().length == destination.getAddress().length
                    && !sources.contains(address)
                    && net.sourceAddress(destination, address)
                            .filter(address::equals)
                            .isPresent();
            if (usable) {
                sources.add(address);
            }
        }
        return sources;
    }

    /** The port of the address in use stays; another one is used with the port that passes NATs. */
    private Endpoint local(InetAddress address) {
        IkeConfig config = ike.ikeConfig();
        if (address.equals(ike.local().address())) {
            return ike.local();
        }
        boolean standard = config.localPort() == Ports.IKE
                || config.localPort() == ike.services().settings().portIke();
        return new Endpoint(address, standard ? ike.services().natPort().get() : config.localPort());
    }

    private Endpoint remote(InetAddress address) {
        if (address.equals(ike.remote().address())) {
            return ike.remote();
        }
        int port = ike.ikeConfig().remotePort();
        return new Endpoint(address, port == Ports.IKE ? Ports.NAT : port);
    }
}
