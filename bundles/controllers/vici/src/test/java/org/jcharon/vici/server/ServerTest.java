// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jcharon.api.wire.WireException;
import org.jcharon.lib.testkit.FakeTime;
import org.jcharon.lib.testkit.SeededRandom;
import org.jcharon.vici.message.Packet;
import org.jcharon.vici.message.Section;
import org.jcharon.vici.message.Value;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServerTest {

    private static final Limits LIMITS =
            new Limits(700, 1 << 20, 16 << 10, 256 << 10, Duration.ofSeconds(30), Duration.ofSeconds(60));

    @TempDir
    private Path folder;

    private final TestThreads threads = new TestThreads();
    private final FakeTime time = new FakeTime();
    private final Map<String, Commands.Command> commands = new ConcurrentHashMap<>();
    private final Map<String, Integer> registrations = new ConcurrentHashMap<>();
    private Path socket;
    private Server server;

    @BeforeEach
    void start() throws IOException {
        socket = folder.resolve("vici");
        commands.put("echo", (request, client) -> CompletableFuture.completedFuture(copy(request)));
        Commands table = new Commands() {
            @Override
            public Optional<Command> command(String name) {
                return Optional.ofNullable(commands.get(name));
            }

            @Override
            public boolean isEvent(String name) {
                return name.equals("log") || name.equals("list");
            }

            @Override
            public void registrations(String event, int clients) {
                registrations.put(event, clients);
            }
        };
        Door door = Door.open("unix://" + socket, new Door.Access(0600, ""));
        server = new Server(List.of(door), table, threads, time, LIMITS);
        server.start();
    }

    @AfterEach
    void stop() {
        server.close();
        threads.close();
    }

    private static Section copy(Section request) {
        Section.Builder out = Section.builder();
        request.elements().forEach((key, element) -> {
            if (element instanceof Value value) {
                out.put(key, value.text());
            }
        });
        return out.build();
    }

    private static Section text(String text) {
        return Section.builder().put("text", text).build();
    }

    /** The server's thread has done what came before once it has answered this. */
    private void served() throws IOException, WireException {
        try (TestClient other = new TestClient(socket)) {
            assertEquals(text("x"), other.call("echo", text("x")));
        }
    }

    @Test
    void namesThatAreNotKnownAreAnswered() throws Exception {
        try (TestClient client = new TestClient(socket)) {
            client.send(Packet.CMD_REQUEST, "nothing", Section.EMPTY);
            assertEquals(Packet.CMD_UNKNOWN, client.type());
            assertEquals(Packet.EVENT_UNKNOWN, client.register("nothing"));
            client.send(Packet.EVENT_UNREGISTER, "log", Section.EMPTY);
            assertEquals(Packet.EVENT_UNKNOWN, client.type());
            assertEquals(text("still here"), client.call("echo", text("still here")));
        }
    }

    @Test
    void eventsGoToThoseWhoRegistered() throws Exception {
        try (TestClient one = new TestClient(socket);
                TestClient other = new TestClient(socket)) {
            assertEquals(Packet.EVENT_CONFIRM, one.register("log"));
            assertEquals(text("x"), other.call("echo", text("x")));
            assertTrue(server.isWanted("log"));
            server.broadcast("log", () -> text("line"));
            assertEquals(Packet.EVENT, one.type());
            one.send(Packet.EVENT_UNREGISTER, "log", Section.EMPTY);
            assertEquals(Packet.EVENT_CONFIRM, one.type());
            server.broadcast("log", () -> {
                throw new AssertionError("nobody wants it");
            });
            assertEquals(0, registrations.get("log"));
        }
    }

    @Test
    void aFailureIsAnAnswer() throws Exception {
        commands.put("fail", (request, client) -> {
            throw new CommandFailed("no such luck");
        });
        commands.put("fault", (request, client) -> {
            throw new IllegalStateException("a bug");
        });
        try (TestClient client = new TestClient(socket)) {
            assertEquals(Replies.failed("no such luck"), client.call("fail", Section.EMPTY));
            Section answer = client.call("fault", Section.EMPTY);
            assertTrue(answer.text("errmsg").orElseThrow().contains("a bug"));
            assertEquals(text("x"), client.call("echo", text("x")));
        }
    }

    @Test
    void oneCommandAtATimeInOrder() throws Exception {
        CompletableFuture<Section> slow = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        commands.put("slow", (request, client) -> {
            begun.countDown();
            return slow;
        });
        try (TestClient client = new TestClient(socket)) {
            client.send(Packet.CMD_REQUEST, "slow", Section.EMPTY);
            client.send(Packet.CMD_REQUEST, "nothing", Section.EMPTY);
            assertTrue(begun.await(10, TimeUnit.SECONDS));
            served();
            slow.complete(text("slow"));
            assertEquals(Packet.CMD_RESPONSE, client.type());
            assertEquals(Packet.CMD_UNKNOWN, client.type());
        }
    }

    @Test
    void whoDisconnectsIsNoticedWhileWaiting() throws Exception {
        CountDownLatch gone = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        commands.put("wait", (request, client) -> {
            client.gone().thenRun(gone::countDown);
            begun.countDown();
            return new CompletableFuture<>();
        });
        try (TestClient client = new TestClient(socket)) {
            client.register("log");
            client.send(Packet.CMD_REQUEST, "wait", Section.EMPTY);
            assertTrue(begun.await(10, TimeUnit.SECONDS));
        }
        assertTrue(gone.await(10, TimeUnit.SECONDS));
        served();
        assertEquals(0, registrations.get("log"));
    }

    @Test
    void garbageEndsTheConnectionAndNoOther() throws Exception {
        SeededRandom random = new SeededRandom(7);
        for (int round = 0; round < 300; round++) {
            try (TestClient client = new TestClient(socket)) {
                byte[] junk = new byte[1 + round % 200];
                random.fill(junk);
                junk[0] |= (byte) 0x80; // a length that is too large
                client.raw(junk.length >= 4 ? junk : new byte[4]);
                assertEquals(-1, client.type());
            }
        }
        try (TestClient client = new TestClient(socket)) {
            ByteArrayOutputStream deep = new ByteArrayOutputStream();
            deep.writeBytes(new byte[] {0, 0, 0x75, 0x36, 0, 4, 'e', 'c', 'h', 'o'});
            for (int i = 0; i < 10_000; i++) {
                deep.writeBytes(new byte[] {1, 1, 'a'});
            }
            client.raw(deep.toByteArray());
            assertEquals(-1, client.type());
        }
        served();
    }

    @Test
    void halfASegmentHasItsTime() throws Exception {
        try (TestClient slow = new TestClient(socket);
                TestClient idle = new TestClient(socket)) {
            slow.raw((byte) 0, (byte) 0);
            served();
            time.advance(Duration.ofSeconds(29));
            served();
            slow.raw((byte) 0); // does not begin the time anew
            served();
            time.advance(Duration.ofSeconds(2));
            served();
            assertEquals(-1, slow.type());
            assertEquals(text("x"), idle.call("echo", text("x")));
        }
    }

    @Test
    void halvesOfLargeSegmentsShareABudget() throws Exception {
        List<TestClient> clients = new ArrayList<>();
        byte[] most = new byte[4 + 400_000];
        most[1] = 8; // 524,288 octets announced
        for (int i = 0; i < 3; i++) {
            TestClient client = new TestClient(socket);
            clients.add(client);
            try {
                client.raw(most);
            } catch (IOException cutOff) {
                // may come while it writes
            }
        }
        assertEquals(-1, clients.get(2).type());
        for (TestClient client : clients) {
            client.close();
        }
        served();
        time.advance(Duration.ofSeconds(2));
        served();
        try (TestClient client = new TestClient(socket)) {
            String text = "y".repeat(60_000);
            assertEquals(text(text), client.call("echo", text(text)));
        }
    }

    @Test
    void whoDoesNotReadIsCutOff() throws Exception {
        try (TestClient client = new TestClient(socket)) {
            client.register("list");
            CompletableFuture<Void> gone = new CompletableFuture<>();
            commands.put("flood", (request, sender) -> {
                sender.gone().thenRun(() -> gone.complete(null));
                for (int i = 0; i < 5_000 && !gone.isDone(); i++) {
                    sender.event("list", text("z".repeat(1_000)));
                }
                return CompletableFuture.completedFuture(Section.EMPTY);
            });
            client.send(Packet.CMD_REQUEST, "flood", Section.EMPTY);
            gone.get(20, TimeUnit.SECONDS);
        }
        served();
    }

    @Test
    void logLinesAreLostRatherThanKept() throws Exception {
        try (TestClient client = new TestClient(socket)) {
            client.register("log");
            for (int i = 0; i < 5_000; i++) {
                server.broadcastOrLose("log", () -> text("z".repeat(1_000)));
            }
            served();
            assertEquals(Packet.EVENT, client.type()); // still connected
        }
    }

    @Test
    void aClientThatStallsForLongIsCutOff() throws Exception {
        try (TestClient client = new TestClient(socket)) {
            client.register("log");
            for (int i = 0; i < 2_000; i++) {
                server.broadcastOrLose("log", () -> text("z".repeat(1_000)));
            }
            served();
            time.advance(Duration.ofSeconds(30));
            served();
            assertEquals(1, server.clients() > 0 ? registrations.get("log") : 0);
            time.advance(Duration.ofSeconds(40));
            served();
            served();
            assertEquals(0, registrations.get("log"));
        }
    }

    @Test
    void fiveHundredClientsAreServed() throws Exception {
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            clients.add(new TestClient(socket));
        }
        for (int i = 0; i < clients.size(); i++) {
            assertEquals(text("n" + i), clients.get(i).call("echo", text("n" + i)));
        }
        assertEquals(500, server.clients());
        for (TestClient client : clients) {
            client.close();
        }
        served();
    }

    @Test
    void thereIsAMostOfClients() throws Exception {
        List<TestClient> clients = new ArrayList<>();
        for (int i = 0; i < LIMITS.connections(); i++) {
            clients.add(new TestClient(socket));
        }
        clients.get(0).call("echo", text("x"));
        clients.get(clients.size() - 1).call("echo", text("x"));
        try (TestClient late = new TestClient(socket)) {
            assertEquals(-1, late.type());
        }
        for (TestClient client : clients) {
            client.close();
        }
    }

    @Test
    void closingDisconnectsAllAndTakesTheFileAway() throws Exception {
        try (TestClient client = new TestClient(socket)) {
            client.call("echo", text("x"));
            server.close();
            assertEquals(-1, client.type());
        }
        assertTrue(java.nio.file.Files.notExists(socket));
    }
}
