// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
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
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LayoutTest {
    @TempDir
    private Path folder;

    private Options options(String... more) throws LaunchException {
        return Options.parse(folder.resolve("dist"), List.of(more));
    }

    @Test
    void closesTheFolderOfSocketsToOthers() throws LaunchException, IOException {
        Layout layout = Layout.of(options("--base", folder.resolve("base").toString()));
        layout.make();
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(layout.run())));
    }

    /** It may be /run. */
    @Test
    void leavesAFolderOfSocketsThatIsThereAsItIs() throws LaunchException, IOException {
        Path shared = Files.createDirectory(folder.resolve("shared"));
        Options options = options("--base", folder.resolve("base").toString(), "--run-dir", shared.toString());
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxr-xr-x"));
        Layout.of(options).make();
        assertEquals("rwxr-xr-x", PosixFilePermissions.toString(Files.getPosixFilePermissions(shared)));
        Files.setPosixFilePermissions(shared, PosixFilePermissions.fromString("rwxrwxrwx"));
        LaunchException e =
                assertThrows(LaunchException.class, () -> Layout.of(options).make());
        assertTrue(e.getMessage().contains("others can write to " + shared), e.getMessage());
        assertEquals("rwxrwxrwx", PosixFilePermissions.toString(Files.getPosixFilePermissions(shared)));
    }

    @Test
    void prefersConfigurationOfTheBaseOverThatOfTheDistribution() throws LaunchException, IOException {
        Path base = folder.resolve("base");
        Path dist = folder.resolve("dist");
        Files.createDirectories(dist.resolve("etc/swanctl"));
        Files.createDirectories(base.resolve("etc"));
        Files.createFile(dist.resolve("etc/strongswan.conf"));
        Options options = options("--base", base.toString(), "--set", "a=1", "--set", "b=2");
        Map<String, String> properties = Layout.of(options).properties(options);
        assertEquals(dist.resolve("etc/strongswan.conf").toString(), properties.get("jcharon.strongswan.conf"));
        assertEquals(dist.resolve("etc/swanctl").toString(), properties.get("jcharon.swanctl.dir"));
        assertEquals("a=1\nb=2", properties.get("jcharon.set"));

        Files.createFile(base.resolve("etc/strongswan.conf"));
        properties = Layout.of(options).properties(options);
        assertEquals(base.resolve("etc/strongswan.conf").toString(), properties.get("jcharon.strongswan.conf"));
    }

    @Test
    void leavesOutConfigurationThatIsNotThere() throws LaunchException {
        Options options = options();
        Map<String, String> none = Layout.of(options).properties(options);
        assertFalse(none.containsKey("jcharon.swanctl.dir"));
        Path base = Path.of(none.get("jcharon.base"));
        assertEquals(base.resolve("etc/strongswan.conf").toString(), none.get("jcharon.strongswan.conf"));
        assertEquals("true", none.get("jcharon.strongswan.conf.optional"), "it may come later");
    }

    @Test
    void namesTheConfigurationFileThatWasAskedForAndIsNotThere() throws LaunchException {
        Options options = options("--strongswan-conf", "/no/such.conf");
        LaunchException e =
                assertThrows(LaunchException.class, () -> Layout.of(options).properties(options));
        assertTrue(e.getMessage().contains("--strongswan-conf /no/such.conf"), e.getMessage());
    }

    /** The longest that is let through can be bound, one more cannot. */
    @Test
    void refusesSocketPathsThatCannotBeBound(@TempDir Path temp) throws LaunchException, IOException {
        Path fits = pathOf(temp, 106);
        Layout.checkSocketPath(fits);
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            channel.bind(UnixDomainSocketAddress.of(fits));
        }
        Path longer = pathOf(temp, 107);
        LaunchException e = assertThrows(LaunchException.class, () -> Layout.checkSocketPath(longer));
        assertTrue(e.getMessage().contains("107 octets") && e.getMessage().contains("--run-dir"), e.getMessage());
        try (ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            assertThrows(IOException.class, () -> channel.bind(UnixDomainSocketAddress.of(longer)));
        }
    }

    private static Path pathOf(Path folder, int octets) throws IOException {
        Path deep = Files.createDirectories(
                folder.resolve("x".repeat(octets - folder.toString().length() - "/".length() - "/shell".length())));
        assertEquals(octets, deep.resolve("shell").toString().length());
        return deep.resolve("shell");
    }

    @Test
    void aLockBelongsToOneProcessAndEndsWithIt() throws LaunchException, IOException {
        Layout layout = Layout.of(options("--base", folder.resolve("base").toString()));
        layout.make();
        try (DaemonLock lock = DaemonLock.acquire(layout)) {
            lock.sign(layout.run());
            assertTrue(Files.readString(layout.pidFile())
                    .startsWith(ProcessHandle.current().pid() + "\n" + layout.run() + "\n"));
        }
        assertTrue(DaemonLock.holder(layout.pidFile()).isEmpty());
        Files.writeString(layout.pidFile(), "1\n/run\n");
        assertTrue(DaemonLock.holder(layout.pidFile()).isEmpty(), "a pid file without its lock says nothing");
    }

    @Test
    void emptiesAFolderAndFollowsNoLink() throws IOException {
        Path kept = Files.writeString(folder.resolve("kept"), "");
        Path full = folder.resolve("full");
        Layout.empty(full);
        assertTrue(Files.isDirectory(full), "a folder that is not there is made");
        Files.createDirectories(full.resolve("a/b"));
        Files.createSymbolicLink(full.resolve("link"), kept);
        Files.createSymbolicLink(full.resolve("up"), folder);
        Files.createSymbolicLink(full.resolve("nowhere"), folder.resolve("none"));
        Layout.empty(full);
        assertEquals(0, full.toFile().list().length);
        assertTrue(Files.exists(kept));
    }
}
