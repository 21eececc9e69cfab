// SPDX-License-Identifier: Apache-2.0
package org.jcharon.socketdefault;

import org.jcharon.api.bus.Log;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.settings.Settings;
import org.jcharon.api.socket.IkeSocket;
import org.jcharon.lib.linux.Linux;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Binds the sockets once the configuration is read and registers the service by hand: a port in use is then one line of the log, while an
 * exception out of a component would be reported by each of its users.
 */
@Component(
        immediate = true,
        service = {},
        property = "osgi.ds.satisfying.condition.target=(osgi.condition.id=jcharon.configured)")
public final class SocketComponent {

    private static final Log LOG = Log.of("net");

    private final DefaultSocket socket;
    private final ServiceRegistration<IkeSocket> registration;

    /** Binds, or logs why not. */
    @Activate
    public SocketComponent(
            BundleContext context,
            @Reference(name = "linux") Linux linux,
            @Reference(name = "processor") Processor processor,
            @Reference(name = "scheduler") Scheduler scheduler,
            @Reference(name = "settings") Settings settings) {
        DefaultSocket bound = null;
        try {
            bound = new DefaultSocket(linux, processor, scheduler, settings);
        } catch (IllegalStateException e) {
            LOG.error("no IKE socket: {}", e.getMessage());
        }
        socket = bound;
        registration = bound == null ? null : context.registerService(IkeSocket.class, bound, null);
    }

    /** Withdraws the service, then ends the readers. */
    @Deactivate
    void deactivate() {
        if (socket != null) {
            registration.unregister();
            socket.close();
        }
    }
}
