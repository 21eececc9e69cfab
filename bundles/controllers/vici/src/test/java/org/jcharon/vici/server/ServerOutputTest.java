// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jcharon.api.wire.WireException;
import org.jcharon.vici.RecordingLog;
import org.jcharon.vici.message.Packet;
import org.jcharon.vici.message.Section;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that do not read, and those that leave. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServerOutputTest {

    private static final Section HELLO = Section.builder().put("text", "hello").build();
    private static final Section NEWS =
            Section.builder().put("text", "x".repeat(8_000)).build();

    @TempDir
    Path folder;

    private Rig rig;

    @BeforeEach
    void open() throws IOException {
        rig = new Rig(folder, Rig.LIMITS);
    }

    @AfterEach
    void nothingIsLeft() {
        rig.awaitClients(0);
        assertFalse(rig.server.isWanted("news"));
        assertFalse(rig.server.isWanted("log"));
        rig.close();
        assertEquals(List.of(), RecordingLog.traces());
    }

    private Socket registered(String event) throws IOException, WireException {
        Socket client = rig.connect();
        assertArrayEquals(
                new byte[] {Packet.EVENT_CONFIRM},
                client.about(Packet.EVENT_REGISTER, event).receive());
        return client;
    }

    @Test
    void eventsGoToThoseWhoRegisteredThem() throws IOException, WireException {
        try (Socket one = registered("news");
                Socket two = registered("news");
                Socket other = registered("log")) {
            rig.server.broadcast("news", () -> HELLO);
            byte[] expected = Socket.request(Packet.EVENT, "news", HELLO);
            for (Socket client : List.of(one, two)) {
                assertArrayEquals(java.util.Arrays.copyOfRange(expected, 4, expected.length), client.receive());
            }
            assertEquals(HELLO, other.command("echo", HELLO).answer(), "and nothing before");
            rig.server.broadcast("nobody", () -> {
                throw new AssertionError("is asked for only if somebody wants it");
            });
        }
    }

    @Test
    void cutsOffWhoDoesNotReadWhileEventsFlow() throws IOException, WireException {
        try (Socket deaf = registered("news");
                Socket other = rig.connect()) {
            rig.awaitClients(2);
            int sent = 0;
            // another thread cuts off: how many events are broadcast until then depends on the moment, but they are not
            // kept
            while (rig.server.clients() == 2 && sent < 1_000_000) {
                rig.server.broadcast("news", () -> NEWS);
                sent++;
            }
            assertEquals(1, rig.server.clients(), "after " + sent + " events of 8,000 octets");
            rig.awaitLine("does not read what is sent to it");
            assertTrue(deaf.isCutOff());
            assertEquals(HELLO, other.command("echo", HELLO).answer());
        }
    }

    @Test
    void cutsOffWhoReadsNothingForLongWhileMuchWaits() throws IOException, WireException {
        try (Socket deaf = registered("news");
                Socket other = rig.connect()) {
            // what the socket takes, and then some that is less than the limit
            for (int i = 0; i < 50; i++) {
                rig.server.broadcast("news", () -> NEWS);
                assertEquals(HELLO, other.command("echo", HELLO).answer());
            }
            assertEquals(2, rig.server.clients());
            rig.time.advance(Duration.ofSeconds(59));
            assertEquals(HELLO, other.command("echo", HELLO).answer());
            rig.time.advance(Duration.ofSeconds(2));
            rig.awaitLine("read nothing for 60 s");
            assertTrue(deaf.isCutOff());
            assertEquals(HELLO, other.command("echo", HELLO).answer());
        }
    }

    @Test
    void logLinesAreLostRatherThanKeptForWhoDoesNotRead() throws IOException, WireException {
        try (Socket slow = registered("log");
                Socket other = rig.connect()) {
            for (int i = 0; i < 2_000; i++) {
                rig.server.broadcastOrLose("log", () -> NEWS);
            }
            assertEquals(HELLO, other.command("echo", HELLO).answer());
            assertEquals(2, rig.server.clients(), "it is not cut off");
            slow.command("echo", HELLO);
            byte[] last = slow.receive();
            while (last[0] != Packet.CMD_RESPONSE) {
                last = slow.receive();
            }
        }
        rig.awaitClients(0);
        rig.awaitLine("log events");
    }

    @Test
    void workIsCancelledWhenItsClientLeaves() throws IOException, WireException {
        Section secret = Section.builder().put("data", "hunter2").build();
        try (Socket client = rig.connect()) {
            client.command("wait", secret);
            Rig.await("the command runs", () -> !rig.waiting.isEmpty());
        }
        CompletableFuture<Section> work = rig.waiting.remove();
        Rig.await("it is cancelled", work::isCancelled);
        rig.awaitClients(0);
        Section request = rig.requests.remove();
        Rig.await(
                "its arguments are wiped",
                () -> request.value("data").orElseThrow().octets()[0] == 0);
        assertEquals(
                List.of(),
                RecordingLog.lines().stream()
                        .filter(line -> line.startsWith("ERROR"))
                        .toList(),
                "to leave is no error");
    }

    @Test
    void workOfClientsThatStayIsNotTouched() throws IOException, WireException {
        try (Socket stays = rig.connect()) {
            stays.command("wait", HELLO);
            Rig.await("the command runs", () -> rig.waiting.size() == 1);
            try (Socket leaves = rig.connect()) {
                leaves.command("wait", HELLO);
                Rig.await("the command runs", () -> rig.waiting.size() == 2);
            }
            rig.awaitClients(1);
            rig.waiting.remove().complete(HELLO);
            assertEquals(HELLO, stays.answer());
            assertEquals(HELLO, stays.command("echo", HELLO).answer());
        }
    }

    @Test
    void requestsWaitForTheOneBeforeAndAreNotReadWithoutEnd() throws IOException, WireException {
        try (Socket client = rig.connect()) {
            client.channel.configureBlocking(false);
            client.command("wait", HELLO);
            Rig.await("the command runs", () -> rig.waiting.size() == 1);
            byte[] more = Socket.request(
                    Packet.CMD_REQUEST,
                    "echo",
                    Section.builder().put("text", "x".repeat(9_000)).build());
            java.nio.ByteBuffer next = java.nio.ByteBuffer.wrap(more);
            int taken = 0;
            int misses = 0;
            while (misses < 200 && taken < 5_000) {
                if (client.channel.write(next) == 0) {
                    misses++;
                    java.util.concurrent.locks.LockSupport.parkNanos(500_000);
                }
                if (!next.hasRemaining()) {
                    next.rewind();
                    taken++;
                }
            }
            assertTrue(taken < 500, "not read without end: " + taken);
            assertEquals(1, rig.waiting.size());
            rig.waiting.remove().complete(HELLO);
        }
    }

    @Test
    void aFaultOfWhoHearsOfRegistrationsEndsNobody() throws IOException, WireException {
        rig.faulty = true;
        try (Socket other = rig.connect()) {
            try (Socket client = registered("log")) {
                assertEquals(HELLO, client.command("echo", HELLO).answer());
            }
            rig.awaitClients(1);
            assertEquals(HELLO, other.command("echo", HELLO).answer());
        }
    }

    @Test
    void closingDisconnectsEverybodyAndCancelsTheirWork() throws IOException, WireException {
        try (Socket client = registered("news")) {
            client.command("wait", HELLO);
            Rig.await("the command runs", () -> rig.waiting.size() == 1);
            rig.server.close();
            assertTrue(client.isCutOff());
            assertTrue(rig.waiting.remove().isCancelled());
        }
    }
}
