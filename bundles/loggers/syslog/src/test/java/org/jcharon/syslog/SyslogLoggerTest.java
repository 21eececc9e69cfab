// SPDX-License-Identifier: Apache-2.0
package org.jcharon.syslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jcharon.lib.linux.Linux;
import org.jcharon.lib.linux.UnixDatagramSocket;
import org.jcharon.lib.testkit.FakeScheduler;
import org.jcharon.lib.testkit.FakeTime;
import org.jcharon.lib.testkit.ImmediateProcessor;
import org.jcharon.lib.testkit.MapSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class SyslogLoggerTest {

    @TempDir
    Path folder;

    private final Linux linux = Linux.create();
    private final FakeTime time = new FakeTime();
    private final ImmediateProcessor processor = new ImmediateProcessor();
    private final FakeScheduler scheduler = new FakeScheduler(time, processor);
    private final MapSettings settings = new MapSettings();

    private SyslogLogger logger() {
        return new SyslogLogger(settings, linux, processor, scheduler, time, folder.resolve("log"));
    }

    private static String receive(UnixDatagramSocket server) throws IOException {
        byte[] room = new byte[10_000];
        return new String(room, 0, server.receive(room, 0, room.length), StandardCharsets.UTF_8);
    }

    @Test
    void writesToTheSocketOfThisMachineByFacility() throws IOException {
        settings.with("charon.syslog.identifier", "my charon")
                .with("charon.syslog.daemon.default", "0")
                .with("charon.syslog.daemon.ike", "2")
                .with("charon.syslog.auth.default", "-1")
                .with("charon.syslog.auth.cfg", "1")
                .with("charon.syslog.auth.ike_name", "yes");
        SyslogLogger logger = logger();
        assertEquals(2, logger.level("ike"));
        assertEquals(1, logger.level("cfg"));
        assertEquals(0, logger.level("net"));
        try (UnixDatagramSocket server = linux.unixDatagramServer(folder.resolve("log"))) {
            logger.log(Line.of("ike", 2, "one\ntwo"));
            logger.log(Line.of("cfg", 1, "three"));
            logger.log(Line.of("net", 1, "nobody wants this"));
            assertTrue(receive(server)
                    .matches("<30>[A-Z][a-z]{2} [ 123]\\d \\d\\d:\\d\\d:\\d\\d my_charon: 05\\[IKE] one"));
            assertTrue(receive(server).endsWith(": 05[IKE] two"));
            String third = receive(server);
            assertTrue(third.startsWith("<86>") && third.endsWith(": 05[CFG] <acc|7> three"), third);
        }
        logger.deactivate();
    }

    @Test
    void withoutAFacilityItLogsAsCharonDoes() {
        SyslogLogger logger = logger();
        assertEquals(1, logger.level("ike"));
        logger.deactivate();
    }

    @Test
    void waitsForASyslogThatComesLaterOrIsRestarted() throws IOException {
        settings.with("charon.syslog.daemon.default", "1");
        SyslogLogger logger = logger();
        logger.log(Line.of("ike", 1, "one"));
        logger.log(Line.of("ike", 1, "two"));
        Path path = folder.resolve("log");
        try (UnixDatagramSocket server = linux.unixDatagramServer(path)) {
            scheduler.advance(Duration.ofSeconds(1));
            assertTrue(receive(server).endsWith("one"));
            assertTrue(receive(server).endsWith("two"));
        }
        Files.delete(path);
        try (UnixDatagramSocket server = linux.unixDatagramServer(path)) {
            logger.log(Line.of("ike", 1, "three"));
            assertTrue(receive(server).endsWith("three"));
        }
        logger.deactivate();
    }

    @Test
    void sendsDatagramsToAServer() throws IOException {
        try (DatagramSocket server = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            settings.with("charon.syslog.local0.server", "udp://127.0.0.1:" + server.getLocalPort());
            SyslogLogger logger = logger();
            logger.log(Line.of("ike", 1, "one"));
            processor.runAll();
            DatagramPacket packet = new DatagramPacket(new byte[1_000], 1_000);
            server.receive(packet);
            String text = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
            assertTrue(text.matches("<134>1 1970-01-01T00:00:00\\.000000Z \\S+ charon \\d+ IKE - 05\\[IKE] one"), text);
            logger.deactivate();
        }
    }

    @Test
    void sendsCountedFramesToAServer() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            settings.with("charon.syslog.daemon.server", "tcp://127.0.0.1:" + server.getLocalPort());
            SyslogLogger logger = logger();
            logger.log(Line.of("ike", 1, "one"));
            logger.log(Line.of("ike", 1, "two"));
            processor.runAll();
            logger.deactivate();
            try (Socket connection = server.accept()) {
                String text = new String(connection.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
                int length = Integer.parseInt(text.substring(0, text.indexOf(' ')));
                String second = text.substring(text.indexOf(' ') + 1 + length);
                assertTrue(text.substring(0, text.length() - second.length()).endsWith("05[IKE] one"), text);
                assertEquals(
                        second.length() - second.indexOf(' ') - 1,
                        Integer.parseInt(second.substring(0, second.indexOf(' '))));
                assertTrue(second.endsWith("05[IKE] two"), text);
            }
        }
    }

    @Test
    void aServerThatIsAwayStallsNobody() {
        settings.with("charon.syslog.daemon.server", "tcp://192.0.2.1:601");
        processor.holdBlocking();
        SyslogLogger logger = logger();
        for (int i = 0; i < 5_000; i++) {
            logger.log(Line.of("ike", 1, "line"));
        }
        processor.expireBlocking();
        logger.deactivate();
        assertEquals(0, scheduler.size());
    }

    @Test
    void aReloadChangesLevelsAndKeepsASectionThatIsWrong() throws IOException {
        settings.with("charon.syslog.daemon.default", "1").with("charon.syslog.local1.default", "0");
        SyslogLogger logger = logger();
        settings.with("charon.syslog.daemon.ike", "3")
                .with("charon.syslog.local1.ike", "4")
                .with("charon.syslog.local1.server", "nonsense");
        logger.settingsChanged();
        assertEquals(3, logger.level("ike"));
        assertEquals(1, logger.level("net"));
        settings.without("charon.syslog.daemon");
        logger.settingsChanged();
        assertEquals(0, logger.level("ike"));
        logger.deactivate();
    }
}
