// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Debian's charon-systemd with userland ESP, and a /run of its own since its pid file's place is compiled in. */
final class StrongSwan extends Daemon {

    private static final String PLUGINS =
            "random nonce openssl pem pkcs1 pkcs8 x509 pubkey constraints curve25519 hmac kdf gcm"
                    + " chapoly aes sha2 kernel-libipsec kernel-netlink socket-default counters vici";

    private final String uri;

    private StrongSwan(Site site, Path folder, ProcessBuilder builder) {
        super(site, folder.resolve("log"), builder);
        this.uri = "unix://" + folder.resolve("vici");
    }

    /** Started and configured from the folder {@code swanctl}; {@code settings} are lines of its own section. */
    static StrongSwan start(Site site, Path swanctl, String... settings) {
        Path folder = Lab.folder("ss");
        String conf = String.join(
                "\n",
                "charon-systemd {",
                "  load = " + PLUGINS,
                "  filelog {",
                "    l {",
                "      path = " + folder.resolve("log"),
                "      default = 1",
                "      flush_line = yes",
                "    }",
                "  }",
                "  plugins {",
                "    vici {",
                "      socket = unix://" + folder.resolve("vici"),
                "    }",
                "  }",
                String.join("\n", settings),
                "}",
                "");
        ProcessBuilder builder =
                new ProcessBuilder(site.exec(List.of("sh", "-c", "mount -t tmpfs none /run && exec charon-systemd")));
        builder.redirectErrorStream(true).redirectOutput(folder.resolve("out").toFile());
        builder.environment()
                .put("STRONGSWAN_CONF", folder.resolve("strongswan.conf").toString());
        try {
            Files.writeString(folder.resolve("strongswan.conf"), conf);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        StrongSwan daemon = new StrongSwan(site, folder, builder);
        Await.until(
                Daemon.SOON,
                () -> "charon-systemd does not start: " + daemon.logTail(5),
                () -> Files.exists(folder.resolve("vici")));
        daemon.load(swanctl);
        return daemon;
    }

    /** Replaces connections and credentials. */
    void load(Path swanctl) {
        Command.Result result = control(
                "--load-all",
                "--clear",
                "--noprompt",
                "--file",
                swanctl.resolve("swanctl.conf").toString());
        if (!result.ok()) {
            throw new AssertionError("swanctl --load-all: " + result.output());
        }
    }

    /** The socket that {@code swanctl --uri} reaches it by. */
    String uri() {
        return uri;
    }

    /** The socket of vici. */
    Path socket() {
        return Path.of(uri.substring("unix://".length()));
    }

    Command.Result control(String... arguments) {
        List<String> all = new ArrayList<>(List.of("swanctl"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--uri", uri));
        return Command.run(Duration.ofSeconds(40), all);
    }

    @Override
    Command.Result up(String connection, String child) {
        return control("--initiate", "--ike", connection, "--child", child, "--timeout", "20");
    }

    @Override
    Command.Result rekeyChild(String child) {
        return control("--rekey", "--child", child);
    }

    @Override
    Command.Result rekeyIke(String connection) {
        return control("--rekey", "--ike", connection);
    }

    @Override
    Command.Result downChild(String child) {
        return control("--terminate", "--child", child, "--timeout", "20");
    }

    @Override
    Command.Result downIke(String connection) {
        return control("--terminate", "--ike", connection, "--timeout", "20");
    }

    String listSas() {
        return control("--list-sas").output();
    }

    @Override
    int installedChildren() {
        return Math.toIntExact(
                listSas().lines().filter(l -> l.contains(", INSTALLED, ")).count());
    }

    @Override
    int ikeSas() {
        return Math.toIntExact(
                listSas().lines().filter(l -> l.contains(", IKEv2, ")).count());
    }
}
