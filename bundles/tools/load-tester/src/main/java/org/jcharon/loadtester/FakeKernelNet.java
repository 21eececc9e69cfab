// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.kernel.KernelNet;

/** A system on which every address is local and nothing is installed: virtual IPs of thousands of peers would disturb a real one. */
final class FakeKernelNet implements KernelNet {

    private static final String INTERFACE = "lo";

    @Override
    public List<InetAddress> localAddresses() {
        return List.of();
    }

    @Override
    public boolean isLocal(InetAddress address) {
        return true;
    }

    @Override
    public Optional<String> interfaceOf(InetAddress address) {
        return Optional.of(INTERFACE);
    }

    @Override
    public Optional<InetAddress> sourceAddress(InetAddress destination, InetAddress preferred) {
        return Optional.ofNullable(preferred);
    }

    @Override
    public Optional<NextHop> nextHop(InetAddress destination, InetAddress source) {
        return Optional.of(new NextHop(null, INTERFACE));
    }

    @Override
    public void addVirtualIp(InetAddress virtualIp, int prefixLength, String interfaceName) {
        // nothing is installed
    }

    @Override
    public void deleteVirtualIp(InetAddress virtualIp, int prefixLength) {
        // nothing was installed
    }

    @Override
    public void addRoute(Route route) {
        // nothing is installed
    }

    @Override
    public void deleteRoute(Route route) {
        // nothing was installed
    }
}
