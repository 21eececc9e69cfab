// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.api.socket.Packet;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.IkeSettings;
import org.jcharon.lib.testkit.LossyLink;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Everything at once over a bad network: whatever happens, both sides agree in the end and nothing is left. Other seeds:
 * {@code -Djcharon.seeds=100-699}.
 */
class LossTest {

    private static final double FIFTH = 0.2;

    /** Enough tries that a peer that is there is never given up: a request and its answer get through with 64 % a time. */
    private static final IkeSettings PERSISTENT = TwoDaemons.settings(
            "charon.retransmit_timeout=1",
            "charon.retransmit_base=1.2",
            "charon.retransmit_tries=30",
            "charon.retransmit_limit=5",
            "charon.half_open_timeout=300");

    static LongStream seeds() {
        String[] range = System.getProperty("jcharon.seeds", "1-20").split("-", 2);
        return LongStream.rangeClosed(Long.parseLong(range[0]), Long.parseLong(range[1]));
    }

    private static void disturb(TwoDaemons two, SplittableRandom random) {
        List<Packet> recorded = new ArrayList<>();
        two.onArrival(packet -> {
            recorded.add(packet);
            if (random.nextInt(8) == 0) {
                // an old packet once more, to its own destination
                two.link.send(recorded.get(random.nextInt(recorded.size())));
            }
            return random.nextInt(5) == 0 ? null : packet;
        });
    }

    private static void any(Host host, SplittableRandom random, int kinds) {
        host.sas().forEach(sa -> host.with(sa.uniqueId(), found -> act(found, random, random.nextInt(kinds))));
    }

    private static void act(IkeSa ike, SplittableRandom random, int kind) {
        List<ChildSa> children = ike.children().all();
        switch (kind) {
            case 0 -> children.forEach(child -> ike.tasks().queueRekey(child));
            case 1 -> ike.tasks().queueIkeRekey();
            case 2 -> ike.tasks().queueDpd();
            case 3 -> ike.tasks().queueChild(TwoDaemons.another(ike), List.of(), outcome -> {});
            case 4, 5 -> {
                if (!children.isEmpty()) {
                    ike.tasks().queueRekey(children.get(random.nextInt(children.size())));
                }
            }
            case 6 -> {
                if (children.size() > 1) {
                    ike.tasks().queueDelete(children.get(random.nextInt(children.size())));
                }
            }
            case 7 -> {
                if (random.nextInt(20) == 0) {
                    ike.delete("test");
                }
            }
            default -> throw new AssertionError(kind);
        }
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void agreesInTheEndWhateverIsLostOrRepeated(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TwoDaemons two = TwoDaemons.withPsk().established();
        disturb(two, random);
        for (int i = 0; i < 12; i++) {
            any(random.nextBoolean() ? two.moon : two.sun, random, 4);
            two.pass(Duration.ofSeconds(random.nextInt(6)));
        }
        two.onArrival(packet -> packet);
        two.pass(Duration.ofSeconds(600));
        assertAgreed(two);
    }

    /** RFC 7296 sections 2.8 and 2.25: both begin whatever they like while the other's packets are still under way. */
    @ParameterizedTest
    @MethodSource("seeds")
    void agreesInTheEndWhateverCollides(long seed) {
        collide(seed, TwoDaemons.withPsk(PERSISTENT, new LossyLink(seed, FIFTH, FIFTH, FIFTH)));
    }

    /** The same where each new SA takes three exchanges (RFC 9370 section 2.2.4). */
    @ParameterizedTest
    @MethodSource("seeds")
    void agreesInTheEndWhateverCollidesWithAdditionalKeyExchanges(long seed) {
        TwoDaemons two = TwoDaemons.withPsk(PERSISTENT, new LossyLink(seed, FIFTH, FIFTH, FIFTH));
        additional(two.moon, two.sun);
        additional(two.sun, two.moon);
        collide(seed, two);
    }

    private static void additional(Host host, Host other) {
        PeerConfig before = host.connections.get(0);
        host.connections.set(
                0,
                before.toBuilder()
                        .ike(TwoDaemons.ike(host, other)
                                .proposals(List.of(TwoDaemons.proposal(
                                        ProtocolId.IKE, "aes128gcm16-prfsha256-x25519-ke1_mlkem512-ke2_ecp256")))
                                .build())
                        .children(List.of(before.children().get(0).toBuilder()
                                .proposals(List.of(TwoDaemons.proposal(
                                        ProtocolId.ESP, "aes128gcm16-x25519-ke1_mlkem512-ke2_ecp256")))
                                .build()))
                        .build());
    }

    private static void collide(long seed, TwoDaemons two) {
        SplittableRandom random = new SplittableRandom(seed);
        two.moon.begin("sun", "net");
        two.pass(Duration.ofSeconds(280));
        assertEquals(1, two.sun.children().size());
        for (int i = 0; i < 40; i++) {
            any(random.nextBoolean() ? two.moon : two.sun, random, 8);
            for (int steps = random.nextInt(8);
                    steps > 0 && !two.link.underway().isEmpty();
                    steps--) {
                two.step();
            }
            if (random.nextInt(4) == 0) {
                two.pass(Duration.ofMillis(random.nextInt(4_000)));
            }
        }
        two.pass(Duration.ofSeconds(300));
        two.link.calm();
        two.pass(Duration.ofSeconds(300));
        assertAgreed(two);
    }

    private static void assertAgreed(TwoDaemons two) {
        assertEquals(spis(two.moon, true), spis(two.sun, false));
        assertEquals(spis(two.moon, false), spis(two.sun, true));
        assertTrue(two.moon.sas().size() <= 1);
        assertEquals(
                two.moon.sas().stream().map(sa -> sa.id().initiatorSpi()).toList(),
                two.sun.sas().stream().map(sa -> sa.id().initiatorSpi()).toList());
        for (Host host : List.of(two.moon, two.sun)) {
            host.sas().forEach(sa -> assertEquals(IkeSaState.ESTABLISHED, sa.state()));
            for (ChildSa child : host.children()) {
                assertEquals(ChildSaState.INSTALLED, child.state());
                assertTrue(child.isOutboundInstalled());
            }
            assertEquals(2 * host.children().size(), host.kernel.sas().size());
        }
        two.moon.sas().forEach(sa -> two.moon.with(sa.uniqueId(), found -> found.delete("test ends")));
        two.pass(Duration.ofSeconds(200));
        assertEquals(List.of(), two.leaks());
    }

    private static List<Integer> spis(Host host, boolean inbound) {
        return host.children().stream()
                .map(child -> inbound ? child.spiIn() : child.spiOut())
                .sorted()
                .toList();
    }
}
