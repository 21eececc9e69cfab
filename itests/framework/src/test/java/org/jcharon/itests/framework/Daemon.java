// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.framework;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.ops4j.pax.exam.CoreOptions;
import org.ops4j.pax.exam.Option;

/** The container that a test runs in: what the launcher would start, without a right that an ordinary user lacks. */
final class Daemon {
    /** The level at which everything has started; the launcher's. */
    private static final int START_LEVEL = 80;

    /** No privileged port, no device, no rule and no route in the system. */
    static final List<String> HARMLESS = List.of(
            "charon.port=0",
            "charon.port_nat_t=0",
            "charon.routing_table=0",
            "charon.install_routes=no",
            "charon.install_virtual_ip=no",
            "charon.plugins.kernel-libipsec.device=memory");

    private Daemon() {}

    /** A container with the default feature and no configuration of its own. */
    static Option[] options(Class<?> test) {
        return options(test, "", "");
    }

    /** A container with every feature and the text of strongswan.conf. */
    static Option[] withEverything(Class<?> test, String strongswanConf) {
        return options(test, Distribution.everything(), strongswanConf, "");
    }

    /** A container without any feature. */
    static Option[] bare(Class<?> test) {
        return options(test, Distribution.container(), "", "");
    }

    /** A container with the default feature, the text of its two files and settings {@code KEY=VALUE}. */
    static Option[] options(Class<?> test, String strongswanConf, String swanctlConf, String... settings) {
        return options(test, Distribution.all(), strongswanConf, swanctlConf, settings);
    }

    private static Option[] options(
            Class<?> test, List<Distribution.Jar> jars, String strongswanConf, String swanctlConf, String... settings) {
        Path base = base(test);
        try {
            delete(base);
            Path swanctl = Files.createDirectories(base.resolve("etc/swanctl"));
            Files.createDirectories(base.resolve("run"));
            Files.writeString(base.resolve("etc/strongswan.conf"), strongswanConf);
            Files.writeString(swanctl.resolve("swanctl.conf"), swanctlConf);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write below " + base, e);
        }
        List<String> set = new ArrayList<>(HARMLESS);
        set.addAll(List.of(settings));
        List<Option> options = new ArrayList<>(List.of(
                CoreOptions.junitBundles(),
                CoreOptions.cleanCaches(),
                CoreOptions.workingDirectory(base.resolve("framework").toString()),
                CoreOptions.frameworkStartLevel(START_LEVEL),
                CoreOptions.systemPackages(
                        "org.slf4j;version=1.7.36",
                        "org.slf4j;version=2.0.20",
                        "org.slf4j.event;version=2.0.20",
                        "org.slf4j.helpers;version=2.0.20",
                        "org.slf4j.spi;version=2.0.20",
                        "org.osgi.service.component;version=1.5.1",
                        "org.osgi.service.component.runtime;version=1.5",
                        "org.osgi.service.component.runtime.dto;version=1.5",
                        "org.osgi.service.log;version=1.5",
                        "org.osgi.util.function;version=1.2",
                        "org.osgi.util.promise;version=1.3"),
                property("ds.delayed.keepInstances", "true"),
                property("jcharon.base", base.toString()),
                property("jcharon.run.dir", base.resolve("run").toString()),
                property("jcharon.dist", Distribution.folder().toString()),
                property(
                        "jcharon.strongswan.conf",
                        base.resolve("etc/strongswan.conf").toString()),
                property("jcharon.swanctl.dir", base.resolve("etc/swanctl").toString()),
                property("jcharon.set", String.join("\n", set))));
        for (Distribution.Jar jar : jars) {
            options.add(CoreOptions.bundle(jar.location()).startLevel(jar.startLevel()));
        }
        return options.toArray(Option[]::new);
    }

    /** The daemon's base in the container of a test. */
    static Path base(Class<?> test) {
        return Path.of(System.getProperty("jcharon.test.dir")).resolve(test.getSimpleName());
    }

    private static Option property(String key, String value) {
        return CoreOptions.frameworkProperty(key).value(value);
    }

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        }
    }
}
