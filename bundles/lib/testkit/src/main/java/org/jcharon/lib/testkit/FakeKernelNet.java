// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.testkit;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelNet;

/** A system with one interface, {@code eth0}, whose addresses the test sets; virtual IPs and routes are remembered. Any thread. */
public final class FakeKernelNet implements KernelNet {

    private static final int ENOENT = 2;
    private static final String INTERFACE = "eth0";

    private final List<InetAddress> addresses = new ArrayList<>();
    private final Map<VirtualIp, Integer> virtualIps = new LinkedHashMap<>();
    private final Map<Route, Integer> routes = new LinkedHashMap<>();
    private Set<InetAddress> excluded = Set.of();

    /** A system with these addresses. */
    public FakeKernelNet(InetAddress... addresses) {
        addresses(addresses);
    }

    /** Sets the addresses of the interface. */
    public synchronized void addresses(InetAddress... value) {
        addresses.clear();
        addresses.addAll(List.of(value));
    }

    /** From now on these addresses, and no others, are on an interface that the settings exclude. */
    public synchronized void exclude(InetAddress... value) {
        excluded = Set.of(value);
    }

    @Override
    public synchronized boolean isUsable(InetAddress local) {
        return !excluded.contains(local);
    }

    /** Virtual IPs that are installed. */
    public synchronized List<InetAddress> virtualIps() {
        return virtualIps.keySet().stream().map(VirtualIp::address).toList();
    }

    /** Routes that are installed. */
    public synchronized List<Route> routes() {
        return List.copyOf(routes.keySet());
    }

    /** Virtual IPs and routes that are still there, one line each. */
    public synchronized List<String> leaks() {
        List<String> leaks = new ArrayList<>();
        virtualIps.forEach((ip, users) -> leaks.add("virtual IP " + ip + " with " + users + " users"));
        routes.forEach((route, users) -> leaks.add("route " + route + " with " + users + " users"));
        return leaks;
    }

    @Override
    public synchronized List<InetAddress> localAddresses() {
        return List.copyOf(addresses);
    }

    @Override
    public synchronized boolean isLocal(InetAddress address) {
        return address.isLoopbackAddress()
                || addresses.contains(address)
                || virtualIps().contains(address);
    }

    @Override
    public synchronized Optional<String> interfaceOf(InetAddress address) {
        return addresses.contains(address) || virtualIps().contains(address)
                ? Optional.of(INTERFACE)
                : Optional.empty();
    }

    @Override
    public synchronized Optional<InetAddress> sourceAddress(InetAddress destination, InetAddress preferred) {
        if (preferred != null && addresses.contains(preferred)) {
            return Optional.of(preferred);
        }
        return addresses.stream()
                .filter(address -> address.getAddress().length == destination.getAddress().length)
                .findFirst();
    }

    @Override
    public synchronized Optional<NextHop> nextHop(InetAddress destination, InetAddress source) {
        return sourceAddress(destination, source).map(address -> new NextHop(null, INTERFACE));
    }

    @Override
    public synchronized void addVirtualIp(InetAddress virtualIp, int prefixLength, String interfaceName) {
        virtualIps.merge(new VirtualIp(virtualIp, prefixLength), 1, Integer::sum);
    }

    @Override
    public synchronized void deleteVirtualIp(InetAddress virtualIp, int prefixLength) throws KernelException {
        release(virtualIps, new VirtualIp(virtualIp, prefixLength));
    }

    @Override
    public synchronized void addRoute(Route route) {
        routes.merge(route, 1, Integer::sum);
    }

    @Override
    public synchronized void deleteRoute(Route route) throws KernelException {
        release(routes, route);
    }

    private static <K> void release(Map<K, Integer> users, K key) throws KernelException {
        if (!users.containsKey(key)) {
            throw new KernelException(ENOENT, "deletion of " + key + ": unknown");
        }
        users.computeIfPresent(key, (same, count) -> count == 1 ? null : count - 1);
    }

    private record VirtualIp(InetAddress address, int prefixLength) {}
}
