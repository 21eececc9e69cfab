// SPDX-License-Identifier: Apache-2.0
package org.jcharon.socketdefault;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.lib.linux.Linux;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.NetlinkBuilder;
import org.jcharon.lib.linux.NetlinkSocket;
import org.jcharon.lib.linux.UdpOptions;
import org.jcharon.lib.linux.UdpSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class DefaultSocketTest {

    private static final Chunk MESSAGE = Chunk.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
    private static final String[] ANY_PORTS = {"charon.port", "0", "charon.port_nat_t", "0"};

    private final Linux linux = Linux.create();
    private final ThreadProcessor processor = new ThreadProcessor();
    private final List<DefaultSocket> open = new ArrayList<>();

    private DefaultSocket open(String... settings) {
        DefaultSocket socket = new DefaultSocket(linux, processor, processor, new MapSettings(settings));
        open.add(socket);
        return socket;
    }

    /** Another one beside it, which finds nothing parked. */
    private DefaultSocket openElsewhere(String... settings) {
        DefaultSocket socket = new DefaultSocket(Linux.create(), processor, processor, new MapSettings(settings));
        open.add(socket);
        return socket;
    }

    @AfterEach
    void closeAll() {
        open.forEach(DefaultSocket::close);
        processor.timers.forEach(job -> job.run());
    }

    private static InetAddress ip(String literal) throws IOException {
        return InetAddress.getByName(literal);
    }

    private static Endpoint at(String address, int port) throws IOException {
        return new Endpoint(ip(address), port);
    }

    @Test
    void carriesIkeBetweenAllPortsAndFamilies() throws Exception {
        DefaultSocket left = open(ANY_PORTS);
        DefaultSocket right = openElsewhere(ANY_PORTS);
        QueueSink sink = new QueueSink();
        right.start(sink);
        for (String address : new String[] {"127.0.0.1", "::1"}) {
            for (int from : new int[] {left.port(), left.natPort()}) {
                for (int to : new int[] {right.port(), right.natPort()}) {
                    left.send(new Packet(at(address, from), at(address, to), MESSAGE, 46));
                    Packet got = QueueSink.next(sink.ike);
                    assertEquals(MESSAGE, got.data());
                    assertEquals(at(address, from), got.source());
                    assertEquals(at(address, to), got.destination());
                }
            }
        }
        assertTrue(sink.esp.isEmpty());
    }

    @Test
    void leavesFromTheSourceAddressAndTellsTheDestination() throws Exception {
        DefaultSocket left = open(ANY_PORTS);
        DefaultSocket right = openElsewhere(ANY_PORTS);
        QueueSink sink = new QueueSink();
        right.start(sink);
        left.send(new Packet(at("127.0.0.5", left.port()), at("127.0.0.6", right.port()), MESSAGE));
        Packet got = QueueSink.next(sink.ike);
        assertEquals(at("127.0.0.5", left.port()), got.source());
        assertEquals(at("127.0.0.6", right.port()), got.destination());
    }

    @Test
    void letsTheSystemChooseTheSourceIfToldSo() throws Exception {
        DefaultSocket left =
                open("charon.port", "0", "charon.port_nat_t", "0", "charon.plugins.socket-default.set_source", "no");
        DefaultSocket right = openElsewhere(ANY_PORTS);
        QueueSink sink = new QueueSink();
        right.start(sink);
        left.send(new Packet(at("127.0.0.5", left.port()), at("127.0.0.6", right.port()), MESSAGE));
        assertEquals("127.0.0.1", QueueSink.next(sink.ike).source().address().getHostAddress());
        left.send(new Packet(at("0.0.0.0", 0), at("127.0.0.1", right.port()), MESSAGE));
        assertEquals(at("127.0.0.1", left.port()), QueueSink.next(sink.ike).source());
    }

    @Test
    void tellsEspFromIkeAndDropsKeepalivesAndScraps() throws Exception {
        DefaultSocket left = open(ANY_PORTS);
        DefaultSocket right = openElsewhere(ANY_PORTS);
        QueueSink sink = new QueueSink();
        right.start(sink);
        Endpoint from = at("127.0.0.1", left.natPort());
        Endpoint to = at("127.0.0.1", right.natPort());
        byte[] esp = {9, 9, (byte) 0xC0, 0, 0, 1, 0, 0, 0, 7, 9};
        left.sendKeepalive(from, to);
        left.sendEsp(from, to, new byte[3], 0, 3);
        left.sendEsp(from, to, esp, 2, 8);
        left.sendEsp(from, to, esp, 2, 8);
        for (int i = 0; i < 2; i++) {
            Packet got = QueueSink.next(sink.esp);
            assertEquals(Chunk.of(esp, 2, 8), got.data());
            assertEquals(from, got.source());
            assertEquals(to, got.destination());
        }
        left.send(new Packet(from, to, MESSAGE));
        QueueSink.next(sink.ike);
        assertTrue(sink.ike.isEmpty());
        assertTrue(sink.esp.isEmpty());
    }

    @Test
    void aFaultOfTheSinkDoesNotEndTheReader() throws Exception {
        DefaultSocket left = open(ANY_PORTS);
        DefaultSocket right = openElsewhere(ANY_PORTS);
        QueueSink sink = new QueueSink();
        right.start(new org.jcharon.api.socket.PacketSink() {
            private boolean failed;

            @Override
            public void ike(Packet packet) {
                if (!failed) {
                    failed = true;
                    throw new IllegalStateException("a bug");
                }
                sink.ike(packet);
            }

            @Override
            public void esp(Endpoint source, Endpoint destination, byte[] octets, int offset, int length) {}
        });
        Packet packet = new Packet(at("127.0.0.1", left.port()), at("127.0.0.1", right.port()), MESSAGE);
        left.send(packet);
        left.send(packet);
        QueueSink.next(sink.ike);
    }

    @Test
    void namesThePortThatIsInUseAndTheRemedy() throws Exception {
        try (UdpSocket other = linux.udp(new InetSocketAddress(ip("0.0.0.0"), 0), UdpOptions.DEFAULT)) {
            String port = String.valueOf(other.local().getPort());
            IllegalStateException refused = assertThrows(
                    IllegalStateException.class, () -> open("charon.port", port, "charon.port_nat_t", "0"));
            assertTrue(refused.getMessage().contains("UDP port " + port + " is in use"), refused.getMessage());
            assertTrue(refused.getMessage().contains("charon.port"), refused.getMessage());
            assertEquals(1, refused.getMessage().lines().count());
        }
    }

    @Test
    void refusesSettingsThatMakeNoSense() {
        assertThrows(IllegalStateException.class, () -> open("charon.port", "70000"));
        assertThrows(IllegalStateException.class, () -> open("charon.port", "7000", "charon.port_nat_t", "7000"));
        assertThrows(
                IllegalStateException.class,
                () -> open(
                        "charon.plugins.socket-default.use_ipv4", "no",
                        "charon.plugins.socket-default.use_ipv6", "no"));
    }

    @Test
    void opensOneFamilyOnly() throws Exception {
        DefaultSocket socket =
                open("charon.port", "0", "charon.port_nat_t", "0", "charon.plugins.socket-default.use_ipv6", "no");
        assertTrue(socket.supports(false));
        assertFalse(socket.supports(true));
        assertEquals(2, socket.handles().size());
        assertThrows(
                IOException.class, () -> socket.send(new Packet(at("::", socket.port()), at("::1", 500), MESSAGE)));
    }

    private static SocketSettings anyPorts(String... more) {
        List<String> all = new ArrayList<>(List.of(ANY_PORTS));
        for (int i = 0; i < more.length; i += 2) {
            all.add("charon.plugins.socket-default." + more[i]);
            all.add(more[i + 1]);
        }
        return SocketSettings.from(new MapSettings(all.toArray(String[]::new)));
    }

    @Test
    void opensAnotherFamilyWhileTheFirstGoesOn() throws Exception {
        DefaultSocket socket =
                open("charon.port", "0", "charon.port_nat_t", "0", "charon.plugins.socket-default.use_ipv6", "no");
        QueueSink sink = new QueueSink();
        socket.start(sink);
        int port = socket.port();
        DefaultSocket peer = openElsewhere(ANY_PORTS);
        socket.change(anyPorts());
        assertTrue(socket.supports(true));
        assertEquals(List.of(port, port), ports(socket, false));
        for (String address : new String[] {"127.0.0.1", "::1"}) {
            peer.send(new Packet(at(address, peer.port()), at(address, port), MESSAGE));
            assertEquals(MESSAGE, QueueSink.next(sink.ike).data());
            socket.send(new Packet(at(address, port), at(address, peer.port()), MESSAGE));
        }
        socket.change(anyPorts("use_ipv4", "no"));
        assertTrue(socket.supports(false), "IKE_SAs may use it: only a restart closes it");
        peer.send(new Packet(at("127.0.0.1", peer.port()), at("127.0.0.1", port), MESSAGE));
        assertEquals(MESSAGE, QueueSink.next(sink.ike).data());
    }

    private static List<Integer> ports(DefaultSocket socket, boolean nat) {
        int wanted = nat ? socket.natPort() : socket.port();
        return socket.handles().stream()
                .map(handle -> handle.bound().port())
                .filter(port -> port == wanted)
                .toList();
    }

    @Test
    void takesSourceAndSizeOverAndLosesNothing() throws Exception {
        DefaultSocket left = open(ANY_PORTS);
        DefaultSocket right = openElsewhere(ANY_PORTS);
        QueueSink sink = new QueueSink();
        right.start(sink);
        Packet packet = new Packet(at("127.0.0.5", left.port()), at("127.0.0.6", right.port()), MESSAGE);
        for (int i = 0; i < 20; i++) {
            left.change(anyPorts("set_source", i % 2 == 0 ? "no" : "yes"));
            left.send(packet);
            right.change(SocketSettings.from(new MapSettings(
                    "charon.port", "0", "charon.port_nat_t", "0", "charon.max_packet", String.valueOf(2000 + i))));
            assertEquals(
                    i % 2 == 0 ? "127.0.0.1" : "127.0.0.5",
                    QueueSink.next(sink.ike).source().address().getHostAddress());
        }
        byte[] big = new byte[2500];
        big[4] = 1;
        left.send(new Packet(packet.source(), packet.destination(), Chunk.of(big)));
        right.change(anyPorts());
        left.send(new Packet(packet.source(), packet.destination(), Chunk.of(big)));
        assertEquals(2500, QueueSink.next(sink.ike).data().length());
    }

    @Test
    void keepsItsPortsUntilARestart() throws Exception {
        DefaultSocket socket = open(ANY_PORTS);
        int port = socket.port();
        socket.change(SocketSettings.from(new MapSettings("charon.port", "7701", "charon.port_nat_t", "7702")));
        assertEquals(port, socket.port());
        socket.close();
        open.remove(socket);
        socket.change(anyPorts("set_source", "no"));
    }

    @Test
    void marksOpenSocketsAnew() throws Exception {
        inNamespace(() -> {
            ipCommand("rule add fwmark 7 prohibit");
            DefaultSocket socket = open("charon.plugins.socket-default.use_ipv6", "no");
            Packet packet = new Packet(at("0.0.0.0", 500), at("192.0.2.1", 500), MESSAGE);
            assertTrue(refusal(socket, packet).contains("ENETUNREACH"), refusal(socket, packet));
            socket.change(SocketSettings.from(new MapSettings(
                    "charon.plugins.socket-default.fwmark", "7", "charon.plugins.socket-default.use_ipv6", "no")));
            assertTrue(refusal(socket, packet).contains("EACCES"), refusal(socket, packet));
            socket.close();
            open.remove(socket);
            linux.claim("socket-default/ike4/500/7", UdpSocket.class)
                    .orElseThrow()
                    .close();
        });
    }

    private static String refusal(DefaultSocket socket, Packet packet) {
        return assertThrows(IOException.class, () -> socket.send(packet)).getMessage();
    }

    /** In the network namespace of the calling thread. */
    private static void ipCommand(String arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("ip"));
        command.addAll(List.of(arguments.split(" ")));
        assertEquals(0, new ProcessBuilder(command).inheritIO().start().waitFor());
    }

    @Test
    void passesItsSocketsToTheNextVersionWithWhatArrivedMeanwhile() throws Exception {
        DefaultSocket sender = openElsewhere(ANY_PORTS);
        DefaultSocket first = new DefaultSocket(linux, processor, processor, new MapSettings(ANY_PORTS));
        first.start(new QueueSink());
        int port = first.port();
        int natPort = first.natPort();
        first.close();
        sender.send(new Packet(at("127.0.0.1", sender.port()), at("127.0.0.1", port), MESSAGE));

        DefaultSocket second = open(ANY_PORTS);
        assertEquals(port, second.port());
        assertEquals(natPort, second.natPort());
        QueueSink sink = new QueueSink();
        second.start(sink);
        assertEquals(MESSAGE, QueueSink.next(sink.ike).data());
        processor.timers.forEach(job -> job.run());
        sender.send(new Packet(at("127.0.0.1", sender.port()), at("127.0.0.1", port), MESSAGE));
        QueueSink.next(sink.ike);
    }

    @Test
    void freesItsPortsWhenNoNextVersionComes() throws Exception {
        DefaultSocket first = new DefaultSocket(linux, processor, processor, new MapSettings(ANY_PORTS));
        int port = first.port();
        first.close();
        processor.timers.forEach(job -> job.run());
        linux.udp(new InetSocketAddress(ip("0.0.0.0"), port), UdpOptions.DEFAULT)
                .close();
    }

    @Test
    void reportsWhatTheSystemRefuses() throws Exception {
        DefaultSocket socket = open(ANY_PORTS);
        IOException refused = assertThrows(
                IOException.class,
                () -> socket.send(new Packet(at("192.0.2.99", socket.port()), at("127.0.0.1", 9), MESSAGE)));
        assertTrue(refused.getMessage().contains("E"), refused.getMessage());
        assertThrows(IOException.class, () -> socket.send(new Packet(at("0.0.0.0", 1), at("127.0.0.1", 9), MESSAGE)));
    }

    @Test
    void usesNoMarkerWithPort500AndOneBetweenOthers() throws Exception {
        inNamespace(() -> {
            DefaultSocket socket = open();
            QueueSink sink = new QueueSink();
            socket.start(sink);
            assertEquals(500, socket.port());
            assertEquals(4500, socket.natPort());
            try (UdpSocket peer = linux.udp(new InetSocketAddress(ip("127.0.0.1"), 5000), UdpOptions.DEFAULT)) {
                var batch = peer.newReceiveBatch(1, 100);
                socket.send(new Packet(at("127.0.0.1", 500), at("127.0.0.1", 5000), MESSAGE));
                peer.receive(batch);
                assertEquals(9, batch.length(0));
                socket.send(new Packet(at("127.0.0.1", 4500), at("127.0.0.1", 5000), MESSAGE));
                peer.receive(batch);
                assertEquals(13, batch.length(0));
                assertEquals(0, batch.data(0).getInt(0));
                peer.send(MESSAGE.toArray(), 0, 9, new InetSocketAddress(ip("127.0.0.1"), 500), null);
                assertEquals(MESSAGE, QueueSink.next(sink.ike).data());
                peer.send(MESSAGE.toArray(), 0, 9, new InetSocketAddress(ip("127.0.0.1"), 4500), null);
                assertEquals(MESSAGE, QueueSink.next(sink.esp).data());
            }
            for (var handle : socket.handles()) {
                handle.bypassIpsec();
                handle.decapsulateEsp();
            }
        });
    }

    private interface Body {
        void run() throws Exception;
    }

    private void inNamespace(Body body) throws Exception {
        CompletableFuture<Void> done = new CompletableFuture<>();
        CompletableFuture<String> skipped = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                linux.enterNewNetworkNamespace();
                try (NetlinkSocket netlink = linux.netlink(Linux.NETLINK_ROUTE)) {
                    // RTM_NEWLINK: loopback up
                    netlink.request(
                            new NetlinkBuilder(16, 0, "lo up")
                                    .zeros(4)
                                    .u32(1)
                                    .u32(1)
                                    .u32(1),
                            Duration.ofSeconds(2));
                }
                skipped.complete("");
                body.run();
                done.complete(null);
            } catch (LinuxException e) {
                skipped.complete(e.getMessage());
                done.completeExceptionally(e);
            } catch (Throwable e) {
                done.completeExceptionally(e);
            }
        });
        thread.start();
        String reason = skipped.get(20, TimeUnit.SECONDS);
        if (!reason.isEmpty()) {
            abort(reason);
        }
        try {
            done.get(20, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }
}
