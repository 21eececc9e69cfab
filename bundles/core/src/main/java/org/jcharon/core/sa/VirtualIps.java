// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.net.InetAddress;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelNet;

/** Installs virtual IPs that a peer assigned to us. Lease held. */
public final class VirtualIps {

    private static final Log LOG = Log.of("ike");

    private VirtualIps() {}

    /** Installs one on the interface that leads to the peer; false if that failed. */
    public static boolean install(IkeSa ike, InetAddress address) {
        Optional<KernelNet> net = ike.services().kernel().net();
        if (net.isEmpty()) {
            LOG.control(
                    "installing virtual IP {} failed: no kernel interface for addresses is active",
                    Addresses.text(address));
            return false;
        }
        try {
            String device = net.get().interfaceOf(ike.local().address()).orElse("lo");
            LOG.control("installing new virtual IP {}", Addresses.text(address));
            net.get().addVirtualIp(address, address.getAddress().length * 8, device);
            ike.localVirtualIps().add(address);
            return true;
        } catch (KernelException e) {
            LOG.control("installing virtual IP {} failed: {}", Addresses.text(address), e.getMessage());
            return false;
        }
    }

    static void uninstall(IkeSa ike) {
        for (InetAddress address : ike.localVirtualIps()) {
            ike.services().kernel().net().ifPresent(net -> {
                try {
                    net.deleteVirtualIp(address, address.getAddress().length * 8);
                } catch (KernelException e) {
                    LOG.control("removing virtual IP {} failed: {}", Addresses.text(address), e.getMessage());
                }
            });
        }
    }
}
