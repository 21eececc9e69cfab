// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.DeletePayload;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NoncePayload;

/** The network of two daemons, held: each packet waits until the test lets it through, or loses it. */
final class Wire {

    private static final int MOST_TRIES = 64;

    interface Script {
        /** Plays it; the side whose SA is to survive. */
        Host play(TwoDaemons two, Wire wire);
    }

    /** The nonces decide who wins: plays until each has won once. */
    static void eachWins(Script script) {
        Set<String> winners = new HashSet<>();
        for (int i = 0; i < MOST_TRIES && winners.size() < 2; i++) {
            TwoDaemons two = TwoDaemons.withPsk().established();
            winners.add(script.play(two, new Wire(two)).name);
        }
        assertEquals(2, winners.size(), "both won once");
    }

    final TwoDaemons two;
    private final List<Packet> held = new ArrayList<>();

    Wire(TwoDaemons two) {
        this.two = two;
        two.filter(packet -> {
            held.add(packet);
            return null;
        });
    }

    /** The other one. */
    Host other(Host host) {
        return host == two.moon ? two.sun : two.moon;
    }

    /** Lets the oldest packet of {@code sender} through. */
    void deliver(Host sender) {
        Packet packet = take(sender);
        other(sender).receive(packet);
    }

    /** Takes the packet out that {@code sender} sent last. */
    Packet takeLast(Host sender) {
        Packet last = held.stream()
                .filter(candidate -> candidate.source().address().equals(sender.address))
                .reduce((one, other) -> other)
                .orElseThrow(() -> new AssertionError(sender.name + " has sent nothing"));
        held.remove(last);
        return last;
    }

    /** Loses the oldest packet of {@code sender}. */
    void lose(Host sender) {
        take(sender);
    }

    private Packet take(Host sender) {
        Packet packet = held.stream()
                .filter(candidate -> candidate.source().address().equals(sender.address))
                .findFirst()
                .orElseThrow(() -> new AssertionError(sender.name + " has sent nothing"));
        held.remove(packet);
        return packet;
    }

    /** How many packets of {@code sender} wait. */
    long waiting(Host sender) {
        return held.stream()
                .filter(packet -> packet.source().address().equals(sender.address))
                .count();
    }

    /** From now on everything arrives at once, first what waits. */
    void release() {
        two.filter(packet -> packet);
        List<Packet> rest = List.copyOf(held);
        held.clear();
        rest.forEach(packet -> other(hostOf(packet)).receive(packet));
        two.run();
    }

    /** {@link #release}, and time for every retransmission and timer of a collision. */
    void settle() {
        release();
        two.pass(Duration.ofSeconds(100));
    }

    private Host hostOf(Packet packet) {
        return packet.source().address().equals(two.moon.address) ? two.moon : two.sun;
    }

    /** The side whose exchange has the higher one of the two lower nonces: its SA survives (RFC 7296 section 2.8.1). */
    Host winner() {
        return lowerNonce(two.moon).compareUnsigned(lowerNonce(two.sun)) < 0 ? two.sun : two.moon;
    }

    private Chunk lowerNonce(Host initiator) {
        Chunk request = nonce(initiator, false);
        Chunk response = nonce(other(initiator), true);
        return request.compareUnsigned(response) < 0 ? request : response;
    }

    private static Chunk nonce(Host sender, boolean response) {
        List<IkeMessage> all = sender.events.sent.stream()
                .filter(message -> message.exchangeType().equals(ExchangeType.CREATE_CHILD_SA))
                .filter(message -> message.response() == response)
                .filter(message -> message.first(NoncePayload.class).isPresent())
                .toList();
        return all.get(all.size() - 1).first(NoncePayload.class).orElseThrow().data();
    }

    /** DELETE requests that a host has sent. */
    static long deletes(Host host) {
        return host.events.sent.stream()
                .filter(message -> !message.response())
                .filter(message -> !message.all(DeletePayload.class).isEmpty())
                .count();
    }
}
