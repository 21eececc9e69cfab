// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.network;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jcharon.api.config.Addresses;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.manager.DropCounters;
import org.jcharon.core.manager.DropReason;
import org.junit.jupiter.api.Test;

class SenderTest {

    private static final Endpoint US =
            new Endpoint(Addresses.literal("192.0.2.1").orElseThrow(), 500);
    private static final Endpoint PEER =
            new Endpoint(Addresses.literal("192.0.2.2").orElseThrow(), 500);

    private final DropCounters drops = new DropCounters();
    private final Sender sender = new Sender(drops);
    private final FakeSocket socket = new FakeSocket();

    private static Packet packet(int number) {
        return new Packet(US, PEER, Chunk.of((byte) (number >> 8), (byte) number));
    }

    @Test
    void keepsABoundedNumberForTheNextSocketInOrder() {
        for (int i = 0; i < Sender.KEPT + 3; i++) {
            sender.send(packet(i));
        }
        assertEquals(3, drops.of(DropReason.NO_SOCKET));
        sender.attach(socket);
        assertEquals(Sender.KEPT, socket.sent.size());
        assertEquals(packet(0), socket.sent.get(0));
        sender.send(packet(1000));
        assertEquals(Sender.KEPT + 1, socket.sent.size());
    }

    @Test
    void keepsTheSuccessorWhenTheOldSocketLeaves() {
        FakeSocket old = new FakeSocket();
        sender.attach(old);
        sender.attach(socket);
        sender.detach(old);
        sender.send(packet(1));
        assertEquals(1, socket.sent.size());
    }

    @Test
    void countsWhatTheSystemRefuses() {
        socket.failing = true;
        sender.attach(socket);
        sender.send(packet(1));
        assertFalse(new EspSenderService(sender).sendEsp(US, PEER, new byte[8], 0, 8));
        assertEquals(2, drops.of(DropReason.SEND_FAILED));
        socket.failing = false;
        assertTrue(new EspSenderService(sender).sendEsp(US, PEER, new byte[8], 0, 8));
    }
}
