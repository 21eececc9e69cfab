// SPDX-License-Identifier: Apache-2.0
package org.jcharon.shell;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongToIntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jcharon.api.control.Controller;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.lib.testkit.FakeIkeSaInfo;
import org.jcharon.lib.testkit.FakeTime;
import org.junit.jupiter.api.Test;

class WatchTest {

    private final FakeTime time = new FakeTime();
    private final Fakes fakes = new Fakes();
    private final Events events = new Events(time);

    private WatchScreen.Sight sight(int sas, long messages) {
        List<IkeSaInfo> list = new ArrayList<>();
        IntStream.rangeClosed(1, sas).forEach(i -> list.add(FakeIkeSaInfo.established("home", i)));
        return new WatchScreen.Sight(
                time.now(),
                FakeTime.START,
                list,
                sas,
                Map.of("ikesas.half-open", 2L),
                Map.of("info-in-req", messages),
                events.last(10));
    }

    @Test
    void drawsRatesSasAndEvents() {
        WatchScreen screen = new WatchScreen();
        screen.draw(sight(1, 10), 80, 24);
        time.advance(Duration.ofSeconds(2));
        events.ikeUpDown(FakeIkeSaInfo.established("home", 1), true);
        events.alert(null, "invalid-ike-spi", "from\u001b[2J somebody");
        assertEquals(
                List.of(
                        "jcharon, up 2s, 00:00:02 UTC",
                        "IKE_SAs 1, half open 2, kernel SAs 0",
                        "per second: messages in 3.0, out 0.0, dropped packets 0.0",
                        "",
                        "SA       STATE        PEER                   IN/s  OUT/s  FOR",
                        "home[1]  ESTABLISHED  192.0.2.2 '192.0.2.2'               2s",
                        "",
                        "00:00:02 IKE_SA home[1] established",
                        "00:00:02 invalid-ike-spi: from?[2J somebody"),
                screen.draw(sight(1, 16), 80, 24));
    }

    @Test
    void fitsEveryWindow() {
        for (int i = 0; i < 20; i++) {
            events.alert(null, "kind", "text ".repeat(30));
        }
        for (int width : new int[] {1, 10, 40, 200}) {
            for (int height : new int[] {1, 2, 5, 10, 24, 100}) {
                List<String> lines = new WatchScreen().draw(sight(50, 0), width, height);
                assertTrue(lines.size() <= height, lines.size() + " lines for " + height);
                assertTrue(lines.stream().allMatch(line -> line.length() <= width), lines.toString());
            }
        }
        assertTrue(new WatchScreen()
                .draw(sight(50, 0), 80, 24).stream().anyMatch(line -> line.matches("… \\d+ lines more.*")));
    }

    private Watch watch() {
        fakes.answers.put("statistics", Map.of("ikesas.total", 0L));
        fakes.answers.put("startedAt", FakeTime.START);
        fakes.answers.put("counters", Optional.empty());
        fakes.answers.put("now", Instant.parse("2026-01-01T00:00:00Z"));
        return new Watch(
                Fakes.fixed(Controller.class, new java.util.HashMap<>(fakes.answers) {
                    private static final long serialVersionUID = 1L;

                    @Override
                    public boolean containsKey(Object key) {
                        return key.equals("listSas") || super.containsKey(key);
                    }

                    @Override
                    public Object get(Object key) {
                        return key.equals("listSas") ? Stream.of() : super.get(key);
                    }
                }),
                fakes.service(TimeSource.class),
                events);
    }

    private void keys(Integer... pressed) {
        Iterator<Integer> next = List.of(pressed).iterator();
        fakes.variables.put("KEYS", (LongToIntFunction) millis -> next.next());
    }

    @Test
    void endsAfterACountWithoutATerminal() {
        keys(-1, -1);
        String text = fakes.run(watch(), "--count", "3", "--interval", "10");
        assertEquals(
                3, text.lines().filter(line -> line.startsWith("jcharon, up")).count());
        assertFalse(text.contains("\u001b"), text);
    }

    @Test
    void endsWithAKeyAndPutsTheTerminalBack() {
        fakes.variables.put("COLUMNS", 60);
        fakes.variables.put("LINES", 10);
        for (int end : new int[] {'q', 3, -2}) {
            keys(-1, (int) 'x', end);
            String text = fakes.run(watch());
            assertEquals(4, text.split("\u001b\\[H", -1).length, "pictures");
            assertTrue(text.startsWith("\u001b[?1049h\u001b[?25l"), text);
            assertTrue(text.endsWith("\u001b[?25h\u001b[?1049l"), text);
        }
    }

    @Test
    void refusesSenselessNumbers() {
        assertEquals("FAILED --interval takes 1 to 3600, not 0\n", fakes.run(watch(), "--interval", "0"));
    }
}
