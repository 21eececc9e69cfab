// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.control;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.IntSupplier;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.kernel.KernelRegistry;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.socket.Endpoint;

/** Where an IKE_SA that we initiate begins and ends. Any thread; names are resolved outside the job pool. */
public final class InitiatorEnds {

    private static final Duration RESOLVE_LIMIT = Duration.ofSeconds(10);
    private static final int RESOLVERS = 3;
    private static final int IKE_PORT = 500;

    private final Processor processor;
    private final KernelRegistry kernel;
    private final IntSupplier port;

    /** Both ends. */
    public record Ends(Endpoint local, Endpoint remote) {}

    /** {@code port}: the port that the IKE socket is bound to. */
    public InitiatorEnds(Processor processor, KernelRegistry kernel, IntSupplier port) {
        this.processor = processor;
        this.kernel = kernel;
        this.port = port;
    }

    /** The ends of a connection; fails if the peer has no definite address or we have none to reach it from. */
    public CompletionStage<Ends> find(IkeConfig config) {
        return resolve(config.remoteAddresses(), "remote_addrs").thenCompose(remote -> {
            if (remote.isEmpty()) {
                return unknown("unable to initiate to %any: remote_addrs names no definite address");
            }
            return resolve(config.localAddresses(), "local_addrs")
                    .thenCompose(local -> ends(config, local, remote.get()));
        });
    }

    private CompletionStage<Ends> ends(IkeConfig config, Optional<InetAddress> local, InetAddress remote) {
        Optional<InetAddress> source = local.filter(a -> a.getAddress().length == remote.getAddress().length)
                .or(() -> kernel.net().flatMap(net -> net.sourceAddress(remote, null)))
                .or(() -> remote.isLoopbackAddress() ? Optional.of(remote) : Optional.empty());
        if (source.isEmpty()) {
            return unknown("no route to " + remote.getHostAddress() + " with a source address of ours");
        }
        Optional<KernelNet> net = kernel.net();
        if (net.isPresent() && !net.get().isLocal(source.get())) {
            return unknown("local_addrs: " + source.get().getHostAddress() + " is on no interface of this host");
        }
        int localPort = config.localPort() == IKE_PORT ? port.getAsInt() : config.localPort();
        return CompletableFuture.completedFuture(
                new Ends(new Endpoint(source.get(), localPort), new Endpoint(remote, config.remotePort())));
    }

    private static <T> CompletionStage<T> unknown(String reason) {
        return CompletableFuture.failedFuture(new UnknownHostException(reason));
    }

    /** The first definite address; empty if there are only wildcards, prefixes and ranges. */
    private CompletionStage<Optional<InetAddress>> resolve(List<String> configured, String key) {
        for (String text : configured) {
            Optional<InetAddress> literal = Addresses.literal(text);
            if (literal.isPresent()) {
                return CompletableFuture.completedFuture(literal.filter(address -> !address.isAnyLocalAddress()));
            }
            boolean pattern = text.startsWith("%")
                    || text.indexOf('/') >= 0
                    || Addresses.literal(text.split("-", 2)[0]).isPresent();
            if (!pattern) {
                return processor.blocking("resolver", RESOLVERS, RESOLVE_LIMIT, () -> lookUp(text, key));
            }
        }
        return CompletableFuture.completedFuture(Optional.empty());
    }

    private static Optional<InetAddress> lookUp(String name, String key) throws UnknownHostException {
        try {
            return Optional.of(InetAddress.getByName(name));
        } catch (UnknownHostException e) {
            UnknownHostException named = new UnknownHostException(key + ": no address found for '" + name + "'");
            named.initCause(e);
            throw named;
        }
    }
}
