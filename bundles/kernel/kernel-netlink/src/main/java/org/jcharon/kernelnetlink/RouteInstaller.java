// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernelnetlink;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelNet.Route;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.NetlinkAttributes;
import org.jcharon.lib.linux.NetlinkBuilder;
import org.jcharon.lib.linux.NetlinkMessage;
import org.jcharon.lib.linux.NetlinkSocket;

/**
 * Our routes. The kernel's table has one route for a destination; where several of ours want the same one, the newest is
 * installed, and when it goes the one before it comes back. Any thread.
 */
final class RouteInstaller {

    private record Prefix(InetAddress destination, int length) {}

    private static final Log LOG = Log.of("knl");

    private final NetlinkSocket socket;
    private final NetworkState state;
    private final Supplier<NetSettings> settings;
    // Users of each route, oldest route first; guarded by this.
    private final Map<Prefix, LinkedHashMap<Route, Integer>> routes = new LinkedHashMap<>();

    RouteInstaller(NetlinkSocket socket, NetworkState state, Supplier<NetSettings> settings) {
        this.socket = socket;
        this.state = state;
        this.settings = settings;
    }

    synchronized void add(Route route) throws KernelException {
        if (route.prefixLength() < 0 || route.prefixLength() > Rt.bits(route.destination())) {
            throw new KernelException(0, "route " + text(route) + ": prefix of " + route.prefixLength() + " bits");
        }
        if (route.isBypass() && settings.get().table() == 0) {
            throw new KernelException(
                    Errno.EINVAL,
                    "route " + text(route) + ": without a routing table of our own nothing can go past it");
        }
        Prefix prefix = prefix(route);
        LinkedHashMap<Route, Integer> rivals = routes.get(prefix);
        if (rivals != null && rivals.containsKey(route)) {
            rivals.merge(route, 1, Integer::sum);
            return;
        }
        install(route);
        routes.computeIfAbsent(prefix, none -> new LinkedHashMap<>()).put(route, 1);
        LOG.more("installed route {}", text(route));
    }

    synchronized void delete(Route route) throws KernelException {
        Prefix prefix = prefix(route);
        LinkedHashMap<Route, Integer> rivals = routes.get(prefix);
        Integer users = rivals == null ? null : rivals.get(route);
        if (users == null) {
            throw new KernelException(Errno.ESRCH, "delete route " + text(route) + ": not installed by us");
        }
        if (users > 1) {
            rivals.put(route, users - 1);
            return;
        }
        boolean installed = newest(rivals).equals(route);
        rivals.remove(route);
        if (!rivals.isEmpty()) {
            if (installed) {
                install(newest(rivals));
            }
            return;
        }
        routes.remove(prefix);
        uninstall(route);
        LOG.more("deleted route {}", text(route));
    }

    /**
     * Removes everything; errors are logged.
     *
     * @return the routes and their users
     */
    synchronized Map<Route, Integer> deleteAll() {
        Map<Route, Integer> all = new LinkedHashMap<>();
        for (LinkedHashMap<Route, Integer> rivals : routes.values()) {
            all.putAll(rivals);
            try {
                uninstall(newest(rivals));
            } catch (KernelException e) {
                LOG.control("{}", e.getMessage());
            }
        }
        routes.clear();
        return all;
    }

    /** Installs everything again, with the metrics of new settings. */
    synchronized void refresh() {
        routes.values().forEach(rivals -> reinstall(newest(rivals)));
    }

    /** Puts back what the kernel dropped, as it does when an interface goes down. */
    synchronized void repair() {
        if (routes.isEmpty()) {
            return;
        }
        try {
            Set<Prefix> present = present();
            for (LinkedHashMap<Route, Integer> rivals : routes.values()) {
                Route route = newest(rivals);
                if (!present.contains(prefix(route)) && settings.get().table() != 0) {
                    reinstall(route);
                }
            }
        } catch (LinuxException e) {
            LOG.error("{}", e.getMessage());
        }
    }

    private void reinstall(Route route) {
        try {
            install(route);
            LOG.more("installed route {} again", text(route));
        } catch (KernelException e) {
            LOG.more("{}", e.getMessage()); // its interface is still down
        }
    }

    private Set<Prefix> present() throws LinuxException {
        Set<Prefix> present = new HashSet<>();
        for (int family : new int[] {Rt.AF_INET, Rt.AF_INET6}) {
            NetlinkBuilder request = new NetlinkBuilder(
                            Rt.GETROUTE,
                            0,
                            "RTM_GETROUTE table " + settings.get().table())
                    .u8(family)
                    .zeros(11)
                    .attributeU32(Rt.RTA_TABLE, settings.get().table());
            List<NetlinkMessage> dump;
            try {
                dump = socket.dump(request, Rt.TIMEOUT);
            } catch (LinuxException e) {
                if (e.errno() == Errno.ENOENT) {
                    continue; // no such table
                }
                throw e;
            }
            for (NetlinkMessage message : dump) {
                NetlinkAttributes attributes = message.attributes(Rt.RTMSG_OCTETS);
                if (attributes.u32(Rt.RTA_TABLE, message.u8(4))
                        == settings.get().table()) {
                    byte[] any = new byte[family == Rt.AF_INET ? 4 : 16];
                    present.add(
                            new Prefix(Rt.address(attributes.octets(Rt.RTA_DST).orElse(any)), message.u8(1)));
                }
            }
        }
        return present;
    }

    private void install(Route route) throws KernelException {
        NetworkState.Link link = null;
        if (route.interfaceName() != null) {
            link = state.link(route.interfaceName())
                    .orElseThrow(() -> new KernelException(
                            Errno.ENODEV, "add route " + text(route) + ": no interface " + route.interfaceName()));
        }
        int flags = NetlinkBuilder.NLM_F_CREATE | NetlinkBuilder.NLM_F_REPLACE;
        for (Prefix part : parts(route)) {
            NetlinkBuilder request = request(Rt.NEWROUTE, flags, "add route " + text(route), part, type(route));
            if (route.source() != null) {
                request.attribute(Rt.RTA_PREFSRC, route.source().getAddress());
            }
            if (route.gateway() != null && !route.gateway().isAnyLocalAddress()) {
                request.attribute(Rt.RTA_GATEWAY, route.gateway().getAddress());
            }
            if (link != null) {
                request.attributeU32(Rt.RTA_OIF, link.index());
            }
            if (route.isBypass()) {
                send(request);
                continue;
            }
            if (settings.get().mtu() > 0 || settings.get().mss() > 0) {
                request.nested(Rt.RTA_METRICS, this::metrics);
            }
            send(request);
        }
    }

    private void metrics(NetlinkBuilder builder) {
        if (settings.get().mtu() > 0) {
            builder.attributeU32(Rt.RTAX_MTU, settings.get().mtu());
        }
        if (settings.get().mss() > 0) {
            builder.attributeU32(Rt.RTAX_ADVMSS, settings.get().mss());
        }
    }

    private void uninstall(Route route) throws KernelException {
        for (Prefix part : parts(route)) {
            try {
                send(request(Rt.DELROUTE, 0, "delete route " + text(route), part, type(route)));
            } catch (KernelException e) {
                if (e.errno() != Errno.ESRCH) {
                    throw e; // else the kernel dropped it already, with its interface or source address
                }
            }
        }
    }

    private static int type(Route route) {
        return route.isBypass() ? Rt.RTN_THROW : Rt.RTN_UNICAST;
    }

    private NetlinkBuilder request(int type, int flags, String name, Prefix prefix, int routeType) {
        int table =
                settings.get().table() == 0 ? Rt.RT_TABLE_MAIN : settings.get().table();
        boolean wide = table > 255;
        NetlinkBuilder request = new NetlinkBuilder(type, flags, name)
                .u8(Rt.family(prefix.destination()))
                .u8(prefix.length())
                .zeros(2)
                .u8(wide ? 0 : table)
                .u8(Rt.RTPROT_STATIC)
                .u8(0)
                .u8(routeType)
                .u32(0)
                .attribute(Rt.RTA_DST, prefix.destination().getAddress());
        return wide ? request.attributeU32(Rt.RTA_TABLE, table) : request;
    }

    /** A default route of ours in the main table must not replace the one that is there: two halves beat it instead. */
    private List<Prefix> parts(Route route) {
        Prefix whole = prefix(route);
        if (settings.get().table() != 0 || whole.length() != 0) {
            return List.of(whole);
        }
        byte[] upper = whole.destination().getAddress();
        upper[0] = (byte) 0x80;
        List<Prefix> halves = new ArrayList<>();
        halves.add(new Prefix(whole.destination(), 1));
        try {
            halves.add(new Prefix(Rt.address(upper), 1));
        } catch (LinuxException e) {
            throw new IllegalStateException(e);
        }
        return halves;
    }

    private void send(NetlinkBuilder request) throws KernelException {
        try {
            socket.request(request, Rt.TIMEOUT);
        } catch (LinuxException e) {
            throw new KernelException(e.errno(), e.getMessage(), e);
        }
    }

    /** With the bits behind the prefix cleared: the kernel refuses others. */
    private static Prefix prefix(Route route) {
        byte[] octets = route.destination().getAddress();
        int length = route.prefixLength();
        for (int i = 0; i < octets.length; i++) {
            int kept = Math.max(0, Math.min(8, length - 8 * i));
            octets[i] &= (byte) (0xFF00 >> kept);
        }
        try {
            return new Prefix(Rt.address(octets), length);
        } catch (LinuxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Route newest(Map<Route, Integer> rivals) {
        Route last = null;
        for (Route route : rivals.keySet()) {
            last = route;
        }
        return last;
    }

    static String text(Route route) {
        return Addresses.text(route.destination()) + "/" + route.prefixLength()
                + (route.gateway() == null ? "" : " via " + Addresses.text(route.gateway()))
                + (route.isBypass() ? " throw" : "")
                + (route.interfaceName() == null ? "" : " dev " + route.interfaceName())
                + (route.source() == null ? "" : " src " + Addresses.text(route.source()));
    }
}
