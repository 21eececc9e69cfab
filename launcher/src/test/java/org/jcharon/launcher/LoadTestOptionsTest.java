// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoadTestOptionsTest {
    private static final Path WORK = Path.of("/tmp/work");

    @Test
    void hasDefaultsAndTakesBothForms() throws Exception {
        LoadTestOptions options = LoadTestOptions.parse(List.of("--initiators=20", "--auth", "pubkey", "--terminate"));
        assertEquals(20, options.initiators());
        assertEquals(20, options.sources());
        assertEquals("pubkey", options.auth());
        assertTrue(options.terminate());
        assertFalse(options.self());
    }

    @Test
    void sourcesAreOnLoopback() {
        assertEquals("127.0.1.1", LoadTestOptions.source(0));
        assertEquals("127.0.1.255", LoadTestOptions.source(254));
        assertEquals("127.0.2.0", LoadTestOptions.source(255));
    }

    @Test
    void readsAPeerWithAndWithoutPort() throws Exception {
        assertEquals(
                Optional.of(new LoadTestOptions.Remote("192.0.2.1", 500)),
                LoadTestOptions.parse(List.of("--remote", "192.0.2.1")).remote());
        assertEquals(
                Optional.of(new LoadTestOptions.Remote("192.0.2.1", 15500)),
                LoadTestOptions.parse(List.of("--remote", "192.0.2.1:15500")).remote());
        assertEquals(
                Optional.of(new LoadTestOptions.Remote("2001:db8::1", 15500)),
                LoadTestOptions.parse(List.of("--remote", "[2001:db8::1]:15500"))
                        .remote());
    }

    @Test
    void guardsStayOnWhereAskedFor() throws Exception {
        String off = LoadTestOptions.parse(List.of()).conf(1, 2, "127.0.0.1", 3, "key", WORK);
        String on = LoadTestOptions.parse(List.of("--guards")).conf(1, 2, "127.0.0.1", 3, "key", WORK);
        assertTrue(off.contains("dos_protection = no"));
        assertFalse(on.contains("dos_protection"));
        assertTrue(on.contains("lo = 127.0.1.1-127.0.1.50"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--initiators=0",
                "--auth=eap",
                "--heap=lots",
                "--what=1",
                "--rate",
                "--remote=1.2.3.4:99999",
                "--sources=70000"
            })
    void refusesWhatItCannotDo(String option) {
        assertThrows(LaunchException.class, () -> LoadTestOptions.parse(List.of(option)));
    }
}
