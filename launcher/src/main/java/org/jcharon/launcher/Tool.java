// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.crypto.Cipher;
import javax.crypto.KeyAgreement;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.osgi.framework.BundleException;

/** What {@code bin/jcharon} does without a daemon: {@code features}, {@code install-cds}. */
final class Tool {
    private Tool() {}

    /** Arguments: the subcommand; the system property {@code jcharon.dist} is the distribution. */
    public static void main(String[] args) {
        int status = 0;
        try {
            Path dist = Path.of(System.getProperty("jcharon.dist", "."))
                    .toAbsolutePath()
                    .normalize();
            if (args[0].equals("features")) {
                features(dist);
            } else {
                archive(dist);
            }
        } catch (LaunchException | BundleException | GeneralSecurityException e) {
            System.err.println("jcharon: " + e.getMessage());
            status = 1;
        } catch (IOException e) {
            System.err.println("jcharon: " + Layout.reason(e));
            status = 1;
        } catch (InterruptedException e) {
            status = 1;
        }
        System.exit(status);
    }

    private static void features(Path dist) throws LaunchException {
        for (Features.Feature feature : Container.features(dist).all()) {
            System.out.printf("%-28s %-16s %s%n", feature.name(), feature.version(), feature.description());
        }
    }

    /**
     * Does once what every start does, on a base of its own and without a bundle of the daemon, so that the JVM, which
     * writes its archive of classes when it ends, has seen the classes of the container and of the JDK that are needed.
     */
    private static void archive(Path dist)
            throws LaunchException, BundleException, IOException, InterruptedException, GeneralSecurityException {
        Path base = dist.resolve("data").resolve("archive");
        Options options = new Options(
                dist, base, Optional.empty(), Optional.empty(), Optional.empty(), List.of(), false, List.of());
        Layout layout = Layout.of(options);
        ExecutorService threads = Executors.newCachedThreadPool();
        layout.make();
        try (DaemonLock lock = DaemonLock.acquire(layout)) {
            lock.sign(layout.run());
            Container container = Container.create(layout, options);
            Readiness readiness = Readiness.watch(container.context());
            Main.publish(container.context());
            FeatureCommands.register(container);
            GogoShell gogo = new GogoShell(container.context());
            try (ShellServer shell = ShellServer.open(layout.shellSocket(), readiness, gogo, threads)) {
                shell.serve();
                container.boot(() -> DeployInstaller.register(container, readiness, layout));
                Client.ask(layout.run(), Frames.STATUS, "", nowhere());
                gogo.run("lb", Map.of(), nowhere(), nowhere());
                algorithms();
            }
            container.framework().stop();
            container.framework().waitForStop(0);
        } finally {
            threads.shutdownNow();
            Layout.delete(base);
        }
    }

    private static PrintStream nowhere() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }

    private static void algorithms() throws GeneralSecurityException {
        Cipher.getInstance("AES/GCM/NoPadding");
        Cipher.getInstance("AES/CBC/NoPadding");
        Cipher.getInstance("ChaCha20-Poly1305");
        KeyAgreement.getInstance("X25519");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(new byte[32], "HmacSHA256"));
        mac.doFinal();
    }
}
