// SPDX-License-Identifier: Apache-2.0
package org.jcharon.syslog;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jcharon.lib.testkit.FakeScheduler;
import org.jcharon.lib.testkit.FakeTime;
import org.jcharon.lib.testkit.ImmediateProcessor;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TargetTest {

    private enum Mood {
        WELL,
        FULL,
        AWAY
    }

    private final ImmediateProcessor processor = new ImmediateProcessor();
    private final FakeScheduler scheduler = new FakeScheduler(new FakeTime(), processor);
    private final List<String> sent = new ArrayList<>();
    private Mood mood = Mood.WELL;
    private int tries;
    private int closed;

    private Target target(boolean mayWait) {
        Transport transport = new Transport() {
            @Override
            public boolean send(byte[] message) throws IOException {
                tries++;
                if (mood == Mood.AWAY) {
                    throw new IOException("on purpose");
                }
                if (mood == Mood.WELL) {
                    sent.add(new String(message, StandardCharsets.UTF_8));
                }
                return mood == Mood.WELL;
            }

            @Override
            public void close() {
                closed++;
            }

            @Override
            public boolean mayWait() {
                return mayWait;
            }
        };
        return new Target(transport, processor, scheduler, lost -> octets("lost " + lost));
    }

    private static byte[] octets(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void keepsTheOrder(boolean mayWait) {
        Target target = target(mayWait);
        target.log(octets("a"));
        target.log(octets("b"));
        processor.runAll();
        target.log(octets("c"));
        processor.runAll();
        assertEquals(List.of("a", "b", "c"), sent);
        assertEquals(0, scheduler.size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSyslogThatIsAwayCostsTheNewestOnlyAndIsTriedMoreAndMoreRarely(boolean mayWait) {
        mood = Mood.AWAY;
        Target target = target(mayWait);
        for (int i = 0; i < Target.MOST + 5; i++) {
            target.log(octets(Integer.toString(i)));
        }
        processor.runAll();
        assertEquals(5, target.lost());
        assertEquals(1, tries);
        scheduler.advance(Duration.ofSeconds(1));
        scheduler.advance(Duration.ofSeconds(2));
        assertEquals(3, tries);
        scheduler.advance(Duration.ofHours(1));
        assertTrue(tries < 3 + 3600 / 60 + 6, "tried " + tries);
        mood = Mood.WELL;
        scheduler.advance(Duration.ofMinutes(1));
        assertEquals(Target.MOST + 1, sent.size());
        assertEquals("999", sent.get(Target.MOST - 1));
        assertEquals("lost 5", sent.get(Target.MOST));
        assertEquals(0, target.lost());
        assertEquals(0, scheduler.size());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aSyslogThatDoesNotKeepUpIsTriedSoon(boolean mayWait) {
        mood = Mood.FULL;
        Target target = target(mayWait);
        target.log(octets("a"));
        target.log(octets("b"));
        processor.runAll();
        assertEquals(0, closed);
        mood = Mood.WELL;
        scheduler.advance(Duration.ofMillis(100));
        assertEquals(List.of("a", "b"), sent);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingIsTriedAfterTheEnd(boolean mayWait) {
        mood = Mood.AWAY;
        Target target = target(mayWait);
        target.log(octets("a"));
        processor.runAll();
        target.close();
        target.log(octets("b"));
        scheduler.advance(Duration.ofHours(1));
        assertEquals(1, tries);
        assertEquals(0, scheduler.size());
    }
}
