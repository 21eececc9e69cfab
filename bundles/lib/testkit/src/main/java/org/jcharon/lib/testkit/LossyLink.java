// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.testkit;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jcharon.api.socket.Packet;

/**
 * A network in memory that loses, repeats and reorders packets as its seed says. Packets wait until the test delivers them.
 * Not thread-safe.
 */
public final class LossyLink {

    private static final int MAX_DELIVERIES = 100_000;

    private final SplittableRandom random;
    private double loss;
    private double repetition;
    private double reordering;
    private final Map<InetAddress, Consumer<Packet>> hosts = new HashMap<>();
    private final List<Packet> underway = new ArrayList<>();
    private UnaryOperator<Packet> filter = packet -> packet;
    private int lost;

    /**
     * A network of a seed.
     *
     * @param loss probability from 0 to 1 that a packet vanishes
     * @param repetition probability that one arrives twice
     * @param reordering probability that one overtakes another that waits
     */
    public LossyLink(long seed, double loss, double repetition, double reordering) {
        this.random = new SplittableRandom(seed);
        this.loss = loss;
        this.repetition = repetition;
        this.reordering = reordering;
    }

    /** A network that delivers everything once and in order. */
    public static LossyLink reliable() {
        return new LossyLink(0, 0, 0, 0);
    }

    /** From now on everything arrives, once and in order. */
    public void calm() {
        loss = 0;
        repetition = 0;
        reordering = 0;
    }

    /** Puts a host on the network; it gets what is sent to its address. */
    public void attach(InetAddress address, Consumer<Packet> host) {
        hosts.put(address, host);
    }

    /** Changes each packet as a middlebox would; null drops it. Replaces the filter before. */
    public void filter(UnaryOperator<Packet> middlebox) {
        filter = middlebox;
    }

    /** Puts a packet on its way. */
    public void send(Packet packet) {
        Packet passed = filter.apply(packet);
        if (passed == null || random.nextDouble() < loss) {
            lost++;
            return;
        }
        enqueue(passed);
        if (random.nextDouble() < repetition) {
            enqueue(passed);
        }
    }

    /** Puts a packet on its last leg, past the filter. */
    public void inject(Packet packet) {
        enqueue(packet);
    }

    /** Delivers the packet that comes first; false if none is under way. One to an unknown address is lost. */
    public boolean deliverNext() {
        if (underway.isEmpty()) {
            return false;
        }
        Packet packet = underway.remove(0);
        Consumer<Packet> host = hosts.get(packet.destination().address());
        if (host == null) {
            lost++;
        } else {
            host.accept(packet);
        }
        return true;
    }

    /** Delivers until nothing is under way, answers included; more than 100,000 packets are taken for an endless loop. */
    public int deliverAll() {
        int delivered = 0;
        while (deliverNext()) {
            if (++delivered > MAX_DELIVERIES) {
                throw new IllegalStateException("packets without end");
            }
        }
        return delivered;
    }

    /** Packets under way, the next one first. */
    public List<Packet> underway() {
        return List.copyOf(underway);
    }

    /** Packets lost so far. */
    public int lost() {
        return lost;
    }

    private void enqueue(Packet packet) {
        if (!underway.isEmpty() && random.nextDouble() < reordering) {
            underway.add(random.nextInt(underway.size()), packet);
        } else {
            underway.add(packet);
        }
    }
}
