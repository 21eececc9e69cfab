// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.framework;

import static org.junit.Assert.assertEquals;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized.Parameters;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExamParameterized;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** Each feature that brings a plugin, with what it says it needs, and nothing else, in an empty container. */
@RunWith(PaxExamParameterized.class)
@ExamReactorStrategy(PerClass.class)
public class FeatureAloneTest {
    private static final String DEFAULT = "jcharon";

    private final Framework framework = new Framework();
    private final String feature;

    public FeatureAloneTest(String feature) {
        this.feature = feature;
    }

    @Parameters
    public static List<Object[]> features() {
        List<Object[]> names = new ArrayList<>();
        Distribution.features().stream()
                .filter(name -> Distribution.feature(name).stream().anyMatch(Distribution.Jar::plugin))
                .forEach(name -> names.add(new Object[] {name}));
        return names;
    }

    @Configuration
    public static Option[] container() {
        return Daemon.bare(FeatureAloneTest.class);
    }

    @Test
    public void isCompleteAndLeavesNothing() throws BundleException, InterruptedException {
        List<Distribution.Jar> jars = Distribution.feature(feature);
        int before = framework.context().getBundles().length;
        List<Bundle> installed = new ArrayList<>();
        try {
            for (Distribution.Jar jar : jars) {
                installed.add(framework.install(jar));
            }
            for (Bundle bundle : installed) {
                assertEquals(bundle.getSymbolicName(), Bundle.ACTIVE, bundle.getState());
                // Sockets wait until a backend has read a configuration: that is no fault of a feature without one.
                Await.until(
                        "all components of " + bundle.getSymbolicName(),
                        () -> isWhole(bundle),
                        () -> framework.unsatisfied(bundle));
            }
        } finally {
            Collections.reverse(installed);
            for (Bundle bundle : installed) {
                bundle.uninstall();
            }
            framework.refresh(installed);
        }
        assertEquals(before, framework.context().getBundles().length);
    }

    private boolean isWhole(Bundle bundle) {
        Set<String> whole = new TreeSet<>(framework.components(bundle).keySet());
        if (!feature.equals(DEFAULT)) {
            whole.addAll(framework.gated(bundle));
        }
        return whole.equals(Set.copyOf(framework.declared(bundle)));
    }
}
