// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsServiceTest {

    @TempDir
    Path folder;

    private final Map<String, String> properties = new HashMap<>();

    private SettingsService settings(String text) throws IOException {
        Path file = folder.resolve("strongswan.conf");
        Files.writeString(file, text);
        properties.put("jcharon.strongswan.conf", file.toString());
        return SettingsService.of(properties::get);
    }

    @Test
    void readsTypedValues() throws IOException {
        SettingsService settings = settings("""
                charon {
                  threads = 8
                  spi_min = 0xc0000000
                  negative = -1
                  retransmit_base = 1.8
                  make_before_break = no
                  keep_alive = 20s
                  delay = 1.5
                  tick = 250ms
                  day = 1d
                  plugins { vici { socket = "unix:///run/x y" } }
                }
                """);
        assertEquals(8, settings.number("charon.threads", 16));
        assertEquals(0xc0000000L, settings.number("charon.spi_min", 0));
        assertEquals(-1, settings.number("charon.negative", 0));
        assertEquals(1.8, settings.fraction("charon.retransmit_base", 0));
        assertFalse(settings.flag("charon.make_before_break", true));
        assertEquals(Duration.ofSeconds(20), settings.duration("charon.keep_alive", null));
        assertEquals(Duration.ofMillis(1500), settings.duration("charon.delay", null));
        assertEquals(Duration.ofMillis(250), settings.duration("charon.tick", null));
        assertEquals(Duration.ofDays(1), settings.duration("charon.day", null));
        assertEquals(Optional.of("unix:///run/x y"), settings.get("charon.plugins.vici.socket"));
        assertEquals(List.of("plugins"), settings.sections("charon"));
        assertEquals(List.of("socket"), settings.keys("charon.plugins.vici"));
        assertEquals(List.of(), settings.sections("charon.none"));
        assertEquals(List.of(), settings.problems());
    }

    @Test
    void malformedValueGivesTheDefault() throws IOException {
        SettingsService settings = settings(
                "charon { a = x\n b = 1e999\n c = maybe\n d = 5w\n e = 99999999999999999999\n f = 0x\n g = +1\n h = 9999999999d }\n");
        assertEquals(3, settings.number("charon.a", 3));
        assertEquals(3.5, settings.fraction("charon.b", 3.5));
        assertTrue(settings.flag("charon.c", true));
        assertEquals(Duration.ZERO, settings.duration("charon.d", Duration.ZERO));
        assertEquals(3, settings.number("charon.e", 3));
        assertEquals(3, settings.number("charon.f", 3));
        assertEquals(3, settings.number("charon.g", 3));
        assertEquals(Duration.ZERO, settings.duration("charon.h", Duration.ZERO));
    }

    @Test
    void commandLineOverridesTheFile() throws IOException {
        properties.put(
                "jcharon.set", "charon.threads=4\n\ncharon.filelog.x.path = /tmp/a=b\ncharon.port=\nnonsense\n.=1");
        SettingsService settings = settings("charon { threads = 8\nport = 501\nports = 1 }\n");
        assertEquals(4, settings.number("charon.threads", 16));
        assertEquals(Optional.of("/tmp/a=b"), settings.get("charon.filelog.x.path"));
        assertEquals(List.of("x"), settings.sections("charon.filelog"));
        assertEquals(500, settings.number("charon.port", 500));
        assertEquals(List.of("--set nonsense: expected KEY=VALUE", "--set .: expected KEY=VALUE"), settings.problems());
    }

    @Test
    void findsSectionsWithDotsInTheirNames() throws IOException {
        properties.put("jcharon.set", "charon.filelog./var/log/charon.log.ike=2");
        SettingsService settings = settings("charon { filelog { /var/log/charon.log { default = 1 } } }\n");
        assertEquals(1, settings.number("charon.filelog./var/log/charon.log.default", 0));
        assertEquals(2, settings.number("charon.filelog./var/log/charon.log.ike", 0));
        assertEquals(List.of("/var/log/charon.log"), settings.sections("charon.filelog"));
    }

    @Test
    void launcherKeysComeFromTheFramework() throws IOException {
        properties.put("jcharon.base", "/srv/x");
        SettingsService settings = settings("jcharon { base = /y\n other = z }\n");
        assertEquals(Optional.of("/srv/x"), settings.get("jcharon.base"));
        assertEquals(Optional.of("z"), settings.get("jcharon.other"));
    }

    @Test
    void aFileThatComesLaterIsReadThen() throws IOException {
        properties.put("jcharon.strongswan.conf.optional", "true");
        Path file = folder.resolve("later.conf");
        properties.put("jcharon.strongswan.conf", file.toString());
        SettingsService settings = SettingsService.of(properties::get);
        assertEquals(List.of(), settings.problems());
        Files.writeString(file, "charon { threads = 8 }\n");
        assertEquals(Optional.empty(), settings.reload());
        assertEquals(8, settings.number("charon.threads", 16));
    }

    @Test
    void malformedFileIsAProblemAndCountsAsEmpty() throws IOException {
        SettingsService settings = settings("charon {\n threads = 8\n");
        assertEquals(
                List.of(folder.resolve("strongswan.conf")
                        + ":1: section is not closed: '}' missing at the end of the file"),
                settings.problems());
        assertEquals(16, settings.number("charon.threads", 16));
    }

    @Test
    void missingFileIsAProblemOnlyIfItIsNamed() {
        assertEquals(List.of(), SettingsService.of(properties::get).problems());
        properties.put("jcharon.strongswan.conf", folder.resolve("none.conf").toString());
        assertEquals(
                List.of("strongswan.conf cannot be read: " + folder.resolve("none.conf") + " does not exist"),
                SettingsService.of(properties::get).problems());
    }
}
