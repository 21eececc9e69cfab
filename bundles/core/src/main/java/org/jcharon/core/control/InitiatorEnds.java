// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.control;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.kernel.KernelRegistry;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.core.config.AddressPattern;
import org.jcharon.core.sa.IkePath;
import org.jcharon.core.sa.Ports;

/**
 * Where an IKE_SA that we initiate begins and ends: at the first address of the peer that an address of ours which the connection allows
 * leads to. Any thread; names are resolved outside the job pool, anew each time.
 */
public final class InitiatorEnds {

    private static final Duration RESOLVE_LIMIT = Duration.ofSeconds(10);
    private static final int RESOLVERS = 3;

    private final Processor processor;
    private final KernelRegistry kernel;
    private final IntSupplier port;
    private final Resolver resolver;

    /** How a name is looked up; may block. */
    interface Resolver {
        /** All addresses of a name; throws if it has none. */
        InetAddress[] resolve(String name) throws UnknownHostException;
    }

    /** An entry of a list of addresses, and what its name is resolved to; {@code failure} null: it has none or was resolved. */
    private record Entry(AddressPattern pattern, List<InetAddress> named, String failure) {

        /** The addresses that it names one by one; none for wildcards, prefixes and ranges. */
        List<InetAddress> definite() {
            TrafficSelector range = pattern.range();
            boolean one = range != null
                    && range.from().equals(range.to())
                    && !range.from().isAnyLocalAddress();
            return one ? List.of(range.from()) : named;
        }

        boolean isAnyone() {
            return pattern.any() && pattern.name().isEmpty();
        }
    }

    /** {@code port}: the port that the IKE socket is bound to. */
    public InitiatorEnds(Processor processor, KernelRegistry kernel, IntSupplier port) {
        this(processor, kernel, port, InetAddress::getAllByName);
    }

    InitiatorEnds(Processor processor, KernelRegistry kernel, IntSupplier port, Resolver resolver) {
        this.processor = processor;
        this.resolver = resolver;
        this.kernel = kernel;
        this.port = port;
    }

    /** The ends of a connection; fails if the peer has no definite address or we have none to reach it from. */
    public CompletionStage<IkePath> find(IkeConfig config) {
        return resolve(config.remoteAddresses(), "remote_addrs").thenCompose(remotes -> {
            List<InetAddress> addresses = remotes.stream()
                    .flatMap(entry -> entry.definite().stream())
                    .distinct()
                    .toList();
            if (addresses.isEmpty()) {
                return unknown(
                        failures(remotes).orElse("unable to initiate to %any: remote_addrs names no definite address"));
            }
            return resolve(config.localAddresses(), "local_addrs")
                    .thenCompose(locals -> ends(config, locals, addresses));
        });
    }

    private static Optional<String> failures(List<Entry> entries) {
        List<String> reasons = entries.stream()
                .map(Entry::failure)
                .filter(failure -> failure != null)
                .toList();
        return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", reasons));
    }

    private CompletionStage<IkePath> ends(IkeConfig config, List<Entry> locals, List<InetAddress> remotes) {
        for (InetAddress remote : remotes) {
            Optional<InetAddress> source = source(locals, remote);
            if (source.isPresent()) {
                int localPort = config.localPort() == Ports.IKE ? port.getAsInt() : config.localPort();
                return CompletableFuture.completedFuture(
                        new IkePath(new Endpoint(source.get(), localPort), new Endpoint(remote, config.remotePort())));
            }
        }
        Optional<InetAddress> foreign = locals.stream()
                .flatMap(entry -> entry.definite().stream())
                .filter(address -> remotes.stream().anyMatch(remote -> sameFamily(address, remote)))
                .findFirst();
        return unknown(failures(locals)
                .or(() -> foreign.map(
                        address -> "local_addrs: " + Addresses.text(address) + " is on no interface of this host"))
                .orElse("no route to " + Addresses.text(remotes.get(0)) + " with a source address of ours"));
    }

    private static boolean sameFamily(InetAddress one, InetAddress other) {
        return one.getAddress().length == other.getAddress().length;
    }

    /** The first that the connection names and this host has; where it leaves the choice, what the routes choose. */
    private Optional<InetAddress> source(List<Entry> locals, InetAddress remote) {
        if (locals.isEmpty()) {
            return chosen(remote);
        }
        for (Entry entry : locals) {
            Optional<InetAddress> source = entry.definite().stream()
                    .filter(address -> sameFamily(address, remote) && isOurs(address))
                    .findFirst();
            if (source.isEmpty() && entry.isAnyone()) {
                source = chosen(remote);
            } else if (source.isEmpty() && entry.pattern().range() != null) {
                source = within(entry.pattern().range(), remote);
            }
            if (source.isPresent()) {
                return source;
            }
        }
        // addresses of the other family only: they leave open which one is used for this one
        boolean otherFamily = locals.stream()
                .allMatch(entry -> !entry.definite().isEmpty()
                        && entry.definite().stream().noneMatch(address -> sameFamily(address, remote)));
        return otherFamily ? chosen(remote) : Optional.empty();
    }

    private boolean isOurs(InetAddress address) {
        return kernel.net().map(net -> net.isLocal(address)).orElse(true);
    }

    private Optional<InetAddress> chosen(InetAddress remote) {
        return kernel.net()
                .flatMap(net -> net.sourceAddress(remote, null))
                .or(() -> remote.isLoopbackAddress() ? Optional.of(remote) : Optional.empty());
    }

    private Optional<InetAddress> within(TrafficSelector range, InetAddress remote) {
        Optional<InetAddress> choice = chosen(remote).filter(range::contains);
        if (choice.isPresent() || kernel.net().isEmpty()) {
            return choice;
        }
        KernelNet net = kernel.net().get();
        return net.localAddresses().stream()
                .filter(address -> sameFamily(address, remote) && range.contains(address))
                .filter(address -> net.sourceAddress(remote, address)
                        .filter(address::equals)
                        .isPresent())
                .findFirst();
    }

    private static <T> CompletionStage<T> unknown(String reason) {
        return CompletableFuture.failedFuture(new UnknownHostException(reason));
    }

    private CompletionStage<List<Entry>> resolve(List<String> configured, String key) {
        CompletionStage<List<Entry>> all = CompletableFuture.completedFuture(new ArrayList<>());
        for (String text : configured) {
            AddressPattern pattern = AddressPattern.parse(text);
            // one after the other, as many at once would be refused
            all = all.thenCompose(entries -> resolve(pattern, key).thenApply(entry -> {
                entries.add(entry);
                return entries;
            }));
        }
        return all;
    }

    private CompletionStage<Entry> resolve(AddressPattern pattern, String key) {
        String name = pattern.name();
        if (name.isEmpty()) {
            return CompletableFuture.completedFuture(new Entry(pattern, List.of(), null));
        }
        return processor
                .blocking("resolver", RESOLVERS, RESOLVE_LIMIT, () -> Arrays.asList(resolver.resolve(name)))
                .handle((addresses, failure) -> failure == null
                        ? new Entry(pattern, addresses, null)
                        : new Entry(pattern, List.of(), key + ": no address found for '" + name + "'"));
    }
}
