// SPDX-License-Identifier: Apache-2.0
package org.jcharon.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.jcharon.api.bus.LogListener.LogRecord;
import org.jcharon.lib.linux.Linux;
import org.jcharon.lib.linux.UnixDatagramSocket;
import org.jcharon.lib.testkit.FakeTime;
import org.jcharon.lib.testkit.MapSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class JournalLoggerTest {

    @TempDir
    Path folder;

    private final Linux linux = Linux.create();
    private final FakeTime time = new FakeTime();
    private final MapSettings settings = new MapSettings();

    private record Line(Instant time, String group, int level, int thread, String ikeSa, String text, boolean isRaised)
            implements LogRecord {}

    private static Line line(String group, int level, String ikeSa, String text) {
        return new Line(Instant.EPOCH, group, level, 5, ikeSa, text, false);
    }

    private JournalLogger logger() {
        return new JournalLogger(settings, linux, time, folder.resolve("socket"));
    }

    private static String receive(UnixDatagramSocket server) throws IOException {
        byte[] room = new byte[100_000];
        return new String(room, 0, server.receive(room, 0, room.length), StandardCharsets.UTF_8);
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void writesTheFieldsOfCharonSystemd() {
        assertEquals(
                """
                MESSAGE=IKE_SA acc[7] established
                PRIORITY=5
                SYSLOG_IDENTIFIER=charon-systemd
                SYSLOG_PID=42
                LEVEL=0
                GROUP=IKE
                THREAD=5
                IKE_SA_UNIQUE_ID=7
                IKE_SA_NAME=acc
                """,
                new String(
                        JournalEntry.of(line("ike", 0, "acc|7", "IKE_SA acc[7] established"), "charon-systemd", 42),
                        StandardCharsets.UTF_8));
        String unnamed = new String(JournalEntry.of(line("net", 4, "7", "x"), "x", 1), StandardCharsets.UTF_8);
        assertTrue(unnamed.contains("\nPRIORITY=7\n") && unnamed.endsWith("\nIKE_SA_UNIQUE_ID=7\n"), unnamed);
        assertTrue(new String(JournalEntry.of(line("net", 1, "", "x"), "x", 1), StandardCharsets.UTF_8)
                .endsWith("\nTHREAD=5\n"));
    }

    @Test
    void writesAValueOfSeveralLinesInTheBinaryForm() {
        ByteArrayOutputStream expected = new ByteArrayOutputStream();
        expected.writeBytes(octets("MESSAGE\n"));
        expected.writeBytes(new byte[] {8, 0, 0, 0, 0, 0, 0, 0});
        expected.writeBytes(octets("one\n\u00e4wo\nPRIORITY=6\nSYSLOG_IDENTIFIER=x\nSYSLOG_PID=1\n"));
        expected.writeBytes(octets("LEVEL=1\nGROUP=CFG\nTHREAD=5\n"));
        assertArrayEquals(expected.toByteArray(), JournalEntry.of(line("cfg", 1, "", "one\n\u00e4wo"), "x", 1));
    }

    @Test
    void cutsWhatWouldNotFitIntoADatagram() {
        byte[] entry = JournalEntry.of(line("cfg", 1, "", "\u00e4".repeat(40_000)), "x", 1);
        assertTrue(entry.length < JournalEntry.MAX_VALUE + 1_000);
        assertTrue(new String(entry, StandardCharsets.UTF_8).contains("\u00e4\nPRIORITY"));
    }

    @Test
    void sendsWhatTheLevelsAskForAndFollowsAReload() throws IOException {
        settings.with("charon.journal.default", "0").with("charon.journal.ike", "2");
        try (UnixDatagramSocket server = linux.unixDatagramServer(folder.resolve("socket"))) {
            JournalLogger logger = logger();
            assertEquals(2, logger.level("ike"));
            logger.log(line("net", 1, "", "no"));
            logger.log(line("ike", 2, "", "yes"));
            assertTrue(receive(server).startsWith("MESSAGE=yes\n"));
            logger.log(new Line(Instant.EPOCH, "net", 3, 5, "a|1", "raised", true));
            assertTrue(receive(server).startsWith("MESSAGE=raised\n"));
            settings.with("charon-systemd.journal.default", "1");
            logger.settingsChanged();
            assertEquals(1, logger.level("ike"));
            logger.deactivate();
            logger.log(line("ike", 1, "", "after the end"));
        }
    }

    @Test
    void waitsForAJournalThatIsAwayAndSaysWhatWasLost() throws IOException {
        JournalLogger logger = logger();
        logger.log(line("ike", 1, "", "one"));
        Path path = folder.resolve("socket");
        try (UnixDatagramSocket server = linux.unixDatagramServer(path)) {
            logger.log(line("ike", 1, "", "two, too soon to look again"));
            time.advance(Duration.ofSeconds(10));
            logger.log(line("ike", 1, "", "three"));
            assertTrue(receive(server).startsWith("MESSAGE=2 entries were lost"));
            assertTrue(receive(server).startsWith("MESSAGE=three\n"));
        }
        Files.delete(path);
        try (UnixDatagramSocket server = linux.unixDatagramServer(path)) {
            logger.log(line("ike", 1, "", "four"));
            assertTrue(receive(server).startsWith("MESSAGE=four\n"));
        }
        logger.deactivate();
    }
}
