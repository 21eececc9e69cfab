// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.network;

import java.net.InetAddress;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.kernel.KernelRegistry;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/**
 * Refuses packets to addresses of interfaces that {@code charon.interfaces_use} and {@code charon.interfaces_ignore}
 * exclude. Without a kernel interface nothing is known of interfaces, and nothing is refused. Any thread.
 */
@Component(service = InterfaceFilter.class, immediate = true)
public final class InterfaceFilter {

    private final KernelRegistry kernel;

    /** Asks whoever is {@code kernel}'s interface to the network at the moment. */
    @Activate
    public InterfaceFilter(@Reference(name = "kernel") KernelRegistry kernel) {
        this.kernel = kernel;
    }

    /** Whether a packet to {@code local} is to be dropped. */
    boolean refuses(InetAddress local) {
        KernelNet net = kernel.net().orElse(null);
        try {
            return net != null && !net.isUsable(local);
        } catch (LinkageError gone) { // the plugin was updated in this moment
            return false;
        }
    }
}
