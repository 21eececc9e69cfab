// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.attribute.AttributeManager;
import org.jcharon.api.attribute.ConfigurationAttribute;
import org.jcharon.api.attribute.PoolInfo;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.credential.Identification;

/** One pool, 10.3.0.1 and up; leases that are not given back are leaks. */
final class FakePools implements AttributeManager {

    private static final InetAddress FIRST = Addresses.literal("10.3.0.1").orElseThrow();

    final List<InetAddress> leases = new ArrayList<>();
    private final List<Runnable> held = new ArrayList<>();
    private boolean holding;
    private int given;

    /** From now on leases are granted only by {@link #release()}. */
    void hold() {
        holding = true;
    }

    void release() {
        holding = false;
        List<Runnable> waiting = List.copyOf(held);
        held.clear();
        waiting.forEach(Runnable::run);
    }

    @Override
    public CompletionStage<Optional<InetAddress>> acquire(
            List<String> pools, Identification peer, InetAddress requested) {
        CompletableFuture<Optional<InetAddress>> stage = new CompletableFuture<>();
        Runnable grant = () -> {
            InetAddress address = Addresses.plus(FIRST, given++);
            leases.add(address);
            stage.complete(Optional.of(address));
        };
        if (holding) {
            held.add(grant);
        } else {
            grant.run();
        }
        return stage.minimalCompletionStage();
    }

    @Override
    public void release(List<String> pools, Identification peer, InetAddress address) {
        if (!leases.remove(address)) {
            throw new AssertionError("release of " + address + ", which nobody has");
        }
    }

    @Override
    public List<PoolInfo> pools() {
        return List.of();
    }

    @Override
    public CompletionStage<List<ConfigurationAttribute>> attributes(List<String> pools, Identification peer) {
        return CompletableFuture.completedFuture(List.of());
    }
}
