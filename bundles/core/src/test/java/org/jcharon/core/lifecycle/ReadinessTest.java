// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.lifecycle;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.config.ConfigBackend;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.lifecycle.Obstacle;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.api.socket.IkeSocket;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.socket.PacketSink;
import org.jcharon.lib.testkit.FakeKernel;
import org.jcharon.lib.testkit.FakeScheduler;
import org.jcharon.lib.testkit.FakeTime;
import org.jcharon.lib.testkit.ImmediateProcessor;
import org.junit.jupiter.api.Test;

class ReadinessTest {

    private final ImmediateProcessor processor = new ImmediateProcessor();
    private final FakeScheduler scheduler = new FakeScheduler(new FakeTime(), processor);
    private final List<String> signals = new ArrayList<>();
    private final Readiness readiness = new Readiness(
            processor, scheduler, new Sink(), on -> signals.add("configured " + on), on -> signals.add("ready " + on));
    private final Backend backend = new Backend();
    private final FakeKernel kernel = new FakeKernel();
    private final Socket socket = new Socket();

    private static final class Sink implements PacketSink {
        @Override
        public void ike(Packet packet) {}

        @Override
        public void esp(Endpoint source, Endpoint destination, byte[] octets, int offset, int length) {}
    }

    private static final class Backend implements ConfigBackend {
        private Optional<String> problem = Optional.empty();

        @Override
        public CompletionStage<List<PeerConfig>> peerConfigs() {
            return CompletableFuture.completedStage(List.of());
        }

        @Override
        public Optional<String> problem() {
            return problem;
        }
    }

    private final class Socket implements IkeSocket {
        @Override
        public int port() {
            return 500;
        }

        @Override
        public int natPort() {
            return 4500;
        }

        @Override
        public boolean supports(boolean ipv6) {
            return true;
        }

        @Override
        public void start(PacketSink sink) {
            signals.add("start");
        }

        @Override
        public void send(Packet packet) {}

        @Override
        public void sendEsp(Endpoint source, Endpoint destination, byte[] octets, int offset, int length) {}

        @Override
        public void sendKeepalive(Endpoint source, Endpoint destination) {}
    }

    @Test
    void namesWhatIsMissing() {
        assertEquals(2, readiness.missing().size(), "without configuration no socket is expected");
        backend.problem = Optional.of("swanctl.conf:3: unknown key");
        readiness.add(backend);
        readiness.add(kernel);
        readiness.add(socket);
        assertEquals(List.of("configuration: swanctl.conf:3: unknown key"), readiness.missing());
    }

    @Test
    void namesTheCauseThatAPluginKnows() {
        readiness.add(backend);
        Obstacle noPort = new Obstacle(Obstacle.What.SOCKET, "UDP port 500 is in use: stop who has it");
        readiness.add(noPort);
        readiness.add(new Obstacle(Obstacle.What.IPSEC, "kernel-libipsec: no /dev/net/tun: modprobe tun"));
        assertEquals(
                List.of(
                        "no socket: UDP port 500 is in use: stop who has it",
                        "no kernel interface: kernel-libipsec: no /dev/net/tun: modprobe tun"),
                readiness.missing());
        readiness.remove(noPort);
        assertEquals(
                "no socket: plugin socket-default is not active",
                readiness.missing().get(0));
        readiness.add(kernel);
        readiness.add(socket);
        assertEquals(List.of(), readiness.missing());
    }

    @Test
    void startsTheSocketOnceAfterItIsConfigured() {
        readiness.add(socket);
        readiness.add(kernel);
        processor.runAll();
        assertTrue(signals.isEmpty());
        readiness.add(backend);
        processor.runAll();
        assertEquals(List.of("configured true", "start", "ready true"), signals);
        readiness.remove(backend);
        readiness.add(backend);
        processor.runAll();
        assertEquals(3, signals.size());
        assertTrue(readiness.missing().isEmpty());
    }

    @Test
    void startsASuccessorOfTheSocketAndWithdrawsReadyMeanwhile() {
        readiness.add(backend);
        readiness.add(kernel);
        readiness.add(socket);
        processor.runAll();
        signals.clear();
        readiness.remove(socket);
        processor.runAll();
        readiness.add(new Socket());
        processor.runAll();
        assertEquals(List.of("ready false", "start", "ready true"), signals);
    }

    @Test
    void asksABackendAgainUntilItsProblemIsGone() {
        backend.problem = Optional.of("unreadable");
        readiness.add(backend);
        processor.runAll();
        scheduler.advance(Duration.ofSeconds(1));
        assertTrue(signals.isEmpty());
        backend.problem = Optional.empty();
        scheduler.advance(Duration.ofMillis(100));
        assertEquals(List.of("configured true"), signals);
        scheduler.advance(Duration.ofMillis(200));
        assertEquals(0, scheduler.size());
    }
}
