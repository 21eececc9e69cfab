// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import java.io.IOException;
import java.lang.ref.Reference;
import java.nio.file.Path;

/** What {@code bin/jcharon} does without a daemon: {@code features}, {@code install-cds}. */
final class Tool {
    private Tool() {}

    /** Arguments: the subcommand; the system property {@code jcharon.dist} is the distribution. */
    public static void main(String[] args) {
        int status = 0;
        Path dist = Path.of(System.getProperty("jcharon.dist", "."))
                .toAbsolutePath()
                .normalize();
        Rehearsal rehearsal = new Rehearsal(dist);
        try {
            if (args[0].equals("features")) {
                features(dist);
            } else {
                status = rehearsal.perform();
            }
        } catch (LaunchException e) {
            System.err.println("jcharon: " + e.getMessage());
            status = 1;
        } catch (IOException e) {
            System.err.println("jcharon: " + Layout.reason(e));
            status = 1;
        } catch (InterruptedException e) {
            status = 1;
        }
        try {
            System.exit(status);
        } finally {
            Reference.reachabilityFence(rehearsal); // the JVM archives at exit what is still there
        }
    }

    private static void features(Path dist) throws LaunchException {
        for (Features.Feature feature : Container.features(dist).all()) {
            System.out.printf("%-28s %-16s %s%n", feature.name(), feature.version(), feature.description());
        }
    }
}
