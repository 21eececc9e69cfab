// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
final class UdpSocketTest {

    private static final UdpOptions OPTIONS = UdpOptions.DEFAULT.withBuffers(1 << 18, 1 << 18);

    private final Linux linux = Linux.create();

    private UdpSocket bind(String ip) throws Exception {
        return linux.udp(new InetSocketAddress(InetAddress.getByName(ip), 0), OPTIONS);
    }

    private static InetAddress ip(String literal) throws Exception {
        return InetAddress.getByName(literal);
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void carriesDatagrams(String any, String target, String source) throws Exception {
        try (UdpSocket server = bind(any);
                UdpSocket client = bind(any)) {
            InetSocketAddress to = new InetSocketAddress(
                    InetAddress.getByName(target), server.local().getPort());
            client.send(text("xhellox"), 1, 5, to, source == null ? null : InetAddress.getByName(source));
            DatagramBatch batch = server.newReceiveBatch(4, 100);
            assertEquals(1, server.receive(batch));
            byte[] got = new byte[5];
            batch.copy(0, got, 0);
            assertArrayEquals(text("hello"), got);
            assertEquals(5, batch.data(0).remaining());
            assertEquals(InetAddress.getByName(target), batch.destination(0));
            assertTrue(batch.interfaceIndex(0) > 0);
            assertEquals(client.local().getPort(), batch.sourcePort(0));
            assertEquals(
                    new InetSocketAddress(
                            InetAddress.getByName(source == null ? target : source),
                            client.local().getPort()),
                    batch.source(0));
            byte[] address = new byte[16];
            int octets = batch.sourceAddress(0, address);
            assertEquals(octets, batch.destinationAddress(0, address));
            assertEquals(InetAddress.getByName(target), InetAddress.getByAddress(Arrays.copyOf(address, octets)));
            assertEquals(target.contains(":") ? 16 : 4, octets);
        }
    }

    @Test
    void carriesInetDatagramsAndTellsTheLocalAddress() throws Exception {
        carriesDatagrams("0.0.0.0", "127.0.0.7", "127.0.0.9");
    }

    @Test
    void carriesInet6DatagramsAndTellsTheLocalAddress() throws Exception {
        carriesDatagrams("::", "::1", "::1");
    }

    @Test
    void letsTheRouteChooseTheSource() throws Exception {
        carriesDatagrams("0.0.0.0", "127.0.0.1", null);
    }

    @Test
    void sendsAndReceivesInBatches() throws Exception {
        try (UdpSocket server = bind("127.0.0.1");
                UdpSocket client = bind("127.0.0.1")) {
            SendBatch out = client.newSendBatch(16, 64);
            for (int i = 0; i < 16; i++) {
                out.next().put((byte) i).putInt(i * 1000);
                out.commit(server.local(), null);
            }
            assertThrows(IllegalStateException.class, out::next);
            assertEquals(16, client.send(out));
            DatagramBatch in = server.newReceiveBatch(10, 64);
            assertEquals(10, server.receive(in));
            assertEquals(9, in.data(9).get());
            assertEquals(9000, in.data(9).position(1).getInt());
            assertEquals(6, server.receive(in));
            assertEquals(15, in.data(5).get());
            assertThrows(IndexOutOfBoundsException.class, () -> in.data(6));
            assertEquals(0, server.receiveNow(in));
        }
    }

    @Test
    void skipsAndReportsADatagramThatTheKernelRefuses() throws Exception {
        try (UdpSocket server = bind("127.0.0.1");
                UdpSocket client = bind("127.0.0.1")) {
            SendBatch out = client.newSendBatch(3, 64);
            for (int i = 0; i < 3; i++) {
                out.next().put((byte) i);
                // no such local address
                out.commit(server.local(), i == 1 ? InetAddress.getByName("192.0.2.77") : null);
            }
            assertEquals(2, client.send(out));
            assertEquals(0, out.errno(0));
            assertTrue(out.errno(1) > 0);
            assertEquals(0, out.errno(2));
            DatagramBatch in = server.newReceiveBatch(3, 64);
            assertEquals(2, server.receive(in));
            assertEquals(2, in.data(1).get());
        }
    }

    @Test
    void saysWhenADatagramWasCut() throws Exception {
        try (UdpSocket server = bind("127.0.0.1");
                UdpSocket client = bind("127.0.0.1")) {
            client.send(new byte[40], 0, 40, server.local(), null);
            client.send(new byte[0], 0, 0, server.local(), null);
            DatagramBatch in = server.newReceiveBatch(2, 16);
            assertEquals(2, server.receive(in));
            assertTrue(in.isTruncated(0));
            assertEquals(16, in.length(0));
            assertFalse(in.isTruncated(1));
            assertEquals(0, in.length(1));
        }
    }

    @Test
    void sendsTheLargestDatagramAndRefusesALargerOne() throws Exception {
        try (UdpSocket server = bind("127.0.0.1");
                UdpSocket client = bind("127.0.0.1")) {
            client.send(new byte[65_507], 0, 65_507, server.local(), null);
            DatagramBatch in = server.newReceiveBatch(1, 65_535);
            assertEquals(1, server.receive(in));
            assertEquals(65_507, in.length(0));
            LinuxException refused = assertThrows(
                    LinuxException.class, () -> client.send(new byte[65_535], 0, 65_535, server.local(), null));
            assertEquals("EMSGSIZE", refused.errnoName());
        }
    }

    @Test
    void refusesAnAddressOfTheOtherFamily() throws Exception {
        try (UdpSocket client = bind("127.0.0.1")) {
            InetSocketAddress remote = new InetSocketAddress(ip("::1"), 9);
            LinuxException refused =
                    assertThrows(LinuxException.class, () -> client.send(new byte[1], 0, 1, remote, null));
            assertEquals(Errno.EAFNOSUPPORT, refused.errno());
        }
    }

    @Test
    void namesThePortThatIsInUse() throws Exception {
        try (UdpSocket first = bind("127.0.0.1")) {
            LinuxException refused = assertThrows(LinuxException.class, () -> linux.udp(first.local(), OPTIONS));
            assertEquals("EADDRINUSE", refused.errnoName());
            assertTrue(refused.getMessage().contains(":" + first.local().getPort()), refused.getMessage());
        }
    }

    @Test
    void aWakeEndsABlockedReceiveAndLeavesTheSocketOpen() throws Exception {
        try (UdpSocket socket = bind("127.0.0.1")) {
            DatagramBatch batch = socket.newReceiveBatch(4, 100);
            CompletableFuture<Integer> reader = CompletableFuture.supplyAsync(() -> receive(socket, batch));
            socket.wake();
            assertEquals(0, reader.get(5, TimeUnit.SECONDS));
            socket.send(new byte[3], 0, 3, socket.local(), null);
            assertEquals(1, socket.receive(batch));
        }
    }

    @Test
    void closingEndsEveryBlockedReceiveAndFreesThePort() throws Exception {
        UdpSocket socket = bind("127.0.0.1");
        CompletableFuture<Integer> one =
                CompletableFuture.supplyAsync(() -> receive(socket, socket.newReceiveBatch(1, 10)));
        CompletableFuture<Integer> two =
                CompletableFuture.supplyAsync(() -> receive(socket, socket.newReceiveBatch(1, 10)));
        socket.close();
        assertEquals(-1, one.get(5, TimeUnit.SECONDS));
        assertEquals(-1, two.get(5, TimeUnit.SECONDS));
        assertEquals(-1, socket.receive(socket.newReceiveBatch(1, 10)));
        assertThrows(LinuxException.class, () -> socket.send(new byte[1], 0, 1, socket.local(), null));
        linux.udp(socket.local(), OPTIONS).close();
    }

    @Test
    void staysOpenUntilTheLastUseIsGivenBack() throws Exception {
        UdpSocket socket = bind("127.0.0.1");
        socket.retain();
        socket.close();
        assertFalse(socket.isClosed());
        socket.close();
        socket.close();
        assertTrue(socket.isClosed());
        assertThrows(IllegalStateException.class, socket::retain);
    }

    @Test
    void passesAParkedSocketOnOnceWithWhatArrivedMeanwhile() throws Exception {
        UdpSocket socket = bind("127.0.0.1");
        Runnable expiry = linux.park("test", socket);
        socket.send(new byte[7], 0, 7, socket.local(), null);
        assertTrue(linux.claim("test", TunDevice.class).isEmpty());
        try (UdpSocket claimed = linux.claim("test", UdpSocket.class).orElseThrow()) {
            assertTrue(linux.claim("test", UdpSocket.class).isEmpty());
            expiry.run();
            assertFalse(claimed.isClosed());
            assertEquals(1, claimed.receive(claimed.newReceiveBatch(2, 20)));
        }
    }

    @Test
    void closesAParkedSocketThatNobodyClaimed() throws Exception {
        UdpSocket socket = bind("127.0.0.1");
        linux.park("test", socket).run();
        assertTrue(socket.isClosed());
        assertTrue(linux.claim("test", UdpSocket.class).isEmpty());
    }

    @Test
    void setsTrafficClassOfBothFamilies() throws Exception {
        for (String ip : new String[] {"127.0.0.1", "::1"}) {
            try (UdpSocket socket = bind(ip)) {
                socket.trafficClass(0x68);
                assertThrows(IllegalArgumentException.class, () -> socket.trafficClass(256));
            }
        }
    }

    private static int receive(UdpSocket socket, DatagramBatch batch) {
        try {
            return socket.receive(batch);
        } catch (LinuxException e) {
            throw new IllegalStateException(e);
        }
    }
}
