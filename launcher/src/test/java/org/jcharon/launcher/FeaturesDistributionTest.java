// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.StringReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The features file and the repository of the distribution name the same bundles. */
class FeaturesDistributionTest {
    @Test
    void everyJarIsNamedExactlyOnceAndEveryNameHasItsJar() throws Exception {
        List<String> named = new ArrayList<>();
        Path system = BuiltJar.dist().resolve("system");
        for (Features.Feature feature : Container.features(BuiltJar.dist()).all()) {
            feature.bundles().forEach(b -> named.add(b.artifact().path().toString()));
        }
        for (Features.BundleRef ref : Container.ownBundles()) {
            named.add(ref.artifact().path().toString());
        }
        List<String> present = BuiltJar.all().stream()
                .map(j -> system.relativize(j.path()).toString())
                .toList();
        assertEquals(new TreeSet<>(present), new TreeSet<>(named));
        assertEquals(present.size(), named.size(), "a bundle is named by two features");
    }

    @Test
    void symbolicNamesAreUnique() throws Exception {
        Set<String> seen = new HashSet<>();
        for (BuiltJar jar : BuiltJar.all()) {
            assertTrue(seen.add(jar.symbolicName()), jar.symbolicName() + " twice");
        }
    }

    @Test
    void everyPluginHasAFeatureOfItsName() throws Exception {
        Features features = Container.features(BuiltJar.dist());
        for (BuiltJar jar : BuiltJar.all()) {
            if (jar.plugin()) {
                String name = jar.symbolicName().replace("org.jcharon.", "jcharon-");
                assertTrue(features.has(name), "no feature " + name);
            }
        }
    }

    @Test
    void startLevelsFollowTheLayers() throws Exception {
        for (Features.BundleRef ref :
                Features.bundles(Container.features(BuiltJar.dist()).closure(List.of("jcharon")))) {
            String artifact = ref.artifact().url();
            if (artifact.startsWith("mvn:org.jcharon/")) {
                assertEquals(level(artifact), ref.startLevel(), artifact);
            }
        }
    }

    private static int level(String artifact) {
        if (artifact.contains("/jcharon-core/")) {
            return 40;
        }
        if (artifact.contains("/jcharon-")) {
            return 20;
        }
        return artifact.contains("/shell/") ? 70 : 60;
    }

    @Test
    void theVersionsOfTheLauncherAreFilledIn() throws Exception {
        java.util.Properties own = new java.util.Properties();
        own.load(new StringReader(new String(
                Container.class.getResourceAsStream("container.properties").readAllBytes(),
                java.nio.charset.StandardCharsets.UTF_8)));
        assertEquals(System.getProperty("jcharon.test.version"), own.getProperty("version"));
    }
}
