// SPDX-License-Identifier: Apache-2.0
package org.jcharon.filelog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jcharon.api.bus.LogListener.LogRecord;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.Timer;
import org.jcharon.api.settings.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLoggerTest {

    @TempDir
    Path folder;

    private final Map<String, String> values = new TreeMap<>();
    private final List<Job> timers = new ArrayList<>();

    private final Scheduler scheduler = new Scheduler() {
        @Override
        public Timer schedule(Job job, Duration delay) {
            timers.add(job);
            return () -> timers.remove(job);
        }

        @Override
        public int size() {
            return timers.size();
        }
    };

    private final Settings settings = new Settings() {
        @Override
        public Optional<String> get(String key) {
            return Optional.ofNullable(values.get(key));
        }

        @Override
        public long number(String key, long fallback) {
            return get(key).map(Long::parseLong).orElse(fallback);
        }

        @Override
        public double fraction(String key, double fallback) {
            return fallback;
        }

        @Override
        public boolean flag(String key, boolean fallback) {
            return get(key).map("yes"::equals).orElse(fallback);
        }

        @Override
        public Duration duration(String key, Duration fallback) {
            return fallback;
        }

        @Override
        public List<String> sections(String key) {
            return values.keySet().stream()
                    .filter(name -> name.startsWith(key + "."))
                    .map(name -> name.substring(key.length() + 1, name.lastIndexOf('.')))
                    .distinct()
                    .toList();
        }

        @Override
        public List<String> keys(String section) {
            return List.of();
        }
    };

    private record Line(Instant time, String group, int level, int thread, String ikeSa, String text, boolean isRaised)
            implements LogRecord {}

    private static Line line(String group, int level, String text) {
        return new Line(Instant.parse("2026-03-04T05:06:07.008009Z"), group, level, 5, "acc|7", text, false);
    }

    private static Line raised(int level, String text) {
        return new Line(Instant.EPOCH, "ike", level, 5, "acc|7", text, true);
    }

    private FileLogger logger() {
        values.put("jcharon.base", folder.toString());
        return new FileLogger(settings, scheduler);
    }

    private void flush() {
        List.copyOf(timers).forEach(Job::run);
        timers.clear();
    }

    @Test
    void writesToTheBaseIfNothingIsConfigured() throws IOException {
        FileLogger logger = logger();
        assertEquals(1, logger.level("ike"));
        logger.log(line("ike", 1, "one\ntwo"));
        assertEquals(1, timers.size());
        flush();
        List<String> lines = Files.readAllLines(folder.resolve("log/charon.log"));
        assertEquals(2, lines.size());
        assertTrue(lines.get(0).matches("2026-03-0[345] \\d\\d:\\d\\d:07\\.008 05\\[IKE] <acc\\|7> one"), lines.get(0));
        assertTrue(lines.get(1).endsWith("<acc|7> two"), lines.get(1));
    }

    @Test
    void readsLevelsAndPrefixesOfEachFile() throws IOException {
        values.put("charon.filelog.a.path", "a.log");
        values.put("charon.filelog.a.default", "0");
        values.put("charon.filelog.a.ike", "2");
        values.put("charon.filelog.a.log_level", "yes");
        values.put("charon.filelog.a.flush_line", "yes");
        values.put("charon.filelog.b.path", folder.resolve("deep/b.log").toString());
        values.put("charon.filelog.b.json", "yes");
        values.put("charon.filelog.b.ike_name", "yes");
        values.put("charon.filelog.b.default", "-1");
        values.put("charon.filelog.b.net", "1");
        FileLogger logger = logger();
        assertEquals(2, logger.level("ike"));
        assertEquals(0, logger.level("cfg"));
        assertEquals(1, logger.level("net"));
        logger.log(line("ike", 2, "more"));
        logger.log(line("net", 1, "say \"x\"\n"));
        assertEquals("05[IKE2] more\n", Files.readString(folder.resolve("a.log")));
        logger.deactivate();
        assertEquals(
                "{\"thread\":5,\"group\":\"NET\",\"level\":1,\"ikesa-uniqueid\":7,\"ikesa-name\":\"acc\",\"msg\":\"say \\\"x\\\"\\u000a\"}\n",
                Files.readString(folder.resolve("deep/b.log")));
    }

    @Test
    void aRaisedLevelReachesTheFilesThatAreNotSilent() throws IOException {
        for (String[] file : new String[][] {{"a", "1"}, {"b", "2"}, {"c", "-1"}}) {
            values.put("charon.filelog." + file[0] + ".path", file[0] + ".log");
            values.put("charon.filelog." + file[0] + ".default", file[1]);
        }
        FileLogger logger = logger();
        logger.log(line("ike", 2, "two"));
        logger.log(raised(3, "three"));
        logger.deactivate();
        assertEquals("05[IKE] three\n", Files.readString(folder.resolve("a.log")));
        assertEquals("05[IKE] two\n05[IKE] three\n", Files.readString(folder.resolve("b.log")));
        assertEquals("", Files.readString(folder.resolve("c.log")));
    }

    @Test
    void linesReadAsThoseOfCharon() throws IOException {
        values.put("charon.filelog.a.path", "a.log");
        values.put("charon.filelog.a.ike_name", "yes");
        FileLogger logger = logger();
        String text = "IKE_SA acc[1] established between 10.0.0.1[a]...10.0.0.2[b]";
        logger.log(new Line(Instant.EPOCH, "ike", 0, 6, "acc|1", text, false));
        logger.log(new Line(Instant.EPOCH, "net", 1, 16, "2", "received packet", false));
        logger.log(new Line(Instant.EPOCH, "dmn", 1, 0, "", "first\nsecond", false));
        logger.deactivate();
        assertEquals(
                "06[IKE] <acc|1> " + text + "\n16[NET] <2> received packet\n00[DMN] first\n00[DMN] second\n",
                Files.readString(folder.resolve("a.log")));
    }

    @Test
    void aReloadChangesLevelsAndFiles() throws IOException {
        values.put("charon.filelog.a.path", "a.log");
        values.put("charon.filelog.b.path", "b.log");
        values.put("charon.filelog.b.append", "no");
        FileLogger logger = logger();
        logger.log(line("ike", 1, "one"));
        values.put("charon.filelog.b.ike", "2");
        values.put("charon.filelog.b.log_level", "yes");
        values.remove("charon.filelog.a.path");
        values.put("charon.filelog.c.path", "c.log");
        logger.settingsChanged();
        assertEquals(2, logger.level("ike"));
        logger.log(line("ike", 2, "two"));
        logger.log(line("net", 1, "three"));
        values.put("charon.filelog.b.time_format", "%Q");
        values.put("charon.filelog.b.ike", "3");
        logger.settingsChanged();
        assertEquals(2, logger.level("ike"), "a section that is wrong changes nothing");
        logger.deactivate();
        assertEquals("05[IKE] one\n", Files.readString(folder.resolve("a.log")));
        assertEquals("05[IKE] one\n05[IKE2] two\n05[NET1] three\n", Files.readString(folder.resolve("b.log")));
        assertEquals("05[NET] three\n", Files.readString(folder.resolve("c.log")));
    }

    @Test
    void aReloadOpensAFileAnewThatWasMovedAway() throws IOException {
        values.put("charon.filelog.a.path", "a.log");
        FileLogger logger = logger();
        logger.log(line("ike", 1, "one"));
        Files.move(folder.resolve("a.log"), folder.resolve("a.log.1"));
        logger.settingsChanged();
        logger.log(line("ike", 1, "two"));
        logger.deactivate();
        assertEquals("05[IKE] one\n", Files.readString(folder.resolve("a.log.1")));
        assertEquals("05[IKE] two\n", Files.readString(folder.resolve("a.log")));
    }

    @Test
    void theNameOfTheSectionIsThePathIfThereIsNoOther() throws IOException {
        values.put("charon.filelog." + folder.resolve("old.log") + ".default", "1");
        FileLogger logger = logger();
        logger.log(line("ike", 1, "one"));
        logger.deactivate();
        assertEquals("05[IKE] one\n", Files.readString(folder.resolve("old.log")));
    }

    @Test
    void appendsUnlessToldOtherwise() throws IOException {
        Files.writeString(folder.resolve("a.log"), "old\n");
        Files.writeString(folder.resolve("b.log"), "old\n");
        values.put("charon.filelog.a.path", "a.log");
        values.put("charon.filelog.b.path", "b.log");
        values.put("charon.filelog.b.append", "no");
        FileLogger logger = logger();
        logger.log(line("ike", 0, "new"));
        logger.deactivate();
        assertEquals("old\n05[IKE] new\n", Files.readString(folder.resolve("a.log")));
        assertEquals("05[IKE] new\n", Files.readString(folder.resolve("b.log")));
    }

    @Test
    void goesOnWithoutAFileThatCannotBeOpened() {
        values.put("charon.filelog.a.path", folder.toString());
        values.put("charon.filelog.b.path", "b.log");
        values.put("charon.filelog.b.default", "0");
        values.put("charon.filelog.c.path", "c.log");
        values.put("charon.filelog.c.time_format", "%Q");
        assertEquals(0, logger().level("ike"));
    }

    @Test
    void formatsTimesLikeStrftime() {
        Instant time = Instant.parse("2026-03-04T05:06:07.008009Z");
        ZoneId zone = ZoneOffset.UTC;
        assertEquals("Mar  4 05:06:07", new TimeFormat("%b %e %T", TimeFormat.Precision.SECONDS, zone).format(time));
        assertEquals(
                "Wed 2026-03-04T05:06:07+0000 063 %.008009",
                new TimeFormat("%a %FT%X%z %j %%", TimeFormat.Precision.of("us"), zone).format(time));
        assertEquals(
                " 5  5 am 3 26", new TimeFormat("%k %l %P %w %g", TimeFormat.Precision.SECONDS, zone).format(time));
        assertThrows(IllegalArgumentException.class, () -> new TimeFormat("%", TimeFormat.Precision.SECONDS, zone));
        assertThrows(IllegalArgumentException.class, () -> TimeFormat.Precision.of("ns"));
    }
}
