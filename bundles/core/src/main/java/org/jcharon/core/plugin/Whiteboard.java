// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.plugin;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jcharon.api.bus.Log;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;

/**
 * Services of one kind that plugins registered, the higher {@code service.ranking} first, older ones first at equal rank; and the
 * guard through which core calls them. Any thread; each operation works on one snapshot and holds no lock while it calls.
 *
 * <p>What a service throws ends the call to that service only and is logged once for each; after a {@link LinkageError} (its bundle was
 * updated or uninstalled) it is not called again.
 *
 * @param <T> the service's interface
 */
public final class Whiteboard<T> {

    private static final Log LOG = Log.of("lib");

    /** Not a record: equality is identity, and the flags change. */
    private static final class Entry<T> {

        final Object key;
        final Supplier<T> service;
        final Map<String, Object> properties;
        final AtomicBoolean logged = new AtomicBoolean();
        volatile boolean gone; // publishes that the class loader is dead

        Entry(Object key, Supplier<T> service, Map<String, Object> properties) {
            this.key = key;
            this.service = service;
            this.properties = Map.copyOf(properties);
        }

        long number(String key) {
            return properties.get(key) instanceof Number number ? number.longValue() : 0;
        }
    }

    private final String what;
    private volatile List<Entry<T>> entries = List.of(); // publishes a new list, whose entries are complete

    /** {@code what} names the kind of service in log lines. */
    public Whiteboard(String what) {
        this.what = what;
    }

    /** A service arrived. */
    public void add(T service, Map<String, Object> properties) {
        add(new Entry<>(service, () -> service, properties));
    }

    /** A service arrived, which is fetched when it is first called. */
    public void add(BundleContext context, ServiceReference<T> reference) {
        BundleService<T> service = new BundleService<>(context, reference);
        add(new Entry<>(reference, service, service.properties()));
    }

    private synchronized void add(Entry<T> entry) {
        List<Entry<T>> next = new ArrayList<>(entries);
        next.add(entry);
        next.sort(Comparator.comparingLong((Entry<T> one) -> -one.number("service.ranking"))
                .thenComparingLong(one -> one.number("service.id")));
        entries = List.copyOf(next);
    }

    /** A service leaves; calls that run now end by themselves. */
    public void remove(T service) {
        drop(service);
    }

    /** A service leaves that was added by its reference. */
    public void remove(ServiceReference<T> reference) {
        drop(reference).forEach(entry -> {
            if (entry.service instanceof BundleService<T> fetched) {
                fetched.close();
            }
        });
    }

    private synchronized List<Entry<T>> drop(Object key) {
        List<Entry<T>> dropped =
                entries.stream().filter(entry -> entry.key.equals(key)).toList();
        entries = entries.stream().filter(entry -> !entry.key.equals(key)).toList();
        return dropped;
    }

    /** Number of services. */
    public int size() {
        return entries.size();
    }

    /** Properties of all services, best first. */
    public List<Map<String, Object>> properties() {
        return entries.stream().map(entry -> entry.properties).toList();
    }

    /** Calls each service. */
    public void forEach(Consumer<T> call) {
        for (Entry<T> entry : entries) {
            guarded(entry, service -> {
                call.accept(service);
                return true;
            });
        }
    }

    /** What each service answers, best first; those that fail or answer null are left out. */
    public <R> List<R> map(Function<T, R> call) {
        List<R> answers = new ArrayList<>();
        for (Entry<T> entry : entries) {
            guarded(entry, call).ifPresent(answers::add);
        }
        return answers;
    }

    /** The first answer that is not empty, of the services whose properties fit. */
    public <R> Optional<R> first(Predicate<Map<String, Object>> fits, Function<T, Optional<R>> call) {
        for (Entry<T> entry : entries) {
            if (fits.test(entry.properties)) {
                Optional<R> answer = guarded(entry, call).orElse(Optional.empty());
                if (answer.isPresent()) {
                    return answer;
                }
            }
        }
        return Optional.empty();
    }

    /** Asks all at once; their lists one after the other, without those that fail. Never fails. */
    public <R> CompletionStage<List<R>> collect(Function<T, CompletionStage<List<R>>> call) {
        CompletionStage<List<R>> all = CompletableFuture.completedFuture(List.of());
        for (Entry<T> entry : entries) {
            CompletionStage<List<R>> part =
                    started(entry, call).handle((list, fault) -> list != null ? list : List.of());
            all = all.thenCombine(part, Whiteboard::joined);
        }
        return all;
    }

    /** Asks one after the other until one answers. Never fails. */
    public <R> CompletionStage<Optional<R>> firstLater(Function<T, CompletionStage<Optional<R>>> call) {
        return firstLater(entries, 0, call);
    }

    private <R> CompletionStage<Optional<R>> firstLater(
            List<Entry<T>> snapshot, int index, Function<T, CompletionStage<Optional<R>>> call) {
        if (index == snapshot.size()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return started(snapshot.get(index), call)
                .handle((answer, fault) -> answer != null ? answer : Optional.<R>empty())
                .thenCompose(answer -> answer.isPresent()
                        ? CompletableFuture.completedFuture(answer)
                        : firstLater(snapshot, index + 1, call));
    }

    /** Asks all at once. A service that fails, though it is there, makes its stage fail: for those whose silence is not consent. */
    public <R> List<CompletionStage<R>> start(Function<T, CompletionStage<R>> call) {
        List<CompletionStage<R>> stages = new ArrayList<>();
        for (Entry<T> entry : entries) {
            stages.add(started(entry, call));
        }
        return stages;
    }

    private <R> CompletionStage<R> started(Entry<T> entry, Function<T, CompletionStage<R>> call) {
        CompletionStage<R> stage = guarded(entry, call).orElse(null);
        if (stage == null) {
            return CompletableFuture.failedFuture(new IllegalStateException(what + " is gone or failed"));
        }
        return stage.whenComplete((answer, fault) -> {
            if (fault != null) {
                report(
                        entry,
                        fault instanceof CompletionException && fault.getCause() != null ? fault.getCause() : fault);
            }
        });
    }

    private <R> Optional<R> guarded(Entry<T> entry, Function<T, R> call) {
        if (entry.gone) {
            return Optional.empty();
        }
        try {
            T service = entry.service.get();
            return service == null ? Optional.empty() : Optional.ofNullable(call.apply(service));
        } catch (RuntimeException | LinkageError | StackOverflowError fault) {
            report(entry, fault);
            return Optional.empty();
        }
    }

    private void report(Entry<T> entry, Throwable fault) {
        if (fault instanceof LinkageError) {
            entry.gone = true;
        }
        if (entry.logged.compareAndSet(false, true)) {
            // by the component's name from the properties: a dead class may not even print itself
            LOG.error(
                    "{} {} failed and is treated as {}: {}",
                    what,
                    entry.properties.getOrDefault("component.name", "without a name"),
                    entry.gone ? "gone" : "without an answer",
                    fault.toString());
        }
    }

    private static <R> List<R> joined(List<R> first, List<R> second) {
        if (first.isEmpty() || second.isEmpty()) {
            return first.isEmpty() ? second : first;
        }
        List<R> both = new ArrayList<>(first);
        both.addAll(second);
        return List.copyOf(both);
    }
}
