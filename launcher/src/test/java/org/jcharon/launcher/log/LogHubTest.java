// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher.log;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Flow;
import java.util.logging.LogRecord;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.Marker;
import org.slf4j.helpers.BasicMDCAdapter;
import org.slf4j.helpers.BasicMarkerFactory;

class LogHubTest {
    private static final Marker AUDIT = new BasicMarkerFactory().getMarker("AUDIT");
    private static final Marker PRIVATE = new BasicMarkerFactory().getMarker("PRIVATE");

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
    private final BasicMDCAdapter mdc = new BasicMDCAdapter();
    private final LogHub hub = new LogHub(mdc, new LogConsole(new PrintStream(printed, true, StandardCharsets.UTF_8)));
    private final Logger ike = hub.getLogger("charon.ike");

    private String output() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private static class Collector implements Flow.Subscriber<LogRecord> {
        final List<String> seen = new ArrayList<>();
        LogRecord last;
        Flow.Subscription subscription;
        private final long demand;

        Collector(long demand) {
            this.demand = demand;
        }

        @Override
        public void onSubscribe(Flow.Subscription s) {
            subscription = s;
            s.request(demand);
        }

        @Override
        public void onNext(LogRecord record) {
            last = record;
            seen.add(record.getLevel().getName() + " " + record.getMessage());
        }

        @Override
        public void onError(Throwable thrown) {}

        @Override
        public void onComplete() {}
    }

    @Test
    void mapsLevelsAndMarkersToStrongswansNumbers() {
        Collector all = new Collector(Long.MAX_VALUE);
        hub.subscribe(all);
        hub.accept("default", 4);
        ike.info(AUDIT, "audit");
        ike.error("error");
        ike.warn("warn");
        ike.info("info {}", 7);
        ike.debug("debug");
        ike.trace("trace");
        ike.trace(PRIVATE, "private");
        assertEquals(List.of("0 audit", "1 error", "1 warn", "1 info 7", "2 debug", "3 trace", "4 private"), all.seen);
    }

    @Test
    void logsNothingAboveTheLevelOfTheGroup() {
        assertTrue(ike.isInfoEnabled());
        assertFalse(ike.isDebugEnabled());
        hub.accept("ike", 3);
        assertTrue(ike.isTraceEnabled());
        assertFalse(ike.isTraceEnabled(PRIVATE));
        assertFalse(hub.getLogger("charon.net").isDebugEnabled());
        hub.accept("default", 0);
        assertFalse(ike.isErrorEnabled());
        assertTrue(ike.isInfoEnabled(AUDIT));
        assertFalse(hub.getLogger("charon.new").isInfoEnabled());
    }

    @Test
    void replaysTheRingToASubscriberThatArrives() {
        for (int i = 0; i < LogHub.RING + 10; i++) {
            ike.info("{}", i);
        }
        Collector late = new Collector(Long.MAX_VALUE);
        hub.subscribe(late);
        assertEquals(LogHub.RING, late.seen.size());
        assertEquals("1 10", late.seen.get(0));
        ike.info("next");
        assertEquals("1 next", late.seen.get(LogHub.RING));
    }

    @Test
    void deliversNoMoreThanWasRequested() {
        Collector modest = new Collector(2);
        hub.subscribe(modest);
        ike.info("1");
        ike.info("2");
        ike.info("3");
        assertEquals(List.of("1 1", "1 2"), modest.seen);
        modest.subscription.request(1);
        ike.info("4");
        assertEquals(List.of("1 1", "1 2", "1 4"), modest.seen);
    }

    @Test
    void cancelsASubscriberThatThrowsAndServesTheOthers() {
        Collector healthy = new Collector(Long.MAX_VALUE);
        hub.subscribe(new Collector(Long.MAX_VALUE) {
            @Override
            public void onNext(LogRecord record) {
                throw new NoClassDefFoundError("org/jcharon/filelog/Gone");
            }
        });
        hub.subscribe(healthy);
        ike.info("one");
        ike.info("two");
        assertEquals(List.of("1 one", "1 two"), healthy.seen);
        assertEquals(1, output().split("cancelled", -1).length - 1);
    }

    @Test
    void doesNotRecurseIntoASubscriberThatLogs() {
        Collector[] chatty = new Collector[1];
        chatty[0] = new Collector(Long.MAX_VALUE) {
            @Override
            public void onNext(LogRecord record) {
                super.onNext(record);
                ike.info("got {}", record.getMessage());
            }
        };
        hub.subscribe(chatty[0]);
        ike.info("one");
        assertEquals(List.of("1 one"), chatty[0].seen);
    }

    @Test
    void carriesGroupSaAndThread() {
        Collector all = new Collector(Long.MAX_VALUE);
        hub.subscribe(all);
        hub.getLogger("com.zaxxer.hikari").warn("foreign");
        assertEquals("charon.lib", all.last.getLoggerName());
        assertNull(all.last.getParameters()[0]);
        mdc.put("sa", "net[1]");
        hub.getLogger("charon.ike.sa").info("x");
        assertEquals("charon.ike", all.last.getLoggerName());
        assertEquals("net[1]", all.last.getParameters()[0]);
        assertEquals(Thread.currentThread().getName(), all.last.getParameters()[1]);
    }

    @Test
    void printsAsStrongswanDoes() {
        ike.info("one\ntwo");
        assertEquals(
                2,
                output().lines()
                        .filter(l -> l.matches("\\d\\d\\[IKE\\] (one|two)"))
                        .count(),
                output());
    }

    @Test
    void printsMoreThanControlOnlyWhileNobodyElseListens() {
        hub.accept("ike", 2);
        ike.debug("before");
        hub.subscribe(new Collector(Long.MAX_VALUE));
        ike.debug("after");
        assertTrue(output().contains("before"));
        assertFalse(output().contains("after"));
    }

    @Test
    void printsOneLineForAnExceptionUnlessTheDaemonIsDebugged() {
        ike.error("cannot bind", new IllegalStateException("port 500"));
        assertTrue(output().endsWith("[IKE] cannot bind: IllegalStateException: port 500\n"), output());
        hub.accept("dmn", 2);
        ike.error("cannot bind", new IllegalStateException("port 500"));
        assertTrue(output().contains("  at org.jcharon.launcher.log.LogHubTest"), output());
    }

    @Test
    void takesTheThreadNumberFromTheEndOfItsName() {
        assertEquals("07", LogConsole.threadNumber("worker-7"));
        assertEquals("16", LogConsole.threadNumber("16"));
        assertEquals("23", LogConsole.threadNumber("pool-123"));
        assertEquals("00", LogConsole.threadNumber("main"));
    }
}
