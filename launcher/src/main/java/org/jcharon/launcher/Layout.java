// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Where things are. Bundles and defaults come from the distribution; whatever is written lies below the base.
 *
 * @param dist the distribution
 * @param base the daemon's own folder
 * @param run sockets, mode 0700
 */
record Layout(Path dist, Path base, Path run) {
    /** sun_path has 108 octets; the JDK keeps the last two for itself. */
    static final int SOCKET_PATH_OCTETS = 106;

    static Layout of(Options options) {
        return new Layout(
                options.dist(),
                options.base(),
                options.runDir().orElse(options.base().resolve("run")));
    }

    Path system() {
        return dist.resolve("system");
    }

    Path data() {
        return base.resolve("data");
    }

    Path cache() {
        return data().resolve("cache");
    }

    Path temporary() {
        return data().resolve("tmp");
    }

    Path deploy() {
        return base.resolve("deploy");
    }

    /** Always below the base, so that a client which knows only the base finds the daemon. */
    Path pidFile() {
        return base.resolve("run").resolve("jcharon.pid");
    }

    Path shellSocket() {
        return run.resolve("shell");
    }

    /**
     * Makes the folders.
     *
     * @throws LaunchException if a folder cannot be made or written
     */
    void make() throws LaunchException {
        checkSocketPath(shellSocket());
        for (Path folder : List.of(base, base.resolve("etc"), base.resolve("log"), data(), deploy())) {
            make(folder);
        }
        for (Path folder : List.of(base.resolve("run"), temporary())) {
            make(folder);
            close(folder);
        }
        if (run.startsWith(base)) {
            make(run);
            close(run);
        } else if (Files.isDirectory(run)) {
            checkSafe(run);
        } else {
            make(run);
            close(run);
        }
    }

    private static void close(Path folder) throws LaunchException {
        try {
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        } catch (IOException e) {
            throw new LaunchException("cannot close " + folder + " to others (" + reason(e)
                    + "): let it belong to the user of the daemon, or name another with --base or --run-dir");
        }
    }

    /** A folder that somebody else made stays as it is; but where others can write they could put their sockets in place of ours. */
    private static void checkSafe(Path folder) throws LaunchException {
        Set<PosixFilePermission> permissions;
        try {
            permissions = Files.getPosixFilePermissions(folder);
        } catch (IOException e) {
            throw new LaunchException("cannot read " + folder + " (" + reason(e) + "): name another with --run-dir");
        }
        if (permissions.contains(PosixFilePermission.OTHERS_WRITE)
                || permissions.contains(PosixFilePermission.GROUP_WRITE)) {
            throw new LaunchException(
                    "others can write to " + folder + ", so that they could put their own sockets there: chmod go-w "
                            + folder + ", or name another with --run-dir");
        }
        if (!Files.isWritable(folder)) {
            throw new LaunchException(folder + " is not writable: name another with --run-dir");
        }
    }

    private static void make(Path folder) throws LaunchException {
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new LaunchException(
                    "cannot make " + folder + " (" + reason(e) + "): use --base with a folder of your own");
        }
        if (!Files.isWritable(folder)) {
            throw new LaunchException(folder + " is not writable: use --base with a folder of your own");
        }
    }

    static void checkSocketPath(Path socket) throws LaunchException {
        int octets = socket.toString().getBytes(StandardCharsets.UTF_8).length;
        if (octets > SOCKET_PATH_OCTETS) {
            throw new LaunchException("the socket path " + socket + " has " + octets + " octets, at most "
                    + SOCKET_PATH_OCTETS + " are possible: use a shorter --base, or --run-dir");
        }
    }

    /**
     * The framework properties that bundles may rely on.
     *
     * @throws LaunchException if a file named on the command line is not there
     */
    Map<String, String> properties(Options options) throws LaunchException {
        Map<String, String> properties = new LinkedHashMap<>();
        properties.put("jcharon.base", base.toString());
        properties.put("jcharon.run.dir", run.toString());
        properties.put("jcharon.dist", dist.toString());
        Optional<Path> conf = strongswanConf(options);
        // one that is not there yet is read once it is, with the next SIGHUP
        properties.put(
                "jcharon.strongswan.conf",
                conf.orElse(base.resolve("etc/strongswan.conf")).toString());
        properties.put(
                "jcharon.strongswan.conf.optional",
                Boolean.toString(options.strongswanConf().isEmpty()));
        configured("--swanctl-dir", options.swanctlDir(), "swanctl")
                .ifPresent(p -> properties.put("jcharon.swanctl.dir", p.toString()));
        properties.put("jcharon.set", String.join("\n", options.settings()));
        return properties;
    }

    /** strongswan.conf, if there is one. */
    Optional<Path> strongswanConf(Options options) throws LaunchException {
        return configured("--strongswan-conf", options.strongswanConf(), "strongswan.conf");
    }

    private Optional<Path> configured(String option, Optional<Path> given, String name) throws LaunchException {
        if (given.isPresent()) {
            if (!Files.isReadable(given.get())) {
                throw new LaunchException(option + " " + given.get() + ": no such file, or not readable");
            }
            return given;
        }
        return Stream.of(base, dist)
                .map(p -> p.resolve("etc").resolve(name))
                .filter(Files::exists)
                .findFirst();
    }

    /** Removes a folder and all below it, following no link. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }

    /** Removes all below a folder, following no link; a folder that is not there is made. */
    static void empty(Path folder) throws IOException {
        Files.createDirectories(folder);
        try (Stream<Path> entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                delete(entry);
            }
        }
    }

    /** The reason of a file system error; its message alone is only the path. */
    static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return "no such file";
        }
        if (e instanceof FileAlreadyExistsException) {
            return "a file of that name is in the way";
        }
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }
}
