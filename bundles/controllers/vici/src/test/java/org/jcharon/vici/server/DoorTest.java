// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DoorTest {

    private static final Door.Access OWNER = new Door.Access(0600, "");

    @TempDir
    Path folder;

    private Path file() {
        return folder.resolve("charon.vici");
    }

    private Door open() throws IOException {
        return Door.open("unix://" + file(), OWNER);
    }

    private static String refusal(String uri) {
        return assertThrows(IOException.class, () -> Door.open(uri, OWNER)).getMessage();
    }

    @ParameterizedTest
    @CsvSource({"0600,rw-------", "0660,rw-rw----", "0666,rw-rw-rw-"})
    void theFileHasTheModeThatIsConfigured(String mode, String expected) throws IOException {
        try (Door door = Door.open("unix://" + file(), new Door.Access(Integer.parseInt(mode, 8), ""))) {
            assertTrue(door.channel().isOpen());
            assertEquals(expected, PosixFilePermissions.toString(Files.getPosixFilePermissions(file())));
            try (Stream<Path> files = Files.list(folder)) {
                assertEquals(List.of(file()), files.toList(), "nothing but the socket");
            }
        }
        assertFalse(Files.exists(file()));
    }

    @Test
    void theFileHasTheGroupThatIsConfigured() throws IOException {
        String group =
                Files.readAttributes(folder, PosixFileAttributes.class).group().getName();
        try (Door door = Door.open("unix://" + file(), new Door.Access(0660, group))) {
            assertTrue(door.channel().isOpen());
            assertEquals(
                    group,
                    Files.readAttributes(file(), PosixFileAttributes.class)
                            .group()
                            .getName());
        }
    }

    @Test
    void aGroupThatIsNotThereIsNamedAndNothingIsLeft() throws IOException {
        String why = assertThrows(
                        IOException.class, () -> Door.open("unix://" + file(), new Door.Access(0660, "no-such-group")))
                .getMessage();
        assertTrue(why.contains("there is no group 'no-such-group'"), why);
        try (Stream<Path> files = Files.list(folder)) {
            assertEquals(0, files.count());
        }
    }

    @Test
    void aSocketThatADeadDaemonLeftIsReplaced() throws IOException {
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(file()));
        }
        assertTrue(Files.exists(file()));
        try (Door door = open();
                SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            assertTrue(client.connect(UnixDomainSocketAddress.of(file())));
            assertTrue(door.channel().isOpen());
        }
    }

    @Test
    void aSocketInUseIsRefusedAndStays() throws IOException {
        try (Door first = open()) {
            String why = refusal("unix://" + file());
            assertTrue(why.endsWith("is in use by a daemon that runs"), why);
            assertTrue(Files.exists(file()));
            assertTrue(first.channel().isOpen());
        }
    }

    @Test
    void whatIsNoSocketIsRefusedAndStays() throws IOException {
        Files.writeString(file(), "precious");
        assertTrue(refusal("unix://" + file()).endsWith("exists and is no socket"));
        assertEquals("precious", Files.readString(file()));
        assertTrue(refusal("unix://" + folder).endsWith("exists and is no socket"));
        assertTrue(refusal("unix://" + folder.resolve("none/s")).endsWith("is no directory"));
    }

    @Test
    void theFileOfAnotherDaemonIsNotTakenAway() throws IOException {
        Door first = open();
        Files.delete(file());
        try (Door second = open()) {
            first.close();
            assertTrue(Files.exists(file()), "of the second");
            assertTrue(second.channel().isOpen());
        }
        assertFalse(Files.exists(file()));
    }

    @Test
    void aPathThatCannotBeIsRefusedWithTheRemedy() throws IOException {
        Path longest = Files.createDirectories(
                folder.resolve("d".repeat(100 - folder.toString().length())));
        String name = "s".repeat(106 - longest.toString().length() - 1);
        try (Door door = Door.open("unix://" + longest.resolve(name), OWNER)) {
            assertTrue(door.channel().isOpen(), "106 octets are allowed");
        }
        String why = refusal("unix://" + longest.resolve(name + "s"));
        assertTrue(why.contains("has 107 octets, more than the 106"), why);
        assertTrue(why.contains("charon.plugins.vici.socket or --run-dir"), why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"0.0.0.0", "192.0.2.1", "[::]", "[2001:db8::1]"})
    void tcpIsRefusedBeyondThisMachine(String host) {
        String why = refusal("tcp://" + host + ":0");
        assertTrue(why.contains("no loopback address"), why);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "127.0.0.2"})
    void tcpOnLoopbackIsServed(String host) throws IOException {
        try (Door door = Door.open("tcp://" + host + ":0", OWNER)) {
            InetSocketAddress address = (InetSocketAddress) door.channel().getLocalAddress();
            assertTrue(address.getAddress().isLoopbackAddress());
            try (SocketChannel client = SocketChannel.open()) {
                assertTrue(client.connect(address));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "tcp://127.0.0.1", "tcp://127.0.0.1:x", "tcp://127.0.0.1:65536", "tcp://:1", "tcp://example.org:1",
                "vsock://1:2", "systemd://vici", "/run/charon.vici", "", "unix://a\0b"
            })
    void whatIsNoAddressIsRefusedInALine(String uri) {
        String why = refusal(uri);
        assertTrue(why.contains("'" + uri + "'"), why);
    }
}
