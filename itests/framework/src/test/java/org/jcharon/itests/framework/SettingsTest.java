// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.framework;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertNotEquals;
import static org.junit.Assert.assertTrue;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.settings.Settings;
import org.jcharon.api.socket.IkeSocket;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.ops4j.pax.exam.Configuration;
import org.ops4j.pax.exam.Option;
import org.ops4j.pax.exam.junit.PaxExam;
import org.ops4j.pax.exam.spi.reactors.ExamReactorStrategy;
import org.ops4j.pax.exam.spi.reactors.PerClass;

/** strongswan.conf, {@code --set} and swanctl.conf reach the components that they are for. */
@RunWith(PaxExam.class)
@ExamReactorStrategy(PerClass.class)
public class SettingsTest {
    private static final String STRONGSWAN = """
            charon {
              threads = 7
              retransmit_tries = 3
              retransmit_timeout = 2.5
              filelog {
                own {
                  path = log/own.log
                  default = 2
                }
              }
            }
            """;
    private static final String SWANCTL = """
            connections {
              moon {
                version = 2
                local_addrs = 127.0.0.1
                remote_addrs = 127.0.0.2
                local {
                  auth = psk
                  id = moon
                }
                remote {
                  auth = psk
                  id = sun
                }
                children {
                  net {
                    local_ts = 10.1.0.0/24
                    remote_ts = 10.2.0.0/24
                  }
                }
              }
            }
            """;

    private final Framework framework = new Framework();

    @Configuration
    public Option[] container() {
        return Daemon.options(SettingsTest.class, STRONGSWAN, SWANCTL, "charon.retransmit_tries=9");
    }

    @Before
    public void awaitReady() throws InterruptedException {
        Await.until("ready", framework::isReady, framework::missing);
    }

    @Test
    public void whatTheCommandLineSetsIsStrongerThanTheFile() {
        Settings settings = framework.service(Settings.class);
        assertEquals(9, settings.number("charon.retransmit_tries", 5));
        assertEquals(2.5, settings.fraction("charon.retransmit_timeout", 4.0), 0.0);
        assertEquals(List.of("own"), settings.sections("charon.filelog"));
    }

    @Test
    public void theProcessorHasAsManyThreadsAsConfigured() {
        assertEquals(7, framework.service(Processor.class).threads());
    }

    @Test
    public void portZeroIsAnyFreePort() {
        IkeSocket socket = framework.service(IkeSocket.class);
        for (int port : List.of(socket.port(), socket.natPort())) {
            assertTrue("port " + port, port >= 1024 && port < 65536);
        }
        assertNotEquals(socket.port(), socket.natPort());
    }

    @Test
    public void theKernelInMemoryMakesNoDevice() throws SocketException {
        framework.service(KernelIpsec.class);
        assertTrue(
                NetworkInterface.networkInterfaces().noneMatch(i -> i.getName().startsWith("ipsec")));
    }

    @Test
    public void theLogFileIsWhereItWasAskedFor() {
        assertTrue(Files.isRegularFile(Daemon.base(SettingsTest.class).resolve("log/own.log")));
    }

    @Test
    public void theBackendServesTheConnectionsOfSwanctlConf()
            throws InterruptedException, ExecutionException, TimeoutException {
        List<PeerConfig> connections = framework
                .service(BackendManager.class)
                .peerConfigs()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
        assertEquals(List.of("moon"), connections.stream().map(PeerConfig::name).toList());
    }
}
