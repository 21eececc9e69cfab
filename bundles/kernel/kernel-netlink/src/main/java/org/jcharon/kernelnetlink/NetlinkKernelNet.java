// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernelnetlink;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.kernel.KernelEvents;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelHandover;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.processing.Dispatcher;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.Timer;
import org.jcharon.api.settings.Settings;
import org.jcharon.api.settings.SettingsListener;
import org.jcharon.api.wire.Secret;
import org.jcharon.api.wire.WireException;
import org.jcharon.lib.linux.Linux;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.NetlinkBuilder;
import org.jcharon.lib.linux.NetlinkEvents;
import org.jcharon.lib.linux.NetlinkSocket;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/**
 * Addresses, interfaces and routes over RTNETLINK. On the way out everything that it put into the system is taken back, and told
 * to the next version, which puts it there again.
 */
@Component
public final class NetlinkKernelNet implements KernelNet, SettingsListener {

    private static final Log LOG = Log.of("knl");
    private static final Duration ROAM_DELAY = Duration.ofMillis(100);

    private final Scheduler scheduler;
    private final KernelEvents kernelEvents;
    private final KernelHandover handover;
    private final Settings settings;
    private volatile NetSettings current; // publishes what was taken over last
    private final NetworkState state;
    private final NetlinkSocket socket;
    private final NetlinkEvents events;
    private final RouteLookup lookup;
    private final RouteInstaller routes;
    private final RoutingRule rule;
    private final VirtualIps virtualIps;
    private final Dispatcher dispatcher;
    private final Observer observer = new Observer();
    private final Object taking = new Object();
    private boolean left; // guarded by taking
    private final Object roaming = new Object();
    private Timer roam; // these three guarded by roaming
    private boolean roamAddress;
    private boolean stopped;

    /** Throws {@link IllegalStateException}, one line, if the kernel cannot be talked to. */
    @Activate
    public NetlinkKernelNet(
            @Reference(name = "linux") Linux linux,
            @Reference(name = "processor") Processor processor,
            @Reference(name = "scheduler") Scheduler scheduler,
            @Reference(name = "settings") Settings settings,
            @Reference(name = "events") KernelEvents kernelEvents,
            @Reference(name = "handover") KernelHandover handover) {
        this.scheduler = scheduler;
        this.kernelEvents = kernelEvents;
        this.handover = handover;
        this.settings = settings;
        this.current = NetSettings.from(settings);
        this.state = new NetworkState(name -> current.isUsable(name));
        NetlinkSocket opened = null;
        NetlinkEvents subscribed = null;
        boolean done = false;
        try {
            // First the events, then the dump: what happens in between is told twice rather than never.
            subscribed = linux.netlinkEvents(Linux.NETLINK_ROUTE, EventReader.groups(current));
            opened = linux.netlink(Linux.NETLINK_ROUTE);
            this.events = subscribed;
            this.socket = opened;
            readState();
            done = true;
        } catch (LinuxException e) {
            LOG.error("no RTNETLINK: {}", e.getMessage());
            throw new IllegalStateException("no RTNETLINK: " + e.getMessage(), e);
        } finally {
            if (!done) {
                closeIfOpen(subscribed, opened);
            }
        }
        this.lookup = new RouteLookup(socket, state, () -> current);
        this.routes = new RouteInstaller(socket, state, () -> current);
        this.rule = new RoutingRule(socket, current);
        this.virtualIps = new VirtualIps(socket, state);
        rule.add();
        handover.take(Handover.NAME, Handover.VERSION).ifPresent(this::restore);
        EventReader reader = new EventReader(events, state, () -> current, observer);
        this.dispatcher = processor.dispatcher("rtnetlink events", reader::run, events::wake);
    }

    private static void closeIfOpen(NetlinkEvents subscribed, NetlinkSocket opened) {
        if (subscribed != null) {
            subscribed.close();
        }
        if (opened != null) {
            opened.close();
        }
    }

    /** Takes over what does not need another table or other groups of events; routes and virtual IPs stay all the time. */
    @Override
    public void settingsChanged() {
        NetSettings read;
        try {
            read = NetSettings.from(settings);
        } catch (IllegalStateException e) {
            LOG.error("settings of kernel-netlink not taken over: {}", e.getMessage());
            return;
        }
        synchronized (taking) {
            if (left) {
                return;
            }
            NetSettings before = current;
            List<String> postponed = read.postponed(before);
            if (!postponed.isEmpty()) {
                LOG.control("changed, but not taken over before kernel-netlink is restarted: {}", postponed);
            }
            NetSettings next = read.running(before);
            current = next;
            if (!next.hasRuleOf(before)) {
                rule.replace(next);
            }
            if (!next.hasMetricsOf(before)) {
                routes.refresh();
            }
            if (!next.hasInterfacesOf(before) && state.reconsider()) {
                observer.changed(true);
            }
        }
    }

    /** Takes back rule, routes and virtual IPs. */
    @Deactivate
    public void deactivate() {
        synchronized (taking) {
            left = true;
        }
        synchronized (roaming) {
            stopped = true;
            if (roam != null) {
                roam.cancel();
            }
        }
        dispatcher.close();
        Handover rest = new Handover(routes.deleteAll(), virtualIps.deleteAll());
        rule.delete();
        if (!rest.isEmpty()) {
            handover.deposit(Handover.NAME, Handover.VERSION, rest.write());
        }
        events.close();
        socket.close();
    }

    private void restore(Secret deposit) {
        byte[] octets = deposit.reveal();
        deposit.close();
        try {
            Handover left = Handover.read(octets);
            left.virtualIps().forEach((virtualIp, users) -> {
                for (int i = 0; i < users; i++) {
                    logged(() -> virtualIps.add(virtualIp));
                }
            });
            left.routes().forEach((route, users) -> {
                for (int i = 0; i < users; i++) {
                    logged(() -> routes.add(route));
                }
            });
        } catch (WireException e) {
            LOG.error("state of the version before is not readable: {}", e.getMessage());
        }
    }

    private interface Step {
        void run() throws KernelException;
    }

    private static void logged(Step step) {
        try {
            step.run();
        } catch (KernelException e) {
            LOG.error("not restored: {}", e.getMessage());
        }
    }

    private void readState() throws LinuxException {
        NetlinkBuilder links = new NetlinkBuilder(Rt.GETLINK, 0, "RTM_GETLINK dump")
                .zeros(Rt.IFINFOMSG_OCTETS)
                .attributeU32(Rt.IFLA_EXT_MASK, Rt.EXT_FILTER_SKIP_STATS);
        NetlinkBuilder addresses = new NetlinkBuilder(Rt.GETADDR, 0, "RTM_GETADDR dump").zeros(Rt.IFADDRMSG_OCTETS);
        state.replace(socket.dump(links, Rt.TIMEOUT), socket.dump(addresses, Rt.TIMEOUT));
    }

    private final class Observer implements EventReader.Observer {
        @Override
        public void changed(boolean address) {
            synchronized (roaming) {
                roamAddress |= address;
                if (roam == null && !stopped) {
                    roam = scheduler.schedule(Job.of("roam", Priority.HIGH, NetlinkKernelNet.this::roam), ROAM_DELAY);
                }
            }
        }

        @Override
        public void lost() {
            try {
                readState();
            } catch (LinuxException e) {
                LOG.error("{}", e.getMessage());
            }
            changed(true);
        }
    }

    private void roam() {
        boolean address;
        synchronized (roaming) {
            if (stopped) {
                return;
            }
            address = roamAddress;
            roamAddress = false;
            roam = null;
        }
        routes.repair();
        if (current.roamEvents()) {
            kernelEvents.roam(address);
        }
    }

    @Override
    public List<InetAddress> localAddresses() {
        return state.regularAddresses();
    }

    @Override
    public boolean isLocal(InetAddress address) {
        return state.isLocal(address);
    }

    @Override
    public boolean isUsable(InetAddress local) {
        return !state.isExcluded(local);
    }

    @Override
    public Optional<String> interfaceOf(InetAddress address) {
        return state.linkOf(address).map(NetworkState.Link::name);
    }

    @Override
    public Optional<InetAddress> sourceAddress(InetAddress destination, InetAddress preferred) {
        return lookup.find(destination, given(preferred)).map(RouteLookup.Path::source);
    }

    @Override
    public Optional<NextHop> nextHop(InetAddress destination, InetAddress source) {
        return lookup.find(destination, given(source))
                .flatMap(path -> state.link(path.link()).map(link -> new NextHop(path.gateway(), link.name())));
    }

    /** 0.0.0.0 and :: wish for nothing in particular. */
    private static InetAddress given(InetAddress address) {
        return address == null || address.isAnyLocalAddress() ? null : address;
    }

    @Override
    public void addVirtualIp(InetAddress virtualIp, int prefixLength, String interfaceName) throws KernelException {
        virtualIps.add(new VirtualIps.VirtualIp(virtualIp, prefixLength, interfaceName));
    }

    @Override
    public void deleteVirtualIp(InetAddress virtualIp, int prefixLength) throws KernelException {
        virtualIps.delete(virtualIp, prefixLength);
    }

    @Override
    public void addRoute(Route route) throws KernelException {
        routes.add(route);
    }

    @Override
    public void deleteRoute(Route route) throws KernelException {
        routes.delete(route);
    }
}
