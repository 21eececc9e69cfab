// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoorTest {

    private static final Door.Access OWNER = new Door.Access(0600, "");

    @TempDir
    private Path folder;

    private static String refused(String uri) {
        return assertThrows(IOException.class, () -> Door.open(uri, OWNER).close())
                .getMessage();
    }

    @Test
    void permissionsAreThoseConfigured() throws IOException {
        Path socket = folder.resolve("vici");
        try (Door door = Door.open("unix://" + socket, new Door.Access(0660, ""))) {
            assertEquals("rw-rw----", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)));
            assertTrue(door.channel().isOpen());
        }
        try (var left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void aFileLeftBehindIsReplacedAndOneInUseIsNot() throws IOException {
        Path socket = folder.resolve("vici");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(socket));
        }
        assertTrue(Files.exists(socket));
        try (Door door = Door.open("unix://" + socket, OWNER)) {
            assertTrue(refused("unix://" + socket).contains("in use"));
            assertTrue(Files.exists(socket));
            assertTrue(door.channel().isOpen());
        }
    }

    @Test
    void whatIsNoSocketIsLeftAlone() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "precious");
        assertTrue(refused("unix://" + file).contains("no socket"));
        assertEquals("precious", Files.readString(file));
    }

    @Test
    void pathsHaveALimitAndItIsNamed() {
        String why = refused("unix://" + folder.resolve("x".repeat(107)));
        assertTrue(why.contains("107") && why.contains("charon.plugins.vici.socket"), why);
    }

    @Test
    void tcpIsForThisMachineOnly() throws IOException {
        assertTrue(refused("tcp://192.0.2.1:4502").contains("loopback"));
        assertTrue(refused("tcp://0.0.0.0:4502").contains("loopback"));
        assertTrue(refused("tcp://127.0.0.1").contains("tcp://ADDRESS:PORT"));
        assertTrue(refused("tcp://127.0.0.1:x").contains("tcp://ADDRESS:PORT"));
        assertTrue(refused("http://x").contains("neither"));
        try (Door door = Door.open("tcp://127.0.0.1:0", OWNER)) {
            assertTrue(door.channel().isOpen());
        }
        try (Door door = Door.open("tcp://[::1]:0", OWNER)) {
            assertTrue(door.channel().isOpen());
        }
    }
}
