// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Who may know whom, read from the manifests and component descriptions of the built bundles. */
class ArchitectureDistributionTest {
    private static final String PLATFORM =
            "java\\..*|javax\\..*|org\\.xml\\..*|org\\.w3c\\..*|org\\.slf4j(\\..*)?|org\\.osgi\\..*";
    private static final Pattern PLUGIN_SEES = Pattern.compile(
            PLATFORM
                    + "|org\\.jcharon\\.(api|lib)\\..*|org\\.apache\\.felix\\.service\\.command(\\..*)?|org\\.bouncycastle\\..*");
    private static final Pattern CORE_SEES = Pattern.compile(PLATFORM + "|org\\.jcharon\\.api\\..*");
    private static final Pattern MAY_EXPORT = Pattern.compile("org\\.jcharon\\.(api|lib-.*)");

    /** Registered by code and not by a component description. */
    private static final Set<String> BY_CODE = Set.of(
            "java.util.concurrent.Flow$Publisher",
            "org.jcharon.api.control.Controller",
            "org.jcharon.api.socket.EspReceiver",
            "org.jcharon.core.trap.StartActions",
            "org.osgi.service.cm.ConfigurationAdmin",
            "org.osgi.service.component.runtime.ServiceComponentRuntime",
            "org.osgi.service.condition.Condition",
            "org.osgi.service.log.LogService",
            "org.osgi.service.log.LoggerFactory");

    private static List<BuiltJar> jars;

    @BeforeAll
    static void readJars() throws Exception {
        jars = BuiltJar.all();
        assertFalse(jars.isEmpty(), "no jars below " + BuiltJar.dist());
    }

    private static List<BuiltJar> plugins() {
        return jars.stream().filter(BuiltJar::plugin).toList();
    }

    private static BuiltJar core() {
        return jars.stream()
                .filter(j -> j.symbolicName().equals("org.jcharon.core"))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> foreign(BuiltJar jar, Pattern allowed) {
        return jar.imports().stream()
                .filter(i -> !allowed.matcher(i).matches())
                .map(i -> jar.symbolicName() + " imports " + i)
                .toList();
    }

    @Test
    void pluginsSeeOnlyApiLibAndThePlatform() {
        assertEquals(
                List.of(),
                plugins().stream()
                        .flatMap(p -> foreign(p, PLUGIN_SEES).stream())
                        .toList());
    }

    @Test
    void coreSeesOnlyTheApi() {
        assertEquals(List.of(), foreign(core(), CORE_SEES));
    }

    @Test
    void onlyApiAndLibExportPackages() {
        List<String> wrong = jars.stream()
                .filter(j -> j.own()
                        && !MAY_EXPORT.matcher(j.symbolicName()).matches()
                        && !j.exports().isEmpty())
                .map(j -> j.symbolicName() + " exports " + j.exports())
                .toList();
        assertEquals(List.of(), wrong);
    }

    @Test
    void internalPackagesStayInside() {
        List<String> wrong = jars.stream()
                .filter(BuiltJar::own)
                .flatMap(j -> j.exports().stream().filter(e -> e.contains(".internal")))
                .toList();
        assertEquals(List.of(), wrong);
    }

    @Test
    void noPluginReferencesWhatOnlyAnotherPluginProvides() {
        Set<String> byCore = core().provides();
        Map<String, String> byPlugins = new HashMap<>();
        plugins().forEach(p -> p.provides().forEach(s -> byPlugins.put(s, p.symbolicName())));
        List<String> wrong = new ArrayList<>();
        for (BuiltJar plugin : plugins()) {
            for (BuiltJar.Reference reference : plugin.references()) {
                String provider = byPlugins.get(reference.service());
                if (provider != null
                        && !provider.equals(plugin.symbolicName())
                        && !byCore.contains(reference.service())) {
                    wrong.add(reference.component() + " references " + reference.service() + " of " + provider);
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void coreWaitsForNoPlugin() {
        Set<String> byPlugins = new TreeSet<>();
        plugins().forEach(p -> byPlugins.addAll(p.provides()));
        byPlugins.removeAll(core().provides());
        List<String> wrong = core().references().stream()
                .filter(r -> byPlugins.contains(r.service()) && (r.mandatory() || !r.dynamic()))
                .map(r -> r.component() + " needs " + r.service())
                .toList();
        assertEquals(List.of(), wrong);
    }

    @Test
    void everyMandatoryReferenceIsOfferedBySomeone() {
        Set<String> offered = new TreeSet<>(BY_CODE);
        jars.forEach(j -> offered.addAll(j.provides()));
        List<String> wrong = jars.stream()
                .filter(BuiltJar::own)
                .flatMap(j -> j.references().stream())
                .filter(r -> r.mandatory() && !offered.contains(r.service()))
                .map(r -> r.component() + " needs " + r.service()
                        + ", which no component offers; if code registers it, name it in BY_CODE")
                .toList();
        assertEquals(List.of(), wrong);
    }

    /** SCR tells constructors apart by their number of parameters only, and their order is the JVM's affair. */
    @Test
    void noComponentHasTwoConstructorsThatScrCannotTellApart() throws Exception {
        List<String> wrong = new ArrayList<>();
        List<URL> urls = new ArrayList<>();
        for (BuiltJar jar : jars) {
            urls.add(jar.path().toUri().toURL());
        }
        try (URLClassLoader loader = new URLClassLoader(urls.toArray(new URL[0]))) {
            for (BuiltJar jar : jars.stream().filter(BuiltJar::own).toList()) {
                for (BuiltJar.Component component : jar.components()) {
                    long fitting = Arrays.stream(Class.forName(component.type(), false, loader)
                                    .getConstructors())
                            .filter(c -> c.getParameterCount() == component.parameters())
                            .count();
                    if (fitting != 1) {
                        wrong.add(component.type() + " has " + fitting + " public constructors of "
                                + component.parameters() + " parameters");
                    }
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(core().components().size() > 5, "the component descriptions were not read");
    }

    @Test
    void pluginsAreNamedAfterTheirFolder() {
        List<String> wrong = plugins().stream()
                .filter(p -> !p.path()
                        .getFileName()
                        .toString()
                        .startsWith(p.symbolicName().substring("org.jcharon.".length()) + "-"))
                .map(p -> p.path().getFileName() + " is " + p.symbolicName())
                .toList();
        assertEquals(List.of(), wrong);
    }
}
