// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jcharon.api.settings.Settings;
import org.junit.jupiter.api.Test;

class IkeSettingsTest {

    private record Given(Map<String, String> values) implements Settings {

        @Override
        public Optional<String> get(String key) {
            return Optional.ofNullable(values.get(key));
        }

        @Override
        public long number(String key, long fallback) {
            return get(key).map(Long::valueOf).orElse(fallback);
        }

        @Override
        public double fraction(String key, double fallback) {
            return get(key).map(Double::valueOf).orElse(fallback);
        }

        @Override
        public boolean flag(String key, boolean fallback) {
            return get(key).map(Boolean::valueOf).orElse(fallback);
        }

        @Override
        public Duration duration(String key, Duration fallback) {
            return get(key).map(Long::valueOf).map(Duration::ofSeconds).orElse(fallback);
        }

        @Override
        public List<String> sections(String key) {
            return List.of();
        }

        @Override
        public List<String> keys(String section) {
            return List.of();
        }
    }

    private static IkeSettings settings(Map<String, String> values) {
        return IkeSettings.read(new Given(values));
    }

    @Test
    void waitsAsStrongSwanDoesByDefault() {
        IkeSettings settings = settings(Map.of());
        assertEquals(5, settings.retransmitTries());
        assertEquals(
                List.of(4_000L, 7_200L, 12_960L, 23_328L, 41_990L, 75_582L),
                List.of(0, 1, 2, 3, 4, 5).stream()
                        .map(tries -> settings.retransmitDelay(tries).toMillis())
                        .toList());
        assertEquals(Duration.ofSeconds(30), settings.halfOpenTimeout());
        assertEquals(1280, settings.fragmentSize());
    }

    @Test
    void capsWaitsAtTheirLimit() {
        IkeSettings settings = settings(Map.of("charon.retransmit_limit", "10"));
        assertEquals(Duration.ofMillis(7_200), settings.retransmitDelay(1));
        assertEquals(Duration.ofSeconds(10), settings.retransmitDelay(2));
    }

    @Test
    void neverWaitsLongerThanADay() {
        IkeSettings settings = settings(Map.of("charon.retransmit_base", "1000"));
        assertEquals(Duration.ofDays(1), settings.retransmitDelay(100));
    }

    @Test
    void keepsValuesWithinTheirRange() {
        IkeSettings settings = settings(Map.of(
                "charon.retransmit_base", "0.1",
                "charon.retransmit_tries", "-3",
                "charon.retransmit_jitter", "90",
                "charon.fragment_size", "-1"));
        assertEquals(1.0, settings.retransmitBase());
        assertEquals(0, settings.retransmitTries());
        assertEquals(20, settings.retransmitJitter());
        assertEquals(0, settings.fragmentSize());
        assertTrue(settings.retransmitDelay(5).equals(Duration.ofSeconds(4)));
    }
}
