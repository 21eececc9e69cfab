// SPDX-License-Identifier: Apache-2.0
package org.jcharon.socketdefault;

import java.util.function.Supplier;
import org.jcharon.api.bus.Log;
import org.jcharon.api.lifecycle.Obstacle;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.settings.Settings;
import org.jcharon.api.settings.SettingsListener;
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
        service = SettingsListener.class,
        property = "osgi.ds.satisfying.condition.target=(osgi.condition.id=jcharon.configured)")
public final class SocketComponent implements SettingsListener {

    private static final Log LOG = Log.of("net");

    private final BundleContext context;
    private final Supplier<DefaultSocket> opener;
    private final Supplier<SocketSettings> configured;
    private DefaultSocket socket; // these three guarded by this
    private ServiceRegistration<?> registration; // of the socket, or of what is in its way
    private boolean left;

    /** Binds, or logs why not. */
    @Activate
    public SocketComponent(
            BundleContext context,
            @Reference(name = "linux") Linux linux,
            @Reference(name = "processor") Processor processor,
            @Reference(name = "scheduler") Scheduler scheduler,
            @Reference(name = "settings") Settings settings) {
        this.context = context;
        this.opener = () -> new DefaultSocket(linux, processor, scheduler, settings);
        this.configured = () -> SocketSettings.from(settings);
        bind();
    }

    private synchronized void bind() {
        try {
            socket = opener.get();
            register(IkeSocket.class, socket);
        } catch (IllegalStateException e) {
            LOG.error("no IKE socket: {}", e.getMessage());
            register(Obstacle.class, new Obstacle(Obstacle.What.SOCKET, e.getMessage()));
        }
    }

    private <T> void register(Class<T> type, T service) {
        if (registration != null) {
            registration.unregister();
        }
        registration = context.registerService(type, service, null);
    }

    /** Takes over what can be, or tries again to bind what could not be bound. */
    @Override
    public synchronized void settingsChanged() {
        if (left) {
            return;
        }
        if (socket == null) {
            bind();
            return;
        }
        try {
            socket.change(configured.get());
        } catch (IllegalStateException e) {
            LOG.error("settings of socket-default not taken over: {}", e.getMessage());
        }
    }

    /** Withdraws the service, then ends the readers. */
    @Deactivate
    synchronized void deactivate() {
        left = true;
        registration.unregister();
        if (socket != null) {
            socket.close();
        }
    }
}
