// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.framework;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.List;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;

/** The default feature in a container. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class DefaultFeatureTest {
    private final Framework framework = new Framework();

    @Configuration
    public Option[] container() {
        return Daemon.options(DefaultFeatureTest.class);
    }

    @Test
    public void everyBundleIsActive() {
        for (Distribution.Jar jar : Distribution.all()) {
            assertEquals(
                    jar.symbolicName(),
                    Bundle.ACTIVE,
                    framework.bundle(jar.symbolicName()).getState());
        }
        assertTrue(Distribution.all().stream().anyMatch(Distribution.Jar::plugin));
    }

    @Test
    public void everyComponentIsSatisfied() throws InterruptedException {
        for (Distribution.Jar jar : Distribution.own()) {
            Bundle bundle = framework.bundle(jar.symbolicName());
            Await.same("unsatisfied in " + jar.symbolicName(), List.of(), () -> framework.unsatisfied(bundle));
            assertEquals(
                    framework.declared(bundle),
                    List.copyOf(framework.components(bundle).keySet()));
        }
    }

    @Test
    public void theDaemonBecomesReady() throws InterruptedException {
        Await.until("ready", framework::isReady, framework::missing);
        assertEquals(List.of(), framework.missing());
    }
}
