// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.framework;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertNull;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Dictionary;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.settings.Settings;
import org.jcharon.api.settings.SettingsReload;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;
import org.osgi.framework.Bundle;
import org.osgi.framework.ServiceReference;
import org.osgi.service.cm.ConfigurationAdmin;

/** strongswan.conf is read again: by the service, and by what the launcher runs on SIGHUP. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class ReloadTest {
    private static final String FIRST = "charon {\n filelog { own { path = log/own.log\n default = 1 } }\n}\n";

    private final Framework framework = new Framework();

    @Configuration
    public Option[] container() {
        return Daemon.options(ReloadTest.class, FIRST, "");
    }

    @Before
    public void awaitReady() throws Exception {
        Await.until("ready", framework::isReady, framework::missing);
        write(FIRST);
        assertEquals(Optional.empty(), reload());
    }

    private static void write(String text) throws IOException {
        Path file = Daemon.base(ReloadTest.class).resolve("etc/strongswan.conf");
        Files.writeString(file, text);
    }

    private Optional<String> reload() throws Exception {
        return framework
                .service(SettingsReload.class)
                .reload()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    private int level(String group) {
        Bundle filelog = framework.bundle("org.jcharon.filelog");
        for (ServiceReference<?> reference : filelog.getRegisteredServices()) {
            if (framework.context().getService(reference) instanceof LogListener listener) {
                return listener.level(group);
            }
        }
        throw new AssertionError("filelog has no LogListener");
    }

    @Test
    public void logFilesGetOtherLevels() throws Exception {
        assertEquals(1, level("ike"));
        write("charon { filelog { own { path = log/own.log\n ike = 3 } } }\n");
        assertEquals(Optional.empty(), reload());
        assertEquals(3, level("ike"));
        assertEquals(1, level("net"));
    }

    @Test
    public void aMalformedFileChangesNothing() throws Exception {
        write("charon { filelog { own { path = log/own.log\n ike = 3 }\n");
        String problem = reload().orElseThrow();
        assertTrue(problem, problem.contains("etc/strongswan.conf:1: section is not closed"));
        assertEquals(1, level("ike"));
        assertTrue(framework.isReady());
    }

    @Test
    public void theServiceOfTheLauncherReloadsToo() throws Exception {
        write("charon { keep_alive = 7 }\n");
        ((Runnable) framework
                        .service(Runnable.class.getName(), "(jcharon.reload=true)")
                        .orElseThrow())
                .run();
        assertEquals(7, framework.service(Settings.class).number("charon.keep_alive", 20));
    }

    @Test
    public void sectionsOfPluginsAreConfigurations() throws Exception {
        write("charon { plugins { eap-radius { secret = hidden\n server = 192.0.2.1 } } }\n");
        assertEquals(Optional.empty(), reload());
        ConfigurationAdmin admin = framework.service(ConfigurationAdmin.class);
        Dictionary<String, Object> values =
                admin.getConfiguration("charon.plugins.eap_radius", "?").getProperties();
        assertNotNull(values);
        assertEquals("192.0.2.1", values.get("server"));
        String handle = (String) values.get("secret");
        assertEquals("hidden", framework.service(Settings.class).resolve(handle));
        write("charon { }\n");
        assertEquals(Optional.empty(), reload());
        assertNull(admin.listConfigurations("(service.pid=charon.plugins.eap_radius)"));
    }
}
