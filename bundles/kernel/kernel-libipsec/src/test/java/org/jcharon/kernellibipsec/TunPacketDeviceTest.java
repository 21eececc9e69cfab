// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jcharon.lib.linux.DatagramBatch;
import org.jcharon.lib.linux.Linux;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.NetlinkBuilder;
import org.jcharon.lib.linux.NetlinkSocket;
import org.jcharon.lib.linux.UdpOptions;
import org.jcharon.lib.linux.UdpSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** With a real device, in a network namespace of the test's own thread; skipped without the right to make one. */
@Timeout(30)
class TunPacketDeviceTest {

    private static final int SPI = 0xC0000001;

    private final Linux linux = Linux.create();

    private interface Body {
        void run() throws Exception;
    }

    private void inNamespace(Body body) throws Exception {
        CompletableFuture<String> done = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                linux.enterNewNetworkNamespace();
            } catch (LinuxException e) {
                done.complete(e.getMessage());
                return;
            }
            try {
                body.run();
                done.complete("");
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        thread.start();
        try {
            String skipped = done.get(25, TimeUnit.SECONDS);
            if (!skipped.isEmpty()) {
                abort(skipped);
            }
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }

    @Test
    void packetsOfTheSystemGoThroughEspAndBack() throws Exception {
        inNamespace(() -> {
            TunPacketDevice device = TunPacketDevice.open(linux, "ipsec%d");
            try (NetlinkSocket netlink = linux.netlink(Linux.NETLINK_ROUTE)) {
                assertEquals("ipsec0", device.name());
                address(netlink, device);
                Side far = Side.right();
                far.kernel.addSa(far.inbound(SPI, Side.GCM, Side.NO_INTEG).build());
                far.kernel.addSa(far.outbound(SPI + 1, Side.GCM, Side.NO_INTEG).build());
                far.allOut(SPI + 1);
                Side near = new Side(Side.LEFT, Side.RIGHT, device);
                near.kernel.addSa(near.outbound(SPI, Side.GCM, Side.NO_INTEG).build());
                near.kernel.addSa(near.inbound(SPI + 1, Side.GCM, Side.NO_INTEG).build());
                near.allOut(SPI);

                InetSocketAddress local = new InetSocketAddress("10.9.8.1", 4000);
                try (UdpSocket udp = linux.udp(local, UdpOptions.DEFAULT)) {
                    InetSocketAddress remote = new InetSocketAddress("10.9.8.2", 5000);
                    byte[] text = {1, 2, 3, 4};
                    udp.send(text, 0, 4, remote, null);
                    while (far.delivered.isEmpty()) {
                        readOnce(device, near);
                        while (!near.wire.isEmpty()) {
                            far.fromWire(near.wire.remove());
                        }
                        far.delivered.removeIf(packet -> packet[0] >> 4 != 4 || packet[9] != 17);
                    }
                    far.fromDevice(turnedAround(far.delivered.remove()));
                    near.fromWire(far.sent());
                    DatagramBatch batch = udp.newReceiveBatch(1, 100);
                    assertEquals(1, udp.receive(batch));
                    byte[] echoed = new byte[batch.length(0)];
                    batch.copy(0, echoed, 0);
                    assertArrayEquals(text, echoed);
                    assertEquals(remote, batch.source(0));
                }
            } finally {
                device.close();
            }
        });
    }

    @Test
    void aSuccessorFindsTheDevice() throws Exception {
        inNamespace(() -> {
            TunPacketDevice device = TunPacketDevice.open(linux, "ipsec%d");
            Runnable expiry = device.park(linux);
            TunPacketDevice next = TunPacketDevice.open(linux, "ipsec%d");
            assertEquals("ipsec0", next.name());
            expiry.run();
            next.write(Packets.any(), 0, Packets.any().length);
            next.close();
        });
    }

    private static void readOnce(PacketDevice device, Side near) throws IOException {
        byte[] packet = new byte[2000];
        int length = device.read(packet, OutboundSa.HEADROOM, 1500);
        near.plane.outbound(packet, OutboundSa.HEADROOM, length);
    }

    private static void address(NetlinkSocket netlink, TunPacketDevice device) throws IOException {
        netlink.request(
                new NetlinkBuilder(20, NetlinkBuilder.NLM_F_CREATE, "RTM_NEWADDR")
                        .u8(2)
                        .u8(24)
                        .u8(0)
                        .u8(0)
                        .u32(device.index())
                        .attribute(2, new byte[] {10, 9, 8, 1}),
                Duration.ofSeconds(2));
    }

    /** Swaps addresses and ports; checksums stay right. */
    private static byte[] turnedAround(byte[] packet) {
        ByteBuffer turned = ByteBuffer.wrap(packet.clone());
        ByteBuffer old = ByteBuffer.wrap(packet);
        turned.putInt(12, old.getInt(16)).putInt(16, old.getInt(12));
        turned.putShort(20, old.getShort(22)).putShort(22, old.getShort(20));
        return Arrays.copyOf(turned.array(), packet.length);
    }
}
