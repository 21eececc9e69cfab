// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;

/** A bundle of a plugin as a user would write it, with one component. */
final class PluginJar {

    private static final String COMPONENT = """
            <scr:component xmlns:scr="http://www.osgi.org/xmlns/scr/v1.3.0" name="%1$s" immediate="true">
              <implementation class="%1$s"/>
              <service><provide interface="%2$s"/></service>
            </scr:component>
            """;

    private PluginJar() {}

    /** Drops it, with classes that it needs, into {@code deploy/}; returns once the bundle is active. */
    static void deploy(Jcharon daemon, Class<?> service, Class<?> component, Class<?>... others) {
        String name = "itest." + component.getSimpleName();
        try {
            Path part = daemon.file(name + ".part");
            Files.write(part, jar(name, service, component, others));
            Files.move(part, daemon.file("deploy").resolve(name + ".jar"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Await.until(
                Daemon.SOON,
                () -> name + " is not active: " + daemon.shell("lb -s").output(),
                () -> daemon.shell("lb -s").output().matches("(?s).*Active[^\\n]*" + name + ".*"));
    }

    private static byte[] jar(String name, Class<?> service, Class<?> component, Class<?>... others)
            throws IOException {
        Set<Class<?>> classes = new LinkedHashSet<>(List.of(others));
        classes.add(component);
        Manifest manifest = new Manifest();
        Attributes main = manifest.getMainAttributes();
        main.put(Attributes.Name.MANIFEST_VERSION, "1.0");
        main.putValue("Bundle-ManifestVersion", "2");
        main.putValue("Bundle-SymbolicName", name);
        main.putValue("Bundle-Version", "1.0.0");
        main.putValue(
                "Import-Package",
                "org.jcharon.api.control,org.jcharon.api.credential,org.jcharon.api.sa," + "org.jcharon.api.socket");
        main.putValue("Service-Component", "OSGI-INF/component.xml");
        main.putValue(
                "Require-Capability",
                "osgi.extender;filter:=\"(&(osgi.extender=osgi.component)(version>=1.3.0)(!(version>=2.0.0)))\"");
        ByteArrayOutputStream octets = new ByteArrayOutputStream();
        try (JarOutputStream out = new JarOutputStream(octets, manifest)) {
            out.putNextEntry(new JarEntry("OSGI-INF/component.xml"));
            out.write(
                    COMPONENT.formatted(component.getName(), service.getName()).getBytes(StandardCharsets.UTF_8));
            for (Class<?> one : classes) {
                String file = one.getName().replace('.', '/') + ".class";
                out.putNextEntry(new JarEntry(file));
                try (InputStream in = one.getResourceAsStream("/" + file)) {
                    in.transferTo(out);
                }
            }
        }
        return octets.toByteArray();
    }
}
