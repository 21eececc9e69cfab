// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.testkit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.junit.jupiter.api.Test;

class LossyLinkTest {

    private static final Endpoint MOON =
            new Endpoint(Addresses.literal("192.0.2.1").orElseThrow(), 500);
    private static final Endpoint SUN =
            new Endpoint(Addresses.literal("192.0.2.2").orElseThrow(), 500);

    private static List<Integer> run(LossyLink link, int packets) {
        List<Integer> arrived = new ArrayList<>();
        link.attach(SUN.address(), packet -> arrived.add(packet.data().at(0)));
        for (int i = 0; i < packets; i++) {
            link.send(new Packet(MOON, SUN, Chunk.of((byte) i)));
        }
        link.deliverAll();
        return arrived;
    }

    @Test
    void deliversInOrderWhenReliable() {
        assertEquals(List.of(0, 1, 2, 3), run(LossyLink.reliable(), 4));
    }

    @Test
    void repeatsItselfForTheSameSeed() {
        LossyLink link = new LossyLink(7, 0.2, 0.2, 0.2);
        List<Integer> first = run(link, 100);
        assertEquals(first, run(new LossyLink(7, 0.2, 0.2, 0.2), 100));
        assertTrue(link.lost() > 0);
    }
}
