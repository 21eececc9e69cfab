// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernelnetlink;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.NetlinkAttributes;
import org.jcharon.lib.linux.NetlinkBuilder;
import org.jcharon.lib.linux.NetlinkMessage;
import org.jcharon.lib.linux.NetlinkSocket;

/**
 * Where packets to a destination would go if our own routes were not there. The kernel is asked first; only where its answer
 * comes from our table, or does not suit the source that is wanted, all routes are dumped and looked through. Any thread.
 */
final class RouteLookup {

    /**
     * A way out.
     *
     * @param source usable address of ours
     * @param gateway null on the link itself
     * @param link interface index
     */
    record Path(InetAddress source, InetAddress gateway, int link) {}

    private record Candidate(int prefixLength, int metric, int link, InetAddress gateway, InetAddress source) {}

    private static final Log LOG = Log.of("knl");
    private static final int MAX_DEPTH = 2;

    private final NetlinkSocket socket;
    private final NetworkState state;
    private final Supplier<NetSettings> settings;

    RouteLookup(NetlinkSocket socket, NetworkState state, Supplier<NetSettings> settings) {
        this.socket = socket;
        this.state = state;
        this.settings = settings;
    }

    /** @param preferred source to be kept if a way exists from it; null for none */
    Optional<Path> find(InetAddress destination, InetAddress preferred) {
        try {
            return find(destination, preferred, 0);
        } catch (LinuxException e) {
            LOG.error("route to {} not found: {}", Addresses.text(destination), e.getMessage());
            return Optional.empty();
        }
    }

    private Optional<Path> find(InetAddress destination, InetAddress preferred, int depth) throws LinuxException {
        Optional<Path> asked = ask(destination);
        if (asked.isPresent() && (preferred == null || suits(asked.get(), preferred))) {
            return asked.map(path -> preferred == null ? path : new Path(preferred, path.gateway(), path.link()));
        }
        List<Candidate> candidates = candidates(destination);
        if (preferred != null) {
            for (Candidate candidate : candidates) {
                if (preferred.equals(candidate.source()) || state.isOn(preferred, candidate.link())) {
                    return Optional.of(new Path(preferred, candidate.gateway(), candidate.link()));
                }
            }
        }
        if (asked.isPresent()) {
            return asked;
        }
        for (Candidate candidate : candidates) {
            Optional<InetAddress> source = source(candidate, destination, depth);
            if (source.isPresent()) {
                return Optional.of(new Path(source.get(), candidate.gateway(), candidate.link()));
            }
        }
        return Optional.empty();
    }

    /** On the interface of the path itself, or on loopback, which stands for every interface. */
    private boolean suits(Path path, InetAddress preferred) {
        return !state.isVirtual(preferred)
                && (preferred.equals(path.source())
                        || state.isOn(preferred, path.link())
                        || state.linkOf(preferred)
                                .filter(NetworkState.Link::loopback)
                                .isPresent());
    }

    private Optional<InetAddress> source(Candidate candidate, InetAddress destination, int depth)
            throws LinuxException {
        if (candidate.source() != null) {
            return Optional.of(candidate.source());
        }
        InetAddress near = candidate.gateway() == null ? destination : candidate.gateway();
        Optional<InetAddress> found = state.sourceOn(candidate.link(), near);
        if (found.isPresent() || candidate.gateway() == null || depth == MAX_DEPTH) {
            return found;
        }
        return find(candidate.gateway(), null, depth + 1).map(Path::source);
    }

    /** The kernel's own choice, rules and all; nothing if it is one of our routes or a virtual IP. */
    private Optional<Path> ask(InetAddress destination) throws LinuxException {
        NetlinkBuilder request = new NetlinkBuilder(Rt.GETROUTE, 0, "RTM_GETROUTE " + Addresses.text(destination))
                .u8(Rt.family(destination))
                .u8(Rt.bits(destination))
                .zeros(6)
                .u32(Rt.RTM_F_LOOKUP_TABLE)
                .attribute(Rt.RTA_DST, destination.getAddress());
        if (destination instanceof Inet6Address scoped && scoped.getScopeId() != 0) {
            request.attributeU32(Rt.RTA_OIF, scoped.getScopeId());
        }
        List<NetlinkMessage> answers;
        try {
            answers = socket.request(request, Rt.TIMEOUT);
        } catch (LinuxException e) {
            LOG.more("{}", e.getMessage());
            return Optional.empty(); // no route by the rules: another table may still have one
        }
        for (NetlinkMessage answer : answers) {
            NetlinkAttributes attributes = answer.attributes(Rt.RTMSG_OCTETS);
            int type = answer.u8(7);
            int table = attributes.u32(Rt.RTA_TABLE, answer.u8(4));
            int link = attributes.u32(Rt.RTA_OIF, 0);
            boolean known = type == Rt.RTN_UNICAST && isForeign(table) && state.isUsable(link) || type == Rt.RTN_LOCAL;
            if (!known) {
                continue;
            }
            InetAddress gateway = address(attributes, Rt.RTA_GATEWAY);
            InetAddress source = address(attributes, Rt.RTA_PREFSRC);
            if (source == null || source.isAnyLocalAddress()) {
                source = state.sourceOn(link, gateway == null ? destination : gateway)
                        .orElse(null);
            }
            if (source != null && !state.isVirtual(source)) {
                return Optional.of(new Path(source, gateway, link));
            }
        }
        return Optional.empty();
    }

    private boolean isForeign(int table) {
        return table != settings.get().table() && !settings.get().ignoreTables().contains(table);
    }

    private List<Candidate> candidates(InetAddress destination) throws LinuxException {
        NetlinkBuilder request = new NetlinkBuilder(Rt.GETROUTE, 0, "RTM_GETROUTE dump")
                .u8(Rt.family(destination))
                .zeros(11);
        List<Candidate> found = new ArrayList<>();
        for (NetlinkMessage route : socket.dump(request, Rt.TIMEOUT)) {
            if (route.type() == Rt.NEWROUTE) {
                collect(route, destination, found);
            }
        }
        found.sort(Comparator.comparingInt(Candidate::prefixLength)
                .reversed()
                .thenComparing(Comparator.comparingLong(candidate -> Integer.toUnsignedLong(candidate.metric()))));
        return found;
    }

    private void collect(NetlinkMessage route, InetAddress destination, List<Candidate> found) throws LinuxException {
        NetlinkAttributes attributes = route.attributes(Rt.RTMSG_OCTETS);
        int prefixLength = route.u8(1);
        int table = attributes.u32(Rt.RTA_TABLE, route.u8(4));
        boolean wanted = route.u8(7) == Rt.RTN_UNICAST
                && (route.u32(8) & (Rt.RTM_F_CLONED | Rt.RTNH_F_DEAD)) == 0
                && table != Rt.RT_TABLE_LOCAL
                && isForeign(table)
                && matches(attributes, destination, prefixLength);
        if (!wanted) {
            return;
        }
        InetAddress source = address(attributes, Rt.RTA_PREFSRC);
        if (source != null && (state.isVirtual(source) || !state.isLocal(source))) {
            return;
        }
        int metric = attributes.u32(Rt.RTA_PRIORITY, 0);
        Optional<byte[]> hops = attributes.octets(Rt.RTA_MULTIPATH);
        if (hops.isPresent()) {
            for (NextHopReader.Hop hop : NextHopReader.read(hops.get())) {
                add(found, prefixLength, metric, hop.link(), hop.gateway(), source);
            }
        } else {
            add(
                    found,
                    prefixLength,
                    metric,
                    attributes.u32(Rt.RTA_OIF, 0),
                    address(attributes, Rt.RTA_GATEWAY),
                    source);
        }
    }

    private void add(
            List<Candidate> found, int prefixLength, int metric, int link, InetAddress gateway, InetAddress source) {
        if (state.isUsable(link)) {
            found.add(new Candidate(prefixLength, metric, link, gateway, source));
        }
    }

    private static boolean matches(NetlinkAttributes attributes, InetAddress destination, int prefixLength) {
        return attributes
                .octets(Rt.RTA_DST)
                .map(prefix -> Rt.samePrefix(prefix, destination.getAddress(), prefixLength))
                .orElse(prefixLength == 0);
    }

    private static InetAddress address(NetlinkAttributes attributes, int type) throws LinuxException {
        Optional<byte[]> octets = attributes.octets(type);
        return octets.isPresent() ? Rt.address(octets.get()) : null;
    }
}
