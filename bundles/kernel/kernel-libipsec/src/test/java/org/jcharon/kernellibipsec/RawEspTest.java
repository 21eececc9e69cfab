// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jcharon.lib.linux.Linux;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** ESP without UDP over the loopback device; skipped without the right to raw sockets. */
@Timeout(30)
class RawEspTest {

    private static final int SPI = 0xC0000001;

    @Test
    void carriesEspInIpv4() throws Exception {
        check(Side.address("127.0.0.1"), Side.address("127.0.0.2"));
    }

    @Test
    void carriesEspInIpv6() throws Exception {
        check(Side.address("::1"), Side.address("::1"));
    }

    private static void check(InetAddress from, InetAddress to) throws Exception {
        RawEsp raw = RawEsp.open(Linux.create());
        assumeTrue(raw != null, "no right to raw sockets");
        BlockingQueue<byte[]> arrived = new LinkedBlockingQueue<>();
        Side far = new Side(to, from, device(arrived));
        far.kernel.addSa(far.inbound(SPI, Side.GCM, Side.NO_INTEG).build());
        Side near = new Side(from, to);
        near.kernel.addSa(near.outbound(SPI, Side.GCM, Side.NO_INTEG).build());
        near.allOut(SPI);
        raw.start(far.processor, far.plane);
        var readers = far.processor.dispatchers().stream()
                .map(dispatcher -> CompletableFuture.runAsync(dispatcher::run, run -> new Thread(run).start()))
                .toList();
        try {
            near.fromDevice(Packets.any());
            byte[] esp = near.sent();
            assertTrue(raw.send(from, to, esp, 0, esp.length, 0xB8));
            assertArrayEquals(Packets.any(), arrived.poll(10, TimeUnit.SECONDS));
        } finally {
            raw.close();
            for (CompletableFuture<Void> reader : readers) {
                reader.get(5, TimeUnit.SECONDS);
            }
        }
    }

    private static PacketDevice device(BlockingQueue<byte[]> arrived) {
        return new PacketDevice() {
            @Override
            public String name() {
                return "ipsec0";
            }

            @Override
            public int read(byte[] packet, int offset, int length) {
                return -1;
            }

            @Override
            public void write(byte[] packet, int offset, int length) {
                arrived.add(java.util.Arrays.copyOfRange(packet, offset, offset + length));
            }

            @Override
            public void wake() {}

            @Override
            public void close() {}
        };
    }
}
