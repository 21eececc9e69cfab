// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.osgi.framework.Bundle;
import org.osgi.framework.wiring.BundleWiring;

/**
 * One life of the default set, for the archive of classes that the JVM writes when it ends: what a start loads must have been loaded
 * by class loaders of the same kind, bundles' loaders included, and linked.
 *
 * <p>It leaves nothing behind: a base of its own without connections, ports that the kernel chooses, a device in memory, no routing
 * table of ours.
 */
final class Rehearsal implements Main.Life {
    private static final long READY_SECONDS = 30;
    private static final List<String> SETTINGS = List.of(
            "charon.port=0",
            "charon.port_nat_t=0",
            "charon.routing_table=0",
            "charon.plugins.kernel-libipsec.device=memory");
    private static final String CLASS = ".class";
    private static final Pattern LINKED = Pattern.compile("org\\.(jcharon|apache\\.felix)\\.");

    /** Classes of a loader that nobody needs any more would not be archived. */
    private final List<Class<?>> kept = new ArrayList<>();

    private final Path dist;
    private final Path base;

    Rehearsal(Path dist) {
        this.dist = dist;
        this.base = dist.resolve("data").resolve("archive");
    }

    /**
     * Boots on a base below {@code data/}, and removes it. What was loaded stays as long as this object.
     *
     * @return the status of the process
     */
    int perform() throws LaunchException, IOException, InterruptedException {
        Layout.delete(base); // a rehearsal may have been killed
        Path conf = base.resolve("etc").resolve("strongswan.conf");
        Path swanctl = base.resolve("etc").resolve("swanctl");
        Files.createDirectories(swanctl);
        Files.createFile(conf);
        Files.createFile(swanctl.resolve("swanctl.conf"));
        Options options = new Options(
                dist, base, Optional.empty(), Optional.of(conf), Optional.of(swanctl), List.of(), true, SETTINGS);
        try {
            return Main.live(options, this);
        } finally {
            Layout.delete(base);
        }
    }

    @Override
    public void live(Container container, Readiness readiness)
            throws LaunchException, IOException, InterruptedException {
        if (!readiness.await(READY_SECONDS, TimeUnit.SECONDS)) {
            // an archive of less is better than none
            System.err.println("jcharon: the archive may lack classes, the daemon did not become ready: "
                    + String.join("; ", readiness.missing()));
        }
        Client.ask(base.resolve("run"), Frames.STATUS, "", nowhere());
        new GogoShell(container.context()).run("lb", Map.of(), nowhere(), nowhere());
        int methods = 0;
        for (Bundle bundle : container.context().getBundles()) {
            BundleWiring wiring = bundle.adapt(BundleWiring.class);
            // of a library such as Bouncy Castle only what a start uses: most of it is never needed
            if (wiring != null
                    && bundle.getBundleId() != 0
                    && LINKED.matcher(bundle.getSymbolicName()).lookingAt()) {
                methods += link(wiring);
            }
        }
        System.out.printf("%d classes with %d methods were linked%n", kept.size(), methods);
    }

    /** Returns the number of methods. */
    private int link(BundleWiring wiring) {
        int methods = 0;
        int options = BundleWiring.LISTRESOURCES_RECURSE | BundleWiring.LISTRESOURCES_LOCAL;
        for (String path : wiring.listResources("/", "*" + CLASS, options)) {
            String name = path.substring(0, path.length() - CLASS.length()).replace('/', '.');
            try {
                Class<?> type = wiring.getClassLoader().loadClass(name);
                // asked for its methods it is linked: a class that was only loaded is left out of the archive
                methods += type.getDeclaredMethods().length;
                kept.add(type);
            } catch (ClassNotFoundException | LinkageError e) {
                // it is for another platform, or for a library that is optional and not here
            }
        }
        return methods;
    }

    private static PrintStream nowhere() {
        return new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8);
    }
}
