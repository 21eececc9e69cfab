// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
final class UnixDatagramSocketTest {

    @TempDir
    Path folder;

    private final Linux linux = Linux.create();

    private static boolean send(UnixDatagramSocket socket, String text) throws LinuxException {
        byte[] octets = text.getBytes(StandardCharsets.UTF_8);
        return socket.send(octets, 0, octets.length);
    }

    private static String receive(UnixDatagramSocket socket) throws LinuxException {
        byte[] room = new byte[200_000];
        return new String(room, 0, socket.receive(room, 0, room.length), StandardCharsets.UTF_8);
    }

    @Test
    void carriesDatagramsShortAndLong() throws Exception {
        Path path = folder.resolve("log");
        try (UnixDatagramSocket server = linux.unixDatagramServer(path);
                UnixDatagramSocket client = linux.unixDatagram(path)) {
            assertTrue(send(client, "one"));
            assertTrue(send(client, "x".repeat(60_000)));
            assertEquals("one", receive(server));
            assertEquals(60_000, receive(server).length());
        }
    }

    @Test
    void saysWhyThereIsNobody() throws Exception {
        LinuxException none = assertThrows(LinuxException.class, () -> linux.unixDatagram(folder.resolve("none")));
        assertEquals("ENOENT", none.errnoName());
        Path path = folder.resolve("log");
        UnixDatagramSocket server = linux.unixDatagramServer(path);
        try (UnixDatagramSocket client = linux.unixDatagram(path)) {
            server.close();
            LinuxException gone = assertThrows(LinuxException.class, () -> send(client, "one"));
            assertEquals("ECONNREFUSED", gone.errnoName());
        }
        LinuxException refused = assertThrows(LinuxException.class, () -> linux.unixDatagram(path));
        assertEquals("ECONNREFUSED", refused.errnoName());
        assertThrows(LinuxException.class, () -> linux.unixDatagram(folder.resolve("x".repeat(108))));
    }

    @Test
    void neverWaitsForAPeerThatDoesNotRead() throws Exception {
        Path path = folder.resolve("log");
        try (UnixDatagramSocket server = linux.unixDatagramServer(path);
                UnixDatagramSocket client = linux.unixDatagram(path)) {
            int sent = 0;
            while (send(client, "line")) {
                assertTrue(++sent < 100_000);
            }
            receive(server);
            assertTrue(send(client, "line"));
            assertFalse(server.isClosed());
        }
    }

    @Test
    void aWakeAndTheCloseEndABlockedReceive() throws Exception {
        UnixDatagramSocket server = linux.unixDatagramServer(folder.resolve("log"));
        CompletableFuture<Integer> woken = CompletableFuture.supplyAsync(() -> wait(server));
        server.wake();
        assertEquals(0, woken.get(5, TimeUnit.SECONDS));
        CompletableFuture<Integer> closed = CompletableFuture.supplyAsync(() -> wait(server));
        server.close();
        assertEquals(-1, closed.get(5, TimeUnit.SECONDS));
    }

    private static int wait(UnixDatagramSocket socket) {
        try {
            return socket.receive(new byte[10], 0, 10);
        } catch (LinuxException e) {
            throw new IllegalStateException(e);
        }
    }
}
