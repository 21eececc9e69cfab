// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.framework;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleException;

/** A swanctl.conf that cannot be read: nothing listens, the report says where it is wrong, and mending it is enough. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class WrongConfigurationTest {
    private final Framework framework = new Framework();

    @Configuration
    public Option[] container() {
        return Daemon.options(
                WrongConfigurationTest.class, "", "connections {\n  moon {\n    remot_addrs = 127.0.0.2\n");
    }

    @Test
    public void isNamedWithItsPlaceAndHoldsTheSocketsBackUntilMended()
            throws BundleException, InterruptedException, IOException {
        Path file = Daemon.base(WrongConfigurationTest.class).resolve("etc/swanctl/swanctl.conf");
        Await.until(
                "the place of the mistake",
                () -> framework.missing().stream().anyMatch(line -> line.contains(file + ":")),
                framework::missing);
        assertFalse(framework.isReady());
        assertEquals("the cause alone", 1, framework.missing().size());
        Bundle socket = framework.bundle("org.jcharon.socket-default");
        assertEquals(List.of(), Framework.services(socket));
        assertEquals(
                framework.unsatisfied(socket).toString(),
                1,
                framework.unsatisfied(socket).size());
        assertTrue(framework.unsatisfied(socket).get(0).contains("osgi.condition.id=jcharon.configured"));

        Files.writeString(file, "connections {\n}\n");
        Bundle backend = framework.bundle("org.jcharon.swanctl");
        backend.stop();
        backend.start();
        Await.until("ready", framework::isReady, framework::missing);
        assertTrue(Framework.services(socket).contains("org.jcharon.api.socket.IkeSocket"));
    }
}
