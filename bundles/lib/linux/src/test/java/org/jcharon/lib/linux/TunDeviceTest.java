// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class TunDeviceTest {

    private final Linux linux = Linux.create();

    @BeforeEach
    void needsTheDevice() {
        assumeTrue(Files.exists(Path.of("/dev/net/tun")), "no /dev/net/tun");
    }

    @Test
    void carriesPacketsBothWays() throws Exception {
        Namespaced.run(linux, () -> {
            try (TunDevice tun = linux.tun("ipsec%d");
                    NetlinkSocket netlink = linux.netlink(Linux.NETLINK_ROUTE)) {
                assertEquals("ipsec0", tun.name());
                tun.mtu(1400);
                tun.up(true);
                netlink.request(
                        new NetlinkBuilder(20, NetlinkBuilder.NLM_F_CREATE, "RTM_NEWADDR")
                                .u8(2)
                                .u8(24)
                                .u8(0)
                                .u8(0)
                                .u32(tun.index())
                                .attribute(2, new byte[] {10, 9, 8, 1}),
                        Duration.ofSeconds(2));
                try (UdpSocket udp =
                        linux.udp(new InetSocketAddress(InetAddress.getByName("10.9.8.1"), 4000), UdpOptions.DEFAULT)) {
                    udp.send(new byte[100], 0, 100, new InetSocketAddress("10.9.8.2", 5000), null);
                    byte[] packet = new byte[2000];
                    int length = readUdp(tun, packet);
                    assertEquals(128, length);
                    turnAround(packet);
                    tun.write(packet, 0, length);
                    DatagramBatch batch = udp.newReceiveBatch(1, 200);
                    assertEquals(1, udp.receive(batch));
                    assertEquals(100, batch.length(0));
                    assertEquals(new InetSocketAddress("10.9.8.2", 5000), batch.source(0));

                    udp.send(new byte[10], 0, 10, new InetSocketAddress("10.9.8.3", 5000), null);
                    ByteBuffer direct = ByteBuffer.allocateDirect(2000);
                    while (tun.read(direct.clear()) >= 0 && direct.get(0) >> 4 != 4) {
                        // the kernel's own IPv6 packets
                    }
                    assertEquals(38, direct.position());
                }
            }
        });
    }

    private static int readUdp(TunDevice tun, byte[] packet) throws LinuxException {
        while (true) {
            int length = tun.read(packet, 0, packet.length);
            if (length > 0 && packet[0] >> 4 == 4 && packet[9] == 17) {
                return length;
            }
        }
    }

    /** Swaps addresses and ports: checksums stay right. */
    private static void turnAround(byte[] packet) {
        swap(packet, 12, 16, 4);
        swap(packet, 20, 22, 2);
    }

    private static void swap(byte[] octets, int one, int other, int count) {
        for (int i = 0; i < count; i++) {
            byte kept = octets[one + i];
            octets[one + i] = octets[other + i];
            octets[other + i] = kept;
        }
    }

    @Test
    void aWakeAndTheCloseEndABlockedRead() throws Exception {
        Namespaced.run(linux, () -> {
            TunDevice tun = linux.tun("t0");
            CompletableFuture<Integer> woken = CompletableFuture.supplyAsync(() -> read(tun));
            tun.wake();
            assertEquals(0, woken.get(5, TimeUnit.SECONDS));
            CompletableFuture<Integer> closed = CompletableFuture.supplyAsync(() -> read(tun));
            tun.close();
            assertEquals(-1, closed.get(5, TimeUnit.SECONDS));
        });
    }

    @Test
    void saysWhatToDoAboutADeviceInUse() throws Exception {
        Namespaced.run(linux, () -> {
            try (TunDevice first = linux.tun("t0")) {
                LinuxException refused = assertThrows(LinuxException.class, () -> linux.tun(first.name()));
                assertEquals("EBUSY", refused.errnoName());
                assertTrue(refused.getMessage().contains("t0"), refused.getMessage());
            }
        });
    }

    @Test
    void refusesANameThatIsTooLong() {
        assertThrows(LinuxException.class, () -> linux.tun("sixteen-letters-"));
    }

    private static int read(TunDevice tun) {
        try {
            return tun.read(ByteBuffer.allocateDirect(100));
        } catch (LinuxException e) {
            throw new IllegalStateException(e);
        }
    }
}
