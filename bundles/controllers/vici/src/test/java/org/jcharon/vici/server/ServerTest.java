// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jcharon.api.wire.WireException;
import org.jcharon.vici.RecordingLog;
import org.jcharon.vici.message.Packet;
import org.jcharon.vici.message.Section;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ServerTest {

    private static final Section HELLO = Section.builder().put("text", "hello").build();

    @TempDir
    Path folder;

    private Rig rig;

    @BeforeEach
    void open() throws IOException {
        rig = new Rig(folder, Rig.LIMITS);
    }

    @AfterEach
    void nothingIsLeft() throws IOException, WireException {
        isServed();
        rig.awaitClients(0);
        rig.close();
        assertFalse(Files.exists(rig.file), "the socket is gone");
        try (var files = Files.list(folder)) {
            assertEquals(0, files.count(), "nor is anything else left");
        }
        assertEquals(List.of(), RecordingLog.traces());
    }

    private void isServed() throws IOException, WireException {
        try (Socket other = rig.connect()) {
            assertEquals(HELLO, other.command("echo", HELLO).answer());
        }
    }

    @Test
    void serves500ClientsAtOnce() throws IOException, WireException {
        List<Socket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 500; i++) {
                clients.add(rig.connect());
            }
            for (Socket client : clients) {
                client.command("echo", HELLO);
            }
            for (Socket client : clients) {
                assertEquals(HELLO, client.answer());
            }
            assertEquals(500, rig.server.clients());
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
        rig.awaitClients(0);
    }

    @Test
    void refusesMoreThanTheLimitAndServesTheOthers() throws IOException, WireException {
        List<Socket> clients = new ArrayList<>();
        try {
            for (int i = 0; i < 600; i++) {
                clients.add(rig.connect());
            }
            rig.awaitClients(600);
            try (Socket tooMany = rig.connect()) {
                assertTrue(tooMany.isCutOff());
            }
            assertEquals(HELLO, clients.get(599).command("echo", HELLO).answer());
            rig.time.advance(Duration.ofSeconds(2));
            rig.awaitLine("refused 1 vici clients, 600 are connected");
        } finally {
            for (Socket client : clients) {
                client.close();
            }
        }
        rig.awaitClients(0);
    }

    @Test
    void cutsOffWhoSendsHalfAHeaderAndNoMore() throws IOException, WireException {
        try (Socket slow = rig.connect();
                Socket idle = rig.connect()) {
            slow.send(new byte[] {0, 0});
            isServed();
            rig.time.advance(Duration.ofSeconds(29));
            isServed();
            rig.awaitClients(2);
            rig.time.advance(Duration.ofSeconds(2));
            assertTrue(slow.isCutOff());
            rig.awaitLine("sent a segment in part only for 30 s");
            assertEquals(HELLO, idle.command("echo", HELLO).answer(), "who sends nothing may stay");
        }
    }

    @Test
    void cutsOffWhoDripsOctets() throws IOException, WireException {
        try (Socket slow = rig.connect()) {
            byte[] request = Socket.request(Packet.CMD_REQUEST, "echo", HELLO);
            slow.send(Arrays.copyOf(request, 3));
            isServed();
            rig.time.advance(Duration.ofSeconds(20));
            slow.send(Arrays.copyOfRange(request, 3, 6));
            isServed();
            rig.time.advance(Duration.ofSeconds(11));
            assertTrue(slow.isCutOff());
        }
    }

    @Test
    void takesSegmentsInAnyPieces() throws IOException, WireException {
        try (Socket client = rig.connect()) {
            byte[] request = Socket.request(Packet.CMD_REQUEST, "echo", HELLO);
            for (byte octet : request) {
                client.send(new byte[] {octet});
            }
            assertEquals(HELLO, client.answer());
            byte[] three = Arrays.copyOf(request, request.length * 3);
            System.arraycopy(request, 0, three, request.length, request.length);
            System.arraycopy(request, 0, three, 2 * request.length, request.length);
            client.send(three);
            for (int i = 0; i < 3; i++) {
                assertEquals(HELLO, client.answer());
            }
        }
    }

    @Test
    void forgetsWhoLeavesInTheMiddleOfASegment() throws IOException {
        try (Socket client = rig.connect()) {
            client.send(new byte[] {0, 0, 1, 0, 0, 4, 'e'});
            rig.awaitClients(1);
        }
        rig.awaitClients(0);
    }

    @Test
    void cutsOffWhoSendsTooLongOrEmptySegments() throws IOException, WireException {
        for (byte[] header : List.of(
                new byte[] {0, 8, 0, 1}, new byte[] {-1, -1, -1, -1}, new byte[] {0x7F, -1, -1, -1}, new byte[4])) {
            try (Socket client = rig.connect()) {
                assertTrue(client.send(header).isCutOff());
            }
            isServed();
        }
        rig.awaitLine("segment of 524289 octets, not 1 to 524288");
        rig.awaitLine("segment of 4294967295 octets");
    }

    @Test
    void cutsOffWhoSendsNoMessage() throws IOException, WireException {
        for (byte[] segment : List.of(
                new byte[] {0, 0, 0, 1, 1},
                new byte[] {0, 0, 0, 1, 0},
                new byte[] {0, 0, 0, 3, 0, 9, 'x'},
                new byte[] {0, 0, 0, 7, 0, 4, 'e', 'c', 'h', 'o', 2},
                "GET / HTTP/1.1\r\n\r\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII))) {
            try (Socket client = rig.connect()) {
                assertTrue(client.send(segment).isCutOff());
            }
            isServed();
        }
    }

    /** The count of what clients hold was once too high for good after each such client, until nobody could send a thing. */
    @Test
    void countsWhatIsHeldRightWhenASegmentEndsAndWhatFollowsIsNone() throws IOException, WireException {
        for (int i = 0; i < 20; i++) {
            try (Socket client = rig.connect()) {
                byte[] request = Socket.request(
                        Packet.CMD_REQUEST,
                        "echo",
                        Section.builder().put("text", "x".repeat(3_000)).build());
                client.send(Arrays.copyOf(request, 2_000));
                client.send(Arrays.copyOfRange(request, 2_000, request.length));
                byte[] last = Arrays.copyOfRange(request, 2_000, request.length + 4); // with a header of no octets
                client.answer();
                client.send(Arrays.copyOf(request, 2_000));
                isServed();
                client.send(last);
                assertTrue(client.isCutOff());
            }
        }
        try (Socket client = rig.connect()) {
            Section message = Section.builder().put("text", "x".repeat(15_000)).build();
            byte[] request = Socket.request(Packet.CMD_REQUEST, "echo", message);
            client.send(Arrays.copyOf(request, 9_000));
            isServed();
            client.send(Arrays.copyOfRange(request, 9_000, request.length));
            assertEquals(message, client.answer());
        }
    }

    @Test
    void allClientsTogetherHoldNoMoreThanTheLimit() throws IOException, WireException {
        byte[] part = new byte[9_000];
        part[2] = 0x7F; // of 32,512 octets
        try (Socket first = rig.connect();
                Socket second = rig.connect();
                Socket third = rig.connect()) {
            first.send(part);
            isServed();
            second.send(part);
            isServed();
            third.send(part);
            assertTrue(third.isCutOff());
            rig.awaitLine("while clients hold too many of these");
        }
    }

    @Test
    void answersUnknownCommandsAndEvents() throws IOException, WireException {
        try (Socket client = rig.connect()) {
            assertArrayEquals(
                    new byte[] {Packet.CMD_UNKNOWN},
                    client.command("nothing", HELLO).receive());
            assertArrayEquals(
                    new byte[] {Packet.EVENT_UNKNOWN},
                    client.about(Packet.EVENT_REGISTER, "nothing").receive());
            assertArrayEquals(
                    new byte[] {Packet.EVENT_UNKNOWN},
                    client.about(Packet.EVENT_UNREGISTER, "log").receive());
            assertArrayEquals(
                    new byte[] {Packet.EVENT_CONFIRM},
                    client.about(Packet.EVENT_REGISTER, "log").receive());
            assertTrue(rig.server.isWanted("log"));
            assertArrayEquals(
                    new byte[] {Packet.EVENT_CONFIRM},
                    client.about(Packet.EVENT_UNREGISTER, "log").receive());
            assertFalse(rig.server.isWanted("log"));
            assertArrayEquals(
                    new byte[] {Packet.EVENT_UNKNOWN},
                    client.about(Packet.EVENT_UNREGISTER, "log").receive());
            assertEquals(List.of("log 1", "log 0"), List.copyOf(rig.registrations));
        }
    }

    @Test
    void answersFailuresBugsAndAnswersThatAreTooLong() throws IOException, WireException {
        try (Socket client = rig.connect()) {
            assertEquals(
                    Replies.failed("for a reason"),
                    client.command("fail", HELLO).answer());
            String bug = client.command("bug", HELLO).answer().text("errmsg").orElseThrow();
            assertTrue(bug.contains("a bug"), bug);
            String huge = client.command("huge", HELLO).answer().text("errmsg").orElseThrow();
            assertTrue(huge.startsWith("answer too long"), huge);
            assertEquals(HELLO, client.command("echo", HELLO).answer());
        }
    }
}
