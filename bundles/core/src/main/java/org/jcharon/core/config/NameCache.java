// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.jcharon.api.bus.Log;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.TimeSource;

/**
 * Addresses of DNS names that stand in configurations. Looked up outside the job pool; several that ask at once share one look-up.
 * Any thread.
 */
final class NameCache {

    /** How a name is looked up; may block. */
    interface Resolver {
        /** All addresses of a name; throws if it has none. */
        InetAddress[] resolve(String name) throws Exception;
    }

    private static final int MAX_NAMES = 1024;
    private static final int MAX_LOOKUPS = 4;
    private static final Duration DEADLINE = Duration.ofSeconds(5);
    /** The JDK hands out no TTL; short enough for dynamic DNS, long enough that nobody can make us ask all the time. */
    private static final Duration LIFETIME = Duration.ofSeconds(60);

    private static final Duration LIFETIME_OF_FAILURE = Duration.ofSeconds(10);
    private static final Log LOG = Log.of("cfg");

    private final Processor processor;
    private final TimeSource time;
    private final Resolver resolver;
    private final Map<String, Entry> entries = new LinkedHashMap<>(); // guarded by itself

    private static final class Entry {
        final CompletableFuture<List<InetAddress>> addresses = new CompletableFuture<>();
        private long until = Long.MAX_VALUE;
        private boolean timed;
    }

    NameCache(Processor processor, TimeSource time, Resolver resolver) {
        this.processor = processor;
        this.time = time;
        this.resolver = resolver;
    }

    /** Addresses of a name, empty if they cannot be had in time. Never fails. */
    CompletionStage<List<InetAddress>> addresses(String name) {
        Entry entry;
        synchronized (entries) {
            entry = entries.get(name);
            if (entry != null && !(entry.timed && time.nanos() - entry.until >= 0)) {
                return entry.addresses;
            }
            entry = new Entry();
            entries.remove(name);
            entries.put(name, entry);
            Iterator<Entry> oldest = entries.values().iterator();
            while (entries.size() > MAX_NAMES) {
                oldest.next();
                oldest.remove();
            }
        }
        lookUp(name, entry);
        return entry.addresses;
    }

    private void lookUp(String name, Entry entry) {
        processor
                .blocking("dns", MAX_LOOKUPS, DEADLINE, () -> List.of(resolver.resolve(name)))
                .whenComplete((found, fault) -> {
                    if (fault != null) {
                        LOG.control("unable to resolve '{}': {}", name, reason(fault));
                    }
                    synchronized (entries) {
                        entry.until = time.nanos() + (fault == null ? LIFETIME : LIFETIME_OF_FAILURE).toNanos();
                        entry.timed = true;
                    }
                    entry.addresses.complete(fault == null ? found : List.of());
                });
    }

    private static String reason(Throwable fault) {
        Throwable cause = fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault;
        if (cause instanceof UnknownHostException) {
            return "no address is known for this name";
        }
        if (cause instanceof TimeoutException) {
            return "no answer within " + DEADLINE.toSeconds() + " s";
        }
        return String.valueOf(cause.getMessage());
    }
}
