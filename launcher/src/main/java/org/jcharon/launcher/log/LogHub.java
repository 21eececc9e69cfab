// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher.log;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ObjIntConsumer;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.spi.MDCAdapter;

/**
 * The one place that every log record passes: prints it, keeps the last {@value #RING} and hands it to subscribers.
 *
 * <p>Only JDK types cross to bundles. A record's logger name is {@code charon.} and the group; its level is named by
 * and has the value of strongSwan's number, 0 to 4; its message is final text; its parameters are the MDC entry
 * {@code sa} or null, and the name of the logging thread. A new subscriber first gets the ring.
 *
 * <p>Delivery happens in the logging thread, one record at a time per subscriber. What a subscriber did not request
 * is dropped for it, what it logs itself while it is called is not delivered to it, and one that throws is cancelled.
 *
 * <p>As {@link ObjIntConsumer} it sets the maximum level of a group, {@code "default"} meaning all. Any thread.
 */
public final class LogHub implements ILoggerFactory, Flow.Publisher<LogRecord>, ObjIntConsumer<String> {
    /** Records kept for a subscriber that arrives later. */
    static final int RING = 2000;

    /** strongSwan's default level. */
    static final int DEFAULT_LEVEL = 1;

    private static final int SUBSCRIBERS = 64;
    private static final int SILENT = -1;
    private static final int PRIVATE = 4;
    private static final String PREFIX = "charon.";
    private static final List<Level> LEVELS = List.of(
            new NumberedLevel(0),
            new NumberedLevel(1),
            new NumberedLevel(2),
            new NumberedLevel(3),
            new NumberedLevel(4));

    private final MDCAdapter mdc;
    private final LogConsole console;
    private final AtomicInteger defaultLevel = new AtomicInteger(DEFAULT_LEVEL);
    private final ConcurrentMap<String, LogGroup> groups = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, CharonLogger> loggers = new ConcurrentHashMap<>();
    private final CopyOnWriteArrayList<Delivery> deliveries = new CopyOnWriteArrayList<>();

    /** Guards the ring and, while the ring is copied, the list of deliveries. A leaf: nothing is called under it. */
    private final ReentrantLock ringLock = new ReentrantLock();

    private final Deque<LogRecord> ring = new ArrayDeque<>();

    LogHub(MDCAdapter mdc, LogConsole console) {
        this.mdc = mdc;
        this.console = console;
    }

    @Override
    public Logger getLogger(String name) {
        return loggers.computeIfAbsent(name, n -> new CharonLogger(n, group(groupOf(n)), this));
    }

    @Override
    public void accept(String group, int level) {
        int bounded = Math.max(SILENT, Math.min(PRIVATE, level));
        if (group.equals("default")) {
            defaultLevel.set(bounded);
            groups.values().forEach(g -> g.level(bounded));
        } else {
            group(group).level(bounded);
        }
    }

    @Override
    public void subscribe(Flow.Subscriber<? super LogRecord> subscriber) {
        Delivery delivery = new Delivery(subscriber);
        delivery.lock.lock(); // a record logged from here on waits until the ring was replayed
        try {
            delivery.open();
            if (delivery.cancelled) {
                return;
            }
            List<LogRecord> past;
            ringLock.lock();
            try {
                if (deliveries.size() >= SUBSCRIBERS) {
                    delivery.refuse(new IllegalStateException("more than " + SUBSCRIBERS + " log subscribers"));
                    return;
                }
                past = new ArrayList<>(ring);
                deliveries.add(delivery);
            } finally {
                ringLock.unlock();
            }
            past.forEach(delivery::next);
        } finally {
            delivery.lock.unlock();
        }
    }

    void publish(LogGroup group, int level, String text, Throwable thrown) {
        LogRecord record = new LogRecord(LEVELS.get(level), text);
        String thread = Thread.currentThread().getName();
        record.setLoggerName(PREFIX + group.name());
        record.setThrown(thrown);
        record.setParameters(new Object[] {mdc.get("sa"), thread});
        boolean alone;
        ringLock.lock();
        try {
            if (ring.size() == RING) {
                ring.removeFirst();
            }
            ring.addLast(record);
            alone = deliveries.isEmpty();
        } finally {
            ringLock.unlock();
        }
        if (level <= DEFAULT_LEVEL || alone) {
            console.print(group.name(), record, thread, group("dmn").level() >= 2);
        }
        for (Delivery delivery : deliveries) {
            delivery.deliver(record);
        }
    }

    private LogGroup group(String name) {
        return groups.computeIfAbsent(name, n -> new LogGroup(n, defaultLevel.get()));
    }

    /** {@code charon.ike} and {@code charon.ike.x} belong to {@code ike}; whoever is not of the daemon to {@code lib}. */
    static String groupOf(String logger) {
        if (!logger.startsWith(PREFIX) || logger.length() == PREFIX.length()) {
            return "lib";
        }
        int dot = logger.indexOf('.', PREFIX.length());
        return logger.substring(PREFIX.length(), dot < 0 ? logger.length() : dot);
    }

    /** A level named by its number. */
    private static final class NumberedLevel extends Level {
        private static final long serialVersionUID = 1L;

        NumberedLevel(int value) {
            super(Integer.toString(value), value);
        }
    }

    /** One subscriber. Everything but {@code request} and {@code cancel} happens under its lock. */
    private final class Delivery implements Flow.Subscription {
        private final Flow.Subscriber<? super LogRecord> subscriber;
        private final ReentrantLock lock = new ReentrantLock();

        /** Written by the subscriber's threads, read by logging threads. */
        private final AtomicLong demand = new AtomicLong();

        /** Publishes the end of the subscription to logging threads that hold an old list. */
        private volatile boolean cancelled;

        Delivery(Flow.Subscriber<? super LogRecord> subscriber) {
            this.subscriber = subscriber;
        }

        void open() {
            subscriber.onSubscribe(this);
        }

        void refuse(Throwable why) {
            cancelled = true;
            subscriber.onError(why);
        }

        void deliver(LogRecord record) {
            if (cancelled || lock.isHeldByCurrentThread()) {
                return;
            }
            lock.lock();
            try {
                next(record);
            } finally {
                lock.unlock();
            }
        }

        void next(LogRecord record) {
            if (cancelled || demand.getAndUpdate(d -> d == 0 || d == Long.MAX_VALUE ? d : d - 1) == 0) {
                return;
            }
            try {
                subscriber.onNext(record);
            } catch (RuntimeException | LinkageError e) { // a logger whose bundle is gone must not hurt who logs
                cancel();
                LogRecord lost = new LogRecord(
                        LEVELS.get(1), "log subscriber " + subscriber.getClass().getName() + " cancelled");
                lost.setThrown(e);
                console.print("lib", lost, Thread.currentThread().getName(), false);
            }
        }

        @Override
        public void request(long n) {
            if (n <= 0) {
                cancel();
                subscriber.onError(new IllegalArgumentException("request of " + n + " log records"));
                return;
            }
            demand.getAndUpdate(d -> d + n < 0 ? Long.MAX_VALUE : d + n);
        }

        @Override
        public void cancel() {
            cancelled = true;
            deliveries.remove(this);
        }
    }
}
