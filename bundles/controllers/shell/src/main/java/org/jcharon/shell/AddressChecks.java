// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.kernel.KernelRegistry;
import org.jcharon.api.processing.Processor;

/** Looks at sockets, addresses and the route of a connection. For one call; waits in the caller's thread. */
final class AddressChecks {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final int RESOLVERS = 3;

    private final KernelRegistry kernel;
    private final Processor processor;
    private final List<Check> checks = new ArrayList<>();
    private InetAddress local;
    private InetAddress remote;

    AddressChecks(KernelRegistry kernel, Processor processor) {
        this.kernel = kernel;
        this.processor = processor;
    }

    /** {@code statistics} of the daemon tell of the sockets. */
    List<Check> of(IkeConfig ike, Map<String, Long> statistics) {
        long port = statistics.getOrDefault("sockets.port", 0L);
        checks.add(
                port > 0
                        ? Check.ok(
                                "socket",
                                "UDP ports " + port + " and " + statistics.getOrDefault("sockets.nat-port", 0L)
                                        + " are bound")
                        : Check.missing(
                                "socket",
                                "no UDP socket is bound",
                                "look for 'NET' lines of the log: another daemon may hold the ports, or a right is missing"));
        remote = first("remote address", ike.remoteAddresses());
        local = first("local address", ike.localAddresses());
        Optional<KernelNet> net = kernel.net();
        if (net.isEmpty()) {
            checks.add(Check.missing("route", "nothing knows addresses and routes", "install jcharon-kernel-netlink"));
            return checks;
        }
        route(net.get());
        return checks;
    }

    private void route(KernelNet net) {
        if (remote == null) {
            checks.add(Check.note("remote address", "any: this connection only answers, it cannot initiate"));
            return;
        }
        if (local != null && !net.isLocal(local)) {
            checks.add(Check.missing(
                    "local address",
                    Addresses.text(local) + " is on no interface of this host",
                    "set local_addrs to one of " + addresses(net) + ", or leave it away"));
        }
        Optional<InetAddress> source = net.sourceAddress(remote, local);
        Optional<KernelNet.NextHop> hop = net.nextHop(remote, local);
        if (source.isEmpty() && !remote.isLoopbackAddress()) {
            checks.add(Check.missing(
                    "route",
                    "none to " + Addresses.text(remote),
                    "add a route to the peer, or bring the interface up"));
            return;
        }
        local = local == null ? source.orElse(remote) : local;
        if (net.isLocal(local)) {
            checks.add(Check.ok("local address", Addresses.text(local)));
        }
        checks.add(Check.ok(
                "route",
                "to " + Addresses.text(remote)
                        + hop.map(next -> (next.gateway() == null ? "" : " via " + Addresses.text(next.gateway()))
                                        + " on "
                                        + next.interfaceName())
                                .orElse("")));
    }

    private static String addresses(KernelNet net) {
        return String.join(
                ", ",
                net.localAddresses().stream().map(InetAddress::getHostAddress).toList());
    }

    private InetAddress first(String what, List<String> configured) {
        for (String text : configured) {
            Optional<InetAddress> literal = Addresses.literal(text);
            boolean pattern = text.startsWith("%")
                    || text.indexOf('/') >= 0
                    || (literal.isEmpty()
                            && Addresses.literal(text.split("-", 2)[0]).isPresent());
            if (literal.isPresent() && !literal.get().isAnyLocalAddress()) {
                if (what.startsWith("remote")) {
                    checks.add(Check.ok(what, Addresses.text(literal.get())));
                }
                return literal.get();
            }
            if (!pattern && literal.isEmpty()) {
                return resolved(what, text);
            }
        }
        return null;
    }

    private InetAddress resolved(String what, String name) {
        try {
            InetAddress found = Waiting.await(
                    processor.blocking("resolver", RESOLVERS, LIMIT, () -> InetAddress.getByName(name)), LIMIT);
            checks.add(Check.ok(what, name + " is " + Addresses.text(found)));
            return found;
        } catch (CommandFailed e) {
            checks.add(Check.missing(what, "'" + name + "' has no address", "correct the name, or look at DNS"));
            return null;
        }
    }

    /** Our end, null if not known. */
    InetAddress local() {
        return local;
    }

    /** Peer's end, null if not known. */
    InetAddress remote() {
        return remote;
    }
}
