// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
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
     * Installs the routes of a policy, for {@link #remove}. What is dropped is led into the device, which sends nothing of it; what passes
     * is led past it.
     *
     * @throws KernelException if there would not be all of them, since packets would go in clear; nothing is left then
     */
    List<KernelNet.Route> install(KernelPolicy policy) throws KernelException {
        KernelNet net = registry.net()
                .orElseThrow(
                        () -> refused(policy, "no interface to the system's routes is there (install kernel-netlink)"));
        List<KernelNet.Route> installed = new ArrayList<>();
        try {
            for (KernelNet.Route route : wanted(net, policy)) {
                net.addRoute(route);
                installed.add(route);
            }
            return installed;
        } catch (KernelException e) {
            remove(installed);
            throw e;
        }
    }

    private static KernelException refused(KernelPolicy policy, String why) {
        return new KernelException(0, "no route for " + policy.source() + " === " + policy.destination() + ": " + why);
    }

    private List<KernelNet.Route> wanted(KernelNet net, KernelPolicy policy) throws KernelException {
        TrafficSelector remote = policy.destination();
        List<KernelNet.Route> routes = new ArrayList<>();
        if (policy.action() == KernelPolicy.Action.PASS) {
            Prefixes.of(remote)
                    .forEach(prefix -> routes.add(KernelNet.Route.bypass(prefix.address(), prefix.length())));
            return routes;
        }
        if (policy.action() == KernelPolicy.Action.DROP && remote.equals(TrafficSelector.all(remote.isIpv6()))) {
            throw refused(policy, "IKE itself would go nowhere; name what is to be dropped");
        }
        InetAddress peer = policy.tunnelDestination();
        boolean coversPeer = !peer.isAnyLocalAddress() && remote.contains(peer);
        if (coversPeer && remote.from().equals(remote.to()) && !allowPeer.getAsBoolean()) {
            throw refused(
                    policy,
                    "it would take the ESP packets to the peer itself (charon.plugins.kernel-libipsec.allow_peer_ts)");
        }
        if (coversPeer) {
            routes.add(past(net, policy));
        }
        InetAddress source = source(net, policy);
        for (Prefixes.Prefix prefix : Prefixes.of(remote)) {
            routes.add(new KernelNet.Route(prefix.address(), prefix.length(), null, source, device));
        }
        return routes;
    }

    // Our own ESP packets must not take the route into the device.
    private static KernelNet.Route past(KernelNet net, KernelPolicy policy) throws KernelException {
        InetAddress peer = policy.tunnelDestination();
        InetAddress own = policy.tunnelSource().isAnyLocalAddress() ? null : policy.tunnelSource();
        KernelNet.NextHop hop = net.nextHop(peer, own)
                .orElseThrow(() -> refused(
                        policy, "it covers the peer " + Addresses.text(peer) + ", and no other route leads there"));
        return new KernelNet.Route(peer, peer.getAddress().length * 8, hop.gateway(), own, hop.interfaceName());
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
                        Addresses.text(route.destination()),
                        route.prefixLength(),
                        e.getMessage());
            }
        }
    }
}
