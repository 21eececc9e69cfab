// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.kernel.KernelPolicy;
import org.jcharon.api.kernel.KernelRegistry;

/**
 * Routes that lead traffic of outbound policies into the device. A route that cannot be installed is logged and the policy works
 * without it, as somebody else may route. Any thread; no lock is held.
 */
final class Routes {

    private static final Log LOG = Log.of("knl");

    private final KernelRegistry registry;
    private final String device;
    private final BooleanSupplier allowPeer;

    /**
     * {@code device} is empty if routes cannot lead to it; {@code allowPeer} is asked for each policy.
     */
    Routes(KernelRegistry registry, String device, BooleanSupplier allowPeer) {
        this.registry = registry;
        this.device = device;
        this.allowPeer = allowPeer;
    }

    /** Whether a policy needs routes at all. */
    boolean wanted(KernelPolicy policy) {
        return !device.isEmpty()
                && policy.direction() == KernelPolicy.Direction.OUT
                && (policy.action() != KernelPolicy.Action.PROTECT || policy.mode() == ChildConfig.Mode.TUNNEL);
    }

    /**
     * Installs the routes of a policy; those that could be, for {@link #remove}. What is dropped is led into the device, which sends
     * nothing of it; what passes is led past it.
     */
    List<KernelNet.Route> install(KernelPolicy policy) {
        Optional<KernelNet> net = registry.net();
        if (net.isEmpty()) {
            LOG.error(
                    "no routes for {} === {}: no interface to the system's routes is there (install kernel-netlink)",
                    policy.source(),
                    policy.destination());
            return List.of();
        }
        TrafficSelector remote = policy.destination();
        if (policy.action() == KernelPolicy.Action.PASS) {
            List<KernelNet.Route> past = new ArrayList<>();
            Prefixes.of(remote)
                    .forEach(prefix -> add(net.get(), KernelNet.Route.bypass(prefix.address(), prefix.length()), past));
            return past;
        }
        if (policy.action() == KernelPolicy.Action.DROP && remote.equals(TrafficSelector.all(remote.isIpv6()))) {
            LOG.error(
                    "no route for {} === {}: IKE itself would go nowhere; name what is to be dropped",
                    policy.source(),
                    remote);
            return List.of();
        }
        InetAddress peer = policy.tunnelDestination();
        boolean coversPeer = !peer.isAnyLocalAddress() && remote.contains(peer);
        if (coversPeer && remote.from().equals(remote.to()) && !allowPeer.getAsBoolean()) {
            LOG.error(
                    "no route for {} === {}: it would take the ESP packets to the peer itself",
                    policy.source(),
                    remote);
            return List.of();
        }
        List<KernelNet.Route> installed = new ArrayList<>();
        if (coversPeer && !exclude(net.get(), policy, installed)) {
            return List.of();
        }
        InetAddress source = source(net.get(), policy);
        for (Prefixes.Prefix prefix : Prefixes.of(remote)) {
            add(net.get(), new KernelNet.Route(prefix.address(), prefix.length(), null, source, device), installed);
        }
        return installed;
    }

    // Our own ESP packets must not take the route into the device.
    private static boolean exclude(KernelNet net, KernelPolicy policy, List<KernelNet.Route> installed) {
        InetAddress peer = policy.tunnelDestination();
        InetAddress own = policy.tunnelSource().isAnyLocalAddress() ? null : policy.tunnelSource();
        Optional<KernelNet.NextHop> hop = net.nextHop(peer, own);
        if (hop.isEmpty()) {
            LOG.error(
                    "no route for {} === {}: it covers the peer {}, and no other route leads there",
                    policy.source(),
                    policy.destination(),
                    peer.getHostAddress());
            return false;
        }
        return add(
                net,
                new KernelNet.Route(
                        peer,
                        peer.getAddress().length * 8,
                        hop.get().gateway(),
                        own,
                        hop.get().interfaceName()),
                installed);
    }

    private static boolean add(KernelNet net, KernelNet.Route route, List<KernelNet.Route> installed) {
        try {
            net.addRoute(route);
            installed.add(route);
            return true;
        } catch (KernelException e) {
            LOG.error(
                    "route to {}/{} over {}: {}",
                    route.destination().getHostAddress(),
                    route.prefixLength(),
                    route.isBypass() ? "our table" : route.interfaceName(),
                    e.getMessage());
            return false;
        }
    }

    // The address that is ours within the local selector. If it covers loopback, any address will do and the system
    // chooses.
    private static InetAddress source(KernelNet net, KernelPolicy policy) {
        TrafficSelector local = policy.source();
        for (InetAddress virtual : policy.virtualIps()) {
            if (local.contains(virtual)) {
                return virtual;
            }
        }
        if (local.contains(InetAddress.getLoopbackAddress()) || coversV6Loopback(local)) {
            return null;
        }
        for (InetAddress address : net.localAddresses()) {
            if (local.contains(address)) {
                return address;
            }
        }
        return local.from().equals(local.to()) && net.isLocal(local.from()) ? local.from() : null;
    }

    private static boolean coversV6Loopback(TrafficSelector local) {
        return local.isIpv6() && local.prefixLength() == 0;
    }

    /** Takes routes away again. */
    void remove(List<KernelNet.Route> routes) {
        Optional<KernelNet> net = registry.net();
        for (KernelNet.Route route : routes) {
            try {
                if (net.isPresent()) {
                    net.get().deleteRoute(route);
                }
            } catch (KernelException e) {
                LOG.error(
                        "deletion of the route to {}/{}: {}",
                        route.destination().getHostAddress(),
                        route.prefixLength(),
                        e.getMessage());
            }
        }
    }
}
