// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.daemon;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jcharon.api.socket.Endpoint;

/**
 * When a peer is to be told that ESP with an SPI has no SA here (RFC 7296 section 1.5). One packet says little: it may have been late,
 * early, or anybody's. So the same SPI has to come between the same ends for longer than packets are on their way, and what was told is
 * told again after ever longer waits, since a peer may not care. Bounded; any thread.
 */
final class UnknownSpis {

    private static final int MOST = 1024;
    /** Packets further apart are no sign that the peer still sends. */
    private static final Duration GAP = Duration.ofSeconds(60);

    private static final Duration LEAST_GRACE = Duration.ofSeconds(5);
    private static final Duration INTERVAL_OF_IKE_SA = Duration.ofSeconds(5);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(10);

    private record Key(int spi, Endpoint source, Endpoint destination) {}

    /** Nanoseconds of the clock, and a length of time. */
    private record Seen(long last, long due, long interval) {}

    private final Supplier<Duration> lateness;
    private final Map<Key, Seen> spis = bounded();
    private final Map<Long, Long> told = bounded(); // when, by unique number

    /** {@code lateness}: how long an SA that is gone may still be sent to. */
    UnknownSpis(Supplier<Duration> lateness) {
        this.lateness = lateness;
    }

    private static <K, V> Map<K, V> bounded() {
        return new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1;

            @Override
            protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
                return size() > MOST;
            }
        };
    }

    /** How long an SPI has to be unknown. */
    Duration grace() {
        Duration late = lateness.get();
        return late.compareTo(LEAST_GRACE) > 0 ? late : LEAST_GRACE;
    }

    /** A packet came; whether it is time to tell. */
    synchronized boolean seen(int spi, Endpoint source, Endpoint destination, long now) {
        Key key = new Key(spi, source, destination);
        Seen before = spis.get(key);
        if (before == null || now - before.last() > Math.max(GAP.toNanos(), before.interval())) {
            long grace = grace().toNanos();
            spis.put(key, new Seen(now, now + grace, grace));
            return false;
        }
        boolean due = now - before.due() >= 0;
        long interval = due ? Math.min(2 * before.interval(), LONGEST_WAIT.toNanos()) : before.interval();
        spis.put(key, new Seen(now, due ? now + interval : before.due(), interval));
        return due;
    }

    /** Whether an IKE_SA may tell its peer now; if so this was it for a while. */
    synchronized boolean mayTell(long uniqueId, long now) {
        Long last = told.get(uniqueId);
        if (last != null && now - last < INTERVAL_OF_IKE_SA.toNanos()) {
            return false;
        }
        told.put(uniqueId, now);
        return true;
    }
}
