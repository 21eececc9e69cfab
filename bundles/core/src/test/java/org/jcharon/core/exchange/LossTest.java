// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jcharon.api.socket.Packet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything at once over a bad network: whatever happens, both sides agree in the end and nothing is left. */
class LossTest {

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

    private static void any(Host host, SplittableRandom random) {
        host.sas()
                .forEach(sa -> host.with(sa.uniqueId(), found -> {
                    switch (random.nextInt(4)) {
                        case 0 ->
                            found.children()
                                    .all()
                                    .forEach(child -> found.tasks().queueRekey(child));
                        case 1 -> found.tasks().queueIkeRekey();
                        case 2 -> found.tasks().queueDpd();
                        default ->
                            found.tasks()
                                    .queueChild(found.peerConfig().children().get(0), List.of(), outcome -> {});
                    }
                }));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    void agreesInTheEndWhateverIsLostOrRepeated(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TwoDaemons two = TwoDaemons.withPsk().established();
        disturb(two, random);
        for (int i = 0; i < 12; i++) {
            any(random.nextBoolean() ? two.moon : two.sun, random);
            two.pass(Duration.ofSeconds(random.nextInt(6)));
        }
        two.onArrival(packet -> packet);
        two.pass(Duration.ofSeconds(600));
        List<Integer> moons = two.moon.children().stream()
                .map(child -> child.spiIn())
                .sorted()
                .toList();
        List<Integer> suns = two.sun.children().stream()
                .map(child -> child.spiOut())
                .sorted()
                .toList();
        assertEquals(moons, suns);
        assertEquals(two.moon.sas().size(), two.sun.sas().size());
        assertTrue(two.moon.sas().size() <= 1);
        two.moon.sas().forEach(sa -> two.moon.with(sa.uniqueId(), found -> found.delete("test ends")));
        two.pass(Duration.ofSeconds(200));
        assertEquals(List.of(), two.leaks());
    }
}
