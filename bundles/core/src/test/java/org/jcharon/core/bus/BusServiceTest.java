// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.bus;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jcharon.api.bus.AlertListener;
import org.jcharon.api.bus.ChildSaListener;
import org.jcharon.api.bus.IkeSaListener;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.lib.testkit.FakeIkeSaInfo;
import org.jcharon.lib.testkit.ImmediateProcessor;
import org.junit.jupiter.api.Test;

class BusServiceTest {

    private final ImmediateProcessor processor = new ImmediateProcessor();
    private final BusService bus = new BusService(processor);
    private final Publisher publisher = new Publisher();

    private static final class StrongSwanLevel extends Level {
        private static final long serialVersionUID = 1L;

        StrongSwanLevel(int level) {
            super(Integer.toString(level), level);
        }
    }

    private static final class Publisher implements Flow.Publisher<LogRecord> {
        private Flow.Subscriber<? super LogRecord> subscriber;
        private boolean cancelled;

        @Override
        public void subscribe(Flow.Subscriber<? super LogRecord> value) {
            subscriber = value;
            value.onSubscribe(new Flow.Subscription() {
                @Override
                public void request(long count) {}

                @Override
                public void cancel() {
                    cancelled = true;
                }
            });
        }

        void log(String group, int level, String tag, String text) {
            LogRecord record = new LogRecord(new StrongSwanLevel(level), text);
            record.setLoggerName("charon." + group);
            record.setParameters(new Object[] {tag, "charon-07"});
            subscriber.onNext(record);
        }
    }

    private static final class Listener implements LogListener {
        private final List<String> lines = new ArrayList<>();
        private int level = 1;

        @Override
        public int level(String group) {
            return level;
        }

        @Override
        public void log(LogListener.LogRecord record) {
            lines.add(String.format(
                    "%02d[%s%d] <%s> %s",
                    record.thread(), record.group(), record.level(), record.ikeSa(), record.text()));
        }
    }

    @Test
    void givesLogRecordsToListenersByLevel() {
        Listener listener = new Listener();
        bus.addListener(listener);
        bus.subscribe(publisher);
        publisher.log("ike", 1, "net|3", "established");
        publisher.log("net", 2, null, "detail");
        assertTrue(listener.lines.isEmpty(), "a listener is never called by the thread that logs");
        processor.runAll();
        assertEquals(List.of("07[ike1] <net|3> established"), listener.lines);
        bus.unsubscribe(publisher);
        assertTrue(publisher.cancelled);
    }

    @Test
    void replaysToAListenerThatArrivesAndFlushesOneThatLeaves() {
        bus.subscribe(publisher);
        for (int i = 0; i < 2_100; i++) {
            publisher.log("ike", 1, null, Integer.toString(i));
        }
        Listener listener = new Listener();
        bus.addListener(listener);
        bus.removeListener(listener);
        assertEquals(2_000, listener.lines.size());
        assertEquals("07[ike1] <> 100", listener.lines.get(0));
        processor.runAll();
        assertEquals(2_000, listener.lines.size());
    }

    @Test
    void streamsTheLinesOfOneIkeSa() {
        Listener listener = new Listener();
        bus.subscribe(publisher);
        bus.stream(listener, BusService.ofUniqueId(3));
        publisher.log("ike", 1, "3", "a");
        publisher.log("ike", 1, "net|3", "b");
        publisher.log("ike", 1, "net|13", "c");
        publisher.log("ike", 1, null, "d");
        processor.runAll();
        assertEquals(2, listener.lines.size());
    }

    @Test
    void limitsRecordsAtTheirSourceToTheHighestLevelWanted() {
        Map<String, Integer> levels = new HashMap<>();
        bus.attachLevels(levels::put);
        assertEquals(1, levels.get("ike"));
        Listener listener = new Listener();
        listener.level = 2;
        bus.addListener(listener);
        assertEquals(2, levels.get("ike"));
        listener.level = 3;
        bus.logLevelsChanged();
        assertEquals(3, levels.get("ike"));
        bus.setLogLevel("ike", 4);
        assertEquals(4, levels.get("ike"));
        assertEquals(3, levels.get("net"));
        bus.clearLogLevel("ike");
        assertEquals(3, levels.get("ike"));
        bus.removeListener(listener);
        assertEquals(1, levels.get("ike"));
    }

    @Test
    void setsTheLevelOfAllGroupsAtOnceAndOfKnownOnesOnly() {
        Map<String, Integer> levels = new HashMap<>();
        bus.attachLevels(levels::put);
        bus.setLogLevel("default", 3);
        assertEquals(3, levels.get("ike"));
        assertEquals(3, levels.get("cfg"));
        assertThrows(IllegalArgumentException.class, () -> bus.setLogLevel("xx", 1));
        assertThrows(IllegalArgumentException.class, () -> bus.setLogLevel("ike", 5));
    }

    @Test
    void setsTheLevelOfOneConnection() {
        Map<String, Integer> levels = new HashMap<>();
        Listener listener = new Listener();
        bus.attachLevels(levels::put);
        bus.addListener(listener);
        bus.subscribe(publisher);
        bus.setLogLevel("net", "ike", 2);
        assertEquals(2, levels.get("ike"));
        assertEquals(1, levels.get("cfg"));
        publisher.log("ike", 2, "net|3", "wanted");
        publisher.log("ike", 2, "other|4", "of another");
        publisher.log("ike", 2, "3", "not known yet");
        publisher.log("cfg", 2, "net|3", "of another group");
        processor.runAll();
        assertEquals(List.of("07[ike2] <net|3> wanted"), listener.lines);
        bus.setLogLevel("net", "default", -1);
        publisher.log("ike", 1, "net|3", "silenced");
        bus.clearLogLevel("net", "default");
        assertEquals(1, levels.get("ike"));
        publisher.log("ike", 2, "net|3", "no more");
        publisher.log("ike", 1, "net|3", "as before");
        processor.runAll();
        assertEquals(List.of("07[ike2] <net|3> wanted", "07[ike1] <net|3> as before"), listener.lines);
        assertThrows(IllegalArgumentException.class, () -> bus.setLogLevel("net", "xx", 1));
    }

    @Test
    void whatOneConnectionLogsDoesNotPushOlderLinesOut() {
        bus.subscribe(publisher);
        publisher.log("ike", 1, null, "old");
        bus.setLogLevel("net", "ike", 2);
        for (int i = 0; i < 3_000; i++) {
            publisher.log("ike", 2, "other|4", "detail");
        }
        Listener listener = new Listener();
        bus.addListener(listener);
        processor.runAll();
        assertEquals(List.of("07[ike1] <> old"), listener.lines);
    }

    @Test
    void keepsTheOrderOfEventsAndSurvivesFaults() {
        List<String> heard = new ArrayList<>();
        bus.addIkeSaListener(new IkeSaListener() {
            @Override
            public void ikeUpDown(IkeSaInfo ikeSa, boolean up) {
                throw new IllegalStateException("on purpose");
            }
        });
        bus.addIkeSaListener(new IkeSaListener() {
            @Override
            public void ikeUpDown(IkeSaInfo ikeSa, boolean up) {
                heard.add(ikeSa.name() + up);
            }
        });
        bus.ikeUpDown(FakeIkeSaInfo.established("a", 1), true);
        bus.ikeUpDown(FakeIkeSaInfo.established("a", 1), false);
        processor.runAll();
        assertEquals(List.of("atrue", "afalse"), heard);
    }

    @Test
    void saysHowManyEventsASlowObserverLost() {
        List<String> alerts = new ArrayList<>();
        AlertListener alertListener = (ikeSa, kind, text) -> alerts.add(kind);
        int[] heard = new int[1];
        bus.addAlertListener(alertListener);
        bus.addIkeSaListener(new IkeSaListener() {
            @Override
            public void ikeState(IkeSaInfo ikeSa) {
                heard[0]++;
            }
        });
        for (int i = 0; i < 5_000; i++) {
            bus.ikeState(FakeIkeSaInfo.established("a", 1));
        }
        processor.runAll();
        assertEquals(4_096, heard[0]);
        assertEquals(List.of("events-lost"), alerts);
    }

    private static final class Both implements IkeSaListener, ChildSaListener {
        private final List<String> heard = new ArrayList<>();

        @Override
        public void ikeUpDown(IkeSaInfo ikeSa, boolean up) {
            heard.add("ike " + up);
        }

        @Override
        public void childUpDown(IkeSaInfo ikeSa, ChildSaInfo childSa, boolean up) {
            heard.add("child " + up);
        }
    }

    @Test
    void whoListensToBothKindsOfSasHearsOfThemInOneOrder() {
        Both listener = new Both();
        bus.addIkeSaListener(listener);
        bus.addChildSaListener(listener);
        bus.ikeUpDown(null, true);
        bus.childUpDown(null, null, true);
        bus.ikeUpDown(null, false);
        bus.childUpDown(null, null, false);
        processor.runAll();
        assertEquals(List.of("ike true", "child true", "ike false", "child false"), listener.heard);
        bus.removeIkeSaListener(listener);
        bus.childUpDown(null, null, true);
        bus.removeChildSaListener(listener);
        bus.childUpDown(null, null, true);
        processor.runAll();
        assertEquals(5, listener.heard.size());
    }
}
