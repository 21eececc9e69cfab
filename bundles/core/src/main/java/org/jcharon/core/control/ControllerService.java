// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.control;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Timer;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.manager.Lease;
import org.jcharon.core.manager.SaJob;
import org.jcharon.core.manager.Submission;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.IkeServices;

/** Carries out what controllers ask: finds the SAs concerned and queues a command to each. Any thread. */
public final class ControllerService implements Controller {

    /** Lends the log of one IKE_SA to a listener. */
    public interface LogStreams {
        /** Streams records of the IKE_SA whose unique number {@code uniqueId} answers (0: unknown yet) until the stream is run. */
        Runnable stream(LogListener listener, LongSupplier uniqueId);
    }

    private interface Command {
        void run(IkeSa ike, CompletableFuture<Outcome> result);
    }

    private final IkeServices services;
    private final BackendManager backends;
    private final InitiatorEnds ends;
    private final LogStreams logs;
    private final Supplier<Map<String, Long>> counters;
    private final Map<String, CompletableFuture<Outcome>> initiating = new ConcurrentHashMap<>();

    /**
     * Over the services that IKE_SAs use.
     *
     * @param logs ends a stream by running what it answered
     * @param counters counters and gauges by dotted name
     */
    public ControllerService(
            IkeServices services,
            BackendManager backends,
            InitiatorEnds ends,
            LogStreams logs,
            Supplier<Map<String, Long>> counters) {
        this.services = services;
        this.backends = backends;
        this.ends = ends;
        this.logs = logs;
        this.counters = counters;
    }

    @Override
    public CompletionStage<Outcome> initiate(String connection, String child, Duration timeout, LogListener log) {
        return limited(
                backends.peerConfigs().thenCompose(configs -> start(configs, connection, child, log, List.of())),
                timeout,
                "not established within " + timeout.toSeconds() + " s; the attempt goes on");
    }

    /** Brings up a CHILD_SA for a packet that met a trap; its own selectors are asked for first (RFC 7296 section 2.9). */
    public CompletionStage<Outcome> acquire(
            String connection, String child, TrafficSelector source, TrafficSelector destination) {
        return backends.peerConfigs()
                .thenCompose(configs -> start(configs, connection, child, null, List.of(source, destination)));
    }

    private CompletionStage<Outcome> start(
            List<PeerConfig> configs, String connection, String child, LogListener log, List<TrafficSelector> packet) {
        Optional<PeerConfig> found = configs.stream()
                .filter(config -> connection == null || config.name().equals(connection))
                .filter(config -> child == null || config.child(child).isPresent())
                .findFirst();
        if (found.isEmpty()) {
            String where = connection == null ? "" : " in connection '" + connection + "'";
            return done(Outcome.failed(
                    child == null
                            ? "no connection '" + connection + "' is configured"
                            : "no child '" + child + "' is configured" + where));
        }
        PeerConfig config = found.get();
        // one pending initiation a child: whoever asks again waits for the same one
        String key = config.name() + "\0" + child;
        CompletableFuture<Outcome> fresh = new CompletableFuture<>();
        CompletableFuture<Outcome> running = initiating.putIfAbsent(key, fresh);
        if (running != null) {
            return running;
        }
        fresh.whenComplete((outcome, failure) -> initiating.remove(key));
        AtomicLong uniqueId = new AtomicLong();
        if (log != null) {
            Runnable end = logs.stream(log, uniqueId::get);
            fresh.whenComplete((outcome, failure) -> end.run());
        }
        Optional<IkeSaInfo> established = reusable(config);
        if (established.isPresent()) {
            uniqueId.set(established.get().uniqueId());
            addTo(established.get(), config, child, packet, fresh);
        } else {
            connect(config, child, packet, fresh, uniqueId);
        }
        return fresh;
    }

    private void addTo(
            IkeSaInfo sa,
            PeerConfig config,
            String child,
            List<TrafficSelector> packet,
            CompletableFuture<Outcome> result) {
        if (child == null) {
            result.complete(Outcome.done("IKE_SA " + sa.name() + " is established already"));
            return;
        }
        ChildConfig childConfig = config.child(child).orElseThrow();
        submit(
                sa.uniqueId(),
                "initiate",
                result,
                (ike, outcome) -> ike.tasks().queueChild(childConfig, packet, outcome::complete));
    }

    private Optional<IkeSaInfo> reusable(PeerConfig config) {
        return services.manager()
                .snapshots()
                .filter(sa -> sa.name().equals(config.name()) && sa.state() == IkeSaState.ESTABLISHED)
                .findFirst();
    }

    private void connect(
            PeerConfig config,
            String child,
            List<TrafficSelector> packet,
            CompletableFuture<Outcome> result,
            AtomicLong uniqueId) {
        ends.find(config.ike()).whenComplete((pair, failure) -> {
            if (failure != null) {
                Throwable cause = failure.getCause() == null ? failure : failure.getCause();
                result.complete(Outcome.failed("connection '" + config.name() + "': " + cause.getMessage()));
                return;
            }
            try (Lease lease = services.manager().createInitiator(id -> {
                IkeSa ike = new IkeSa(id, services, pair.local(), pair.remote());
                ike.peerConfig(config);
                return ike;
            })) {
                IkeSa ike = (IkeSa) lease.sa();
                uniqueId.set(ike.uniqueId());
                lease.retag();
                if (child == null) {
                    ike.established().thenAccept(result::complete);
                }
                ike.ended().thenAccept(end -> result.complete(Outcome.failed(end.reason())));
                ike.tasks()
                        .queueInitial(
                                child == null ? null : config.child(child).orElseThrow(), packet, result::complete);
            } catch (IllegalStateException refused) {
                // else whoever asks again would wait for this attempt for ever
                result.complete(Outcome.failed("connection '" + config.name() + "': " + refused.getMessage()));
            }
        });
    }

    @Override
    public CompletionStage<Outcome> terminate(Selector selector, boolean force, Duration timeout, LogListener log) {
        List<CompletionStage<Outcome>> results = new ArrayList<>();
        services.manager().snapshots().filter(sa -> fits(selector, sa)).forEach(sa -> {
            if (!wantsChildren(selector)) {
                results.add(command(sa.uniqueId(), "terminate", (ike, result) -> {
                    ike.ended().thenAccept(result::complete);
                    ike.delete("terminated");
                    if (force) {
                        ike.destroy("terminated");
                    }
                }));
                return;
            }
            sa.children().stream()
                    .filter(child -> fits(selector, child) && isAlive(child))
                    .forEach(child -> results.add(command(
                            sa.uniqueId(), "terminate", (ike, result) -> terminate(ike, child.uniqueId(), result))));
        });
        return limited(all(results, "closed"), timeout, "peer did not answer within " + timeout.toSeconds() + " s");
    }

    private static void terminate(IkeSa ike, long childId, CompletableFuture<Outcome> result) {
        Optional<ChildSa> child = ike.children().byUniqueId(childId);
        if (child.isEmpty()) {
            result.complete(Outcome.done("gone already"));
            return;
        }
        ike.children().onRemoval(childId, () -> result.complete(Outcome.done("closed")));
        ike.tasks().queueDelete(child.get());
    }

    @Override
    public CompletionStage<Outcome> rekey(Selector selector, Duration timeout) {
        List<CompletionStage<Outcome>> results = new ArrayList<>();
        listSas()
                .filter(sa -> fits(selector, sa) && sa.state() == IkeSaState.ESTABLISHED)
                .forEach(sa -> {
                    if (!wantsChildren(selector)) {
                        results.add(command(
                                sa.uniqueId(),
                                "rekey",
                                (ike, result) -> ike.tasks().queueIkeRekey(result::complete)));
                        return;
                    }
                    sa.children().stream()
                            .filter(child -> fits(selector, child) && child.state() == ChildSaState.INSTALLED)
                            .forEach(child -> results.add(command(
                                    sa.uniqueId(), "rekey", (ike, result) -> rekey(ike, child.uniqueId(), result))));
                });
        return limited(all(results, "rekeyed"), timeout, "not rekeyed within " + timeout.toSeconds() + " s");
    }

    private static void rekey(IkeSa ike, long childId, CompletableFuture<Outcome> result) {
        Optional<ChildSa> child = ike.children().byUniqueId(childId);
        if (child.isPresent()) {
            ike.tasks().queueRekey(child.get(), result::complete);
        } else {
            result.complete(Outcome.failed("CHILD_SA {" + childId + "} is gone"));
        }
    }

    private CompletionStage<Outcome> command(long uniqueId, String name, Command command) {
        CompletableFuture<Outcome> result = new CompletableFuture<>();
        submit(uniqueId, name, result, command);
        return result;
    }

    private void submit(long uniqueId, String name, CompletableFuture<Outcome> result, Command command) {
        Outcome gone = Outcome.failed("IKE_SA [" + uniqueId + "] is gone");
        Submission submission = services.manager().submitUnique(uniqueId, new SaJob() {
            @Override
            public void run(Lease lease) {
                command.run((IkeSa) lease.sa(), result);
            }

            @Override
            public void gone() {
                result.complete(gone);
            }

            @Override
            public String name() {
                return name;
            }
        });
        if (submission == Submission.REFUSED) {
            result.complete(Outcome.failed("IKE_SA [" + uniqueId + "] has too many commands waiting"));
        } else if (submission == Submission.GONE) {
            result.complete(gone);
        }
    }

    private static boolean wantsChildren(Selector selector) {
        return selector.childName() != null || selector.childId() != 0;
    }

    private static boolean isAlive(ChildSaInfo child) {
        return child.state() != ChildSaState.DELETED
                && child.state() != ChildSaState.DELETING
                && child.state() != ChildSaState.REKEYED;
    }

    private static boolean fits(Selector selector, IkeSaInfo sa) {
        return (selector.ikeName() == null || selector.ikeName().equals(sa.name()))
                && (selector.ikeId() == 0 || selector.ikeId() == sa.uniqueId());
    }

    private static boolean fits(Selector selector, ChildSaInfo child) {
        return (selector.childName() == null || selector.childName().equals(child.name()))
                && (selector.childId() == 0 || selector.childId() == child.uniqueId());
    }

    private static CompletionStage<Outcome> all(List<CompletionStage<Outcome>> results, String verb) {
        if (results.isEmpty()) {
            return done(Outcome.failed("no matching SAs found"));
        }
        CompletableFuture<?>[] futures =
                results.stream().map(CompletionStage::toCompletableFuture).toArray(CompletableFuture[]::new);
        return CompletableFuture.allOf(futures)
                .thenApply(nothing -> results.stream()
                        .map(result -> result.toCompletableFuture().join())
                        .filter(outcome -> !outcome.success())
                        .findFirst()
                        .orElseGet(() ->
                                Outcome.done(verb + " " + results.size() + (results.size() == 1 ? " SA" : " SAs"))));
    }

    private CompletionStage<Outcome> limited(CompletionStage<Outcome> stage, Duration timeout, String late) {
        if (timeout.isZero()) {
            return stage;
        }
        CompletableFuture<Outcome> result = new CompletableFuture<>();
        Job expiry = Job.of("command time-out", Priority.HIGH, () -> result.complete(Outcome.failed(late)));
        Timer timer = services.scheduler().schedule(expiry, timeout);
        stage.whenComplete((outcome, failure) -> {
            timer.cancel();
            result.complete(failure == null ? outcome : Outcome.failed(String.valueOf(failure.getMessage())));
        });
        return result;
    }

    private static CompletionStage<Outcome> done(Outcome outcome) {
        return CompletableFuture.completedFuture(outcome);
    }

    @Override
    public Stream<IkeSaInfo> listSas() {
        return services.manager().snapshots().map(sa -> IkeSa.withUsage(sa, services.kernel()));
    }

    @Override
    public Map<String, Long> statistics() {
        return new TreeMap<>(counters.get());
    }
}
