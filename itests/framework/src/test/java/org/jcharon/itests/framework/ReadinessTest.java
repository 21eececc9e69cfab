// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.framework;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** The condition {@code jcharon.ready} and core's report of what it waits for. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ReadinessTest {
    private final Framework framework = new Framework();

    @Configuration
    public Option[] container() {
        return Daemon.options(ReadinessTest.class);
    }

    @Before
    public void awaitReady() throws InterruptedException {
        Await.until("ready", framework::isReady, framework::missing);
    }

    private void isMissing(String plugin, String line) throws BundleException, InterruptedException {
        Bundle bundle = framework.bundle(plugin);
        bundle.stop();
        try {
            Await.same("missing without " + plugin, List.of(line), framework::missing);
            Await.until("not ready without " + plugin, () -> !framework.isReady(), framework::missing);
        } finally {
            bundle.start();
        }
        Await.until("ready with " + plugin, framework::isReady, framework::missing);
        assertEquals(List.of(), framework.missing());
    }

    @Test
    public void aMissingSocketIsNamed() throws BundleException, InterruptedException {
        isMissing("org.jcharon.socket-default", "no socket: plugin socket-default is not active");
    }

    @Test
    public void aMissingKernelIsNamed() throws BundleException, InterruptedException {
        isMissing(
                "org.jcharon.kernel-libipsec",
                "no kernel interface: neither plugin kernel-netlink nor kernel-libipsec provides IPsec");
    }

    /** What was configured stays in use: the sockets, and with them the condition, do not leave with the backend. */
    @Test
    public void aMissingBackendIsNamedAndEndsNothing() throws BundleException, InterruptedException {
        Bundle backend = framework.bundle("org.jcharon.swanctl");
        Bundle socket = framework.bundle("org.jcharon.socket-default");
        Map<String, Long> before = framework.components(socket);
        backend.stop();
        try {
            Await.same("missing", List.of("configuration: no backend is active"), framework::missing);
            assertTrue(framework.isReady());
            assertEquals(before, framework.components(socket));
        } finally {
            backend.start();
        }
        Await.same("missing", List.of(), framework::missing);
    }
}
