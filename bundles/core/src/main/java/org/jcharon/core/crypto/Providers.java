// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.crypto;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jcharon.api.bus.Log;
import org.jcharon.core.plugin.PluginNames;

/**
 * The providers of one kind, and which of their algorithms passed the known answers. Any thread; no lock is held while a provider
 * is called, at worst two threads run the same test.
 *
 * @param <P> kind of provider
 * @param <A> what its algorithms are called by
 */
final class Providers<P, A> {

    private static final Log LOG = Log.of("lib");

    private final Function<P, Set<A>> algorithms;
    private final BiFunction<P, A, Optional<String>> test;
    private volatile List<Entry<P, A>> entries = List.of(); // sorted; published whole by add and remove

    /**
     * A kind of provider.
     *
     * @param algorithms what a provider has
     * @param test says what is wrong with an algorithm of a provider
     */
    Providers(Function<P, Set<A>> algorithms, BiFunction<P, A, Optional<String>> test) {
        this.algorithms = algorithms;
        this.test = test;
    }

    /** Adds a provider. */
    Entry<P, A> add(P provider, Map<String, ?> properties) {
        Entry<P, A> entry = new Entry<>(
                provider,
                name(provider, properties),
                PluginNames.of(provider),
                Set.copyOf(algorithms.apply(provider)),
                number(properties, "service.ranking", 0),
                number(properties, "service.id", Long.MAX_VALUE));
        synchronized (this) {
            List<Entry<P, A>> more = new ArrayList<>(entries);
            more.add(entry);
            more.sort(Comparator.<Entry<P, A>>comparingLong(e -> -e.ranking).thenComparingLong(e -> e.serviceId));
            entries = List.copyOf(more);
        }
        return entry;
    }

    synchronized void remove(P provider) {
        entries = entries.stream().filter(entry -> entry.provider != provider).toList();
    }

    /** All of them, preferred ones first. */
    List<Entry<P, A>> all() {
        return entries;
    }

    /** Those that have an algorithm and passed its known answers, preferred ones first; tested only as far as the stream is read. */
    Stream<P> having(A algorithm) {
        return all().stream().filter(entry -> passes(entry, algorithm)).map(Entry::provider);
    }

    /** Whether an algorithm of a provider passes; remembers the answer. */
    boolean passes(Entry<P, A> entry, A algorithm) {
        if (!entry.algorithms.contains(algorithm)) {
            return false;
        }
        Boolean known = entry.verdicts.get(algorithm);
        if (known != null) {
            return known;
        }
        Optional<String> wrong = test.apply(entry.provider, algorithm);
        if (entry.verdicts.putIfAbsent(algorithm, wrong.isEmpty()) == null) {
            wrong.ifPresent(reason -> LOG.error(
                    "{} of {} failed its known-answer test and is not offered: {}", algorithm, entry.name, reason));
        }
        return wrong.isEmpty();
    }

    private static String name(Object provider, Map<String, ?> properties) {
        Object name = properties.get("component.name");
        return name == null ? provider.getClass().getName() : name.toString();
    }

    private static long number(Map<String, ?> properties, String key, long otherwise) {
        return properties.get(key) instanceof Number number ? number.longValue() : otherwise;
    }

    /**
     * One provider.
     *
     * @param provider the service
     * @param name what log lines call it
     * @param plugin name of its plugin, empty if not known
     * @param algorithms what it says that it has
     * @param ranking the higher the more preferred
     * @param serviceId among equals the older is preferred
     * @param verdicts results so far
     */
    record Entry<P, A>(
            P provider,
            String name,
            String plugin,
            Set<A> algorithms,
            long ranking,
            long serviceId,
            Map<A, Boolean> verdicts) {

        Entry(P provider, String name, String plugin, Set<A> algorithms, long ranking, long serviceId) {
            this(provider, name, plugin, algorithms, ranking, serviceId, new ConcurrentHashMap<>());
        }
    }
}
