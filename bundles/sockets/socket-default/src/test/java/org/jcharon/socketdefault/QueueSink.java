// SPDX-License-Identifier: Apache-2.0
package org.jcharon.socketdefault;

import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.socket.PacketSink;
import org.jcharon.api.wire.Chunk;

/** Keeps what is delivered. */
final class QueueSink implements PacketSink {

    final BlockingQueue<Packet> ike = new LinkedBlockingQueue<>();
    final BlockingQueue<Packet> esp = new LinkedBlockingQueue<>();

    @Override
    public void ike(Packet packet) {
        ike.add(packet);
    }

    @Override
    public void esp(Endpoint source, Endpoint destination, byte[] octets, int offset, int length) {
        esp.add(new Packet(source, destination, Chunk.of(octets, offset, length)));
    }

    static Packet next(BlockingQueue<Packet> queue) throws InterruptedException {
        Packet packet = queue.poll(5, TimeUnit.SECONDS);
        assertNotNull(packet, "nothing arrived");
        return packet;
    }
}
