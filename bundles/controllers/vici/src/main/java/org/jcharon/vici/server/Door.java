// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.util.EnumSet;
import java.util.Set;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;

/** A socket that clients connect to. */
public final class Door implements AutoCloseable {

    private static final Log LOG = Log.of("cfg");
    /** Octets of a path that the JDK takes: one less than fit into {@code struct sockaddr_un} with its NUL. */
    private static final int MAX_PATH = 106;

    private static final int BACKLOG = 128;
    private static final String UNIX = "unix://";
    private static final String TCP = "tcp://";

    /**
     * Who may connect to a Unix socket.
     *
     * @param mode permission bits, such as 0660
     * @param group name of the group that the file gets; empty: the daemon's
     */
    public record Access(int mode, String group) {}

    private final ServerSocketChannel channel;
    private final Path file;
    private final Object fileKey;

    private Door(ServerSocketChannel channel, Path file, Object fileKey) {
        this.channel = channel;
        this.file = file;
        this.fileKey = fileKey;
    }

    /**
     * Opens {@code unix://PATH} or {@code tcp://HOST:PORT}; the latter on the loopback interface only.
     *
     * @throws IOException with a line for the log
     */
    public static Door open(String uri, Access access) throws IOException {
        if (uri.startsWith(UNIX)) {
            try {
                return unix(Path.of(uri.substring(UNIX.length())), access);
            } catch (InvalidPathException e) {
                throw new IOException("'" + uri + "' names no path: " + e.getReason(), e);
            }
        }
        if (uri.startsWith(TCP)) {
            return tcp(uri);
        }
        throw new IOException("'" + uri + "' is neither unix://PATH nor tcp://ADDRESS:PORT");
    }

    private static Door tcp(String uri) throws IOException {
        String rest = uri.substring(TCP.length());
        int colon = rest.lastIndexOf(':');
        String host = colon < 0 ? "" : rest.substring(0, colon).replaceAll("^\\[|]$", "");
        InetAddress address = host.equals("localhost")
                ? Addresses.literal("127.0.0.1").orElseThrow()
                : Addresses.literal(host).orElse(null);
        int port;
        try {
            port = colon < 0 ? -1 : Integer.parseInt(rest.substring(colon + 1));
        } catch (NumberFormatException e) {
            port = -1;
        }
        if (address == null || port < 0 || port > 0xFFFF) {
            throw new IOException("'" + uri + "' is not tcp://ADDRESS:PORT");
        }
        if (!address.isLoopbackAddress()) {
            throw new IOException("'" + uri + "' is refused: " + host
                    + " is no loopback address, and whoever connects controls the daemon");
        }
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.bind(new InetSocketAddress(address, port), BACKLOG);
        } catch (IOException e) {
            channel.close();
            throw new IOException(uri + ": " + e.getMessage(), e);
        }
        LOG.control("warning: vici listens on {}: any user of this machine can control the daemon", uri);
        return new Door(channel, null, null);
    }

    private static Door unix(Path path, Access access) throws IOException {
        Path file = path.toAbsolutePath();
        int octets = file.toString().getBytes(StandardCharsets.UTF_8).length;
        if (octets > MAX_PATH) {
            throw new IOException("the path of the socket " + file + " has " + octets + " octets, more than the "
                    + MAX_PATH + " that can be: set a shorter one with charon.plugins.vici.socket or --run-dir");
        }
        refuseIfServed(file);
        if (file.getParent() != null && !Files.isDirectory(file.getParent())) {
            throw new IOException(file.getParent() + " is no directory");
        }
        // bound where nobody else can get at it, and moved into place with its permissions
        Path hidden = null;
        ServerSocketChannel channel = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            hidden = Files.createTempDirectory(
                    file.getParent(),
                    ".v",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            Path first = hidden.resolve("s");
            if (first.toString().getBytes(StandardCharsets.UTF_8).length > MAX_PATH) {
                first = file;
                Files.deleteIfExists(file);
            }
            channel.bind(UnixDomainSocketAddress.of(first), BACKLOG);
            restrict(first, access);
            if (!first.equals(file)) {
                Files.move(first, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
            return new Door(channel, file, key(file));
        } catch (IOException | UnsupportedOperationException e) {
            channel.close();
            throw new IOException("socket " + file + ": " + reason(e, access), e);
        } finally {
            if (hidden != null) {
                Files.deleteIfExists(hidden.resolve("s"));
                Files.deleteIfExists(hidden);
            }
        }
    }

    private static String reason(Exception e, Access access) {
        if (e instanceof UserPrincipalNotFoundException) {
            return "there is no group '" + access.group() + "'";
        }
        return e instanceof java.nio.file.AccessDeniedException ? "permission denied" : e.getMessage();
    }

    private static void refuseIfServed(Path file) throws IOException {
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
                || Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException(file + " exists and is no socket");
        }
        try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.UNIX)) {
            probe.configureBlocking(false);
            probe.connect(UnixDomainSocketAddress.of(file));
        } catch (NoSuchFileException | java.net.ConnectException e) {
            return; // left behind by a daemon that is gone
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("refused")) {
                return;
            }
        }
        throw new IOException("the socket " + file + " is in use by a daemon that runs");
    }

    private static void restrict(Path file, Access access) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        if (!access.group().isEmpty()) {
            view.setGroup(
                    file.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByGroupName(access.group()));
        }
        Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
        PosixFilePermission[] all = {
            PosixFilePermission.OTHERS_EXECUTE, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_READ,
            PosixFilePermission.GROUP_EXECUTE, PosixFilePermission.GROUP_WRITE, PosixFilePermission.GROUP_READ,
            PosixFilePermission.OWNER_EXECUTE, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_READ
        };
        for (int bit = 0; bit < all.length; bit++) {
            if ((access.mode() & (1 << bit)) != 0) {
                permissions.add(all[bit]);
            }
        }
        view.setPermissions(permissions);
    }

    private static Object key(Path file) throws IOException {
        return Files.readAttributes(file, java.nio.file.attribute.BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                .fileKey();
    }

    ServerSocketChannel channel() {
        return channel;
    }

    /** Closes it and takes its file away, unless another daemon has put its own there. */
    @Override
    public void close() {
        try {
            channel.close();
            if (file != null
                    && Files.exists(file, LinkOption.NOFOLLOW_LINKS)
                    && key(file).equals(fileKey)) {
                Files.delete(file);
            }
        } catch (IOException e) {
            LOG.more("closing {}: {}", file, e.getMessage());
        }
    }
}
