// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.control;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongPredicate;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jcharon.api.bus.LogListener;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.control.AttemptInfo;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.IkeCounters;
import org.jcharon.api.control.Outcome;
import org.jcharon.api.control.PolicyInfo;
import org.jcharon.api.control.TraceInfo;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Timer;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.config.AddressPattern;
import org.jcharon.core.manager.Lease;
import org.jcharon.core.manager.SaJob;
import org.jcharon.core.manager.Submission;
import org.jcharon.core.message.GatewayIdentity;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.IkeServices;
import org.jcharon.core.sa.IkeSnapshots;
import org.jcharon.core.task.NoAnswer;

/** Carries out what controllers ask: finds the SAs concerned and queues a command to each. Any thread. */
public final class ControllerService implements Controller {

    /** Lends the log of one IKE_SA to a listener. */
    public interface LogStreams {
        /** Streams records of the IKE_SAs whose unique numbers {@code wanted} takes until the answer is run. */
        Runnable stream(LogListener listener, LongPredicate wanted);
    }

    /** What the controller tells of the daemon beside its SAs. Any thread. */
    public interface Daemon {
        /** Counters and gauges by dotted name. */
        Map<String, Long> statistics();

        /** Counters of IKE, if a plugin counts. */
        Optional<IkeCounters> counters();

        /** Names of active plugins. */
        List<String> plugins();

        /** When it started. */
        Instant startedAt();
    }

    /** Whether something new may begin. Any thread. */
    public interface Limits {
        /** Whether the limits of half-open IKE_SAs or of waiting jobs are reached. */
        boolean reached();
    }

    /** One that is under way; {@code uniqueId} is 0 until its IKE_SA is known. */
    private record Initiation(CompletableFuture<Outcome> result, AtomicLong uniqueId) {}

    private interface Command {
        void run(IkeSa ike, CompletableFuture<Outcome> result);
    }

    private final IkeServices services;
    private final BackendManager backends;
    private final InitiatorEnds ends;
    private final LogStreams logs;
    private final Policies policies;
    private final Attempts attempts;
    private final Traces traces;
    private final Limits limits;
    private final Daemon daemon;

    private final Map<String, Initiation> initiating = new ConcurrentHashMap<>();

    /**
     * Over the services that IKE_SAs use.
     *
     * @param logs ends a stream by running what it answered
     * @param policies traps and shunts
     * @param attempts hears how initiations ended
     * @param traces those of IKE_SAs that are gone
     */
    public ControllerService(
            IkeServices services,
            BackendManager backends,
            InitiatorEnds ends,
            LogStreams logs,
            Policies policies,
            Attempts attempts,
            Traces traces,
            Limits limits,
            Daemon daemon) {
        this.services = services;
        this.backends = backends;
        this.ends = ends;
        this.logs = logs;
        this.policies = policies;
        this.attempts = attempts;
        this.traces = traces;
        this.limits = limits;
        this.daemon = daemon;
    }

    @Override
    public CompletionStage<Outcome> initiate(
            String connection, String child, boolean withinLimits, Duration timeout, LogListener log) {
        if (withinLimits && limits.reached()) {
            return done(Outcome.of(
                    Outcome.Kind.LIMITED,
                    "establishing is not possible at the moment due to limits of the configuration"));
        }
        Detachable stream = new Detachable(log);
        return limited(
                backends.peerConfigs().thenCompose(configs -> start(configs, connection, child, stream, List.of())),
                timeout,
                () -> late(connection, child, timeout),
                stream);
    }

    /** What an attempt waits for that is not through yet. */
    private String late(String connection, String child, Duration timeout) {
        String text = "not established within " + timeout.toSeconds() + " s; the attempt goes on";
        return initiating.keySet().stream()
                .map(key -> key.split("\0", 2))
                .filter(key ->
                        key[1].equals(String.valueOf(child)) && (connection == null || connection.equals(key[0])))
                .flatMap(key -> services.manager().snapshots(key[0]))
                .filter(sa -> !sa.tasksActive().isEmpty())
                .findFirst()
                .map(sa -> text + ": " + lastProblem(sa).orElseGet(() -> NoAnswer.to(sa, "so far")))
                .orElse(text);
    }

    /** What went wrong, believed or not, says more than that nothing was believed yet. */
    private static Optional<String> lastProblem(IkeSaInfo live) {
        return Traces.of(live, false).steps().stream()
                .filter(step -> step.kind() == TraceInfo.Kind.PROBLEM
                        && !step.text().startsWith("retransmit ")) // that is silence again
                .reduce((earlier, later) -> later)
                .map(TraceInfo.Step::text);
    }

    /** Brings up a CHILD_SA for a packet that met a trap; its own selectors are asked for first (RFC 7296 section 2.9). */
    public CompletionStage<Outcome> acquire(
            String connection, String child, TrafficSelector source, TrafficSelector destination) {
        return backends.peerConfigs()
                .thenCompose(configs ->
                        start(configs, connection, child, new Detachable(null), List.of(source, destination)));
    }

    private CompletionStage<Outcome> start(
            List<PeerConfig> configs, String connection, String child, Detachable log, List<TrafficSelector> packet) {
        Optional<PeerConfig> found = find(configs, connection, child);
        if (found.isEmpty()) {
            String where = connection == null ? "" : " in connection '" + connection + "'";
            return done(Outcome.of(
                    Outcome.Kind.NOT_FOUND,
                    child == null
                            ? "no connection '" + connection + "' is configured"
                            : "no child '" + child + "' is configured" + where));
        }
        PeerConfig config = found.get();
        if (config.child(child).filter(one -> one.mode().isShunt()).isPresent()) {
            return done(Outcome.failed("child '" + child + "' is a shunt, a policy without SA: install it"));
        }
        // one pending initiation a child: whoever asks again waits for the same one
        String key = config.name() + "\0" + child;
        CompletableFuture<Outcome> fresh = new CompletableFuture<>();
        AtomicLong uniqueId = new AtomicLong();
        Initiation running = initiating.putIfAbsent(key, new Initiation(fresh, uniqueId));
        if (running != null) {
            log.attach(running.uniqueId()::get);
            return running.result();
        }
        fresh.whenComplete((outcome, failure) -> {
            initiating.remove(key);
            if (outcome != null) {
                attempts.ended(config.name(), child, outcome);
            }
        });
        log.attach(uniqueId::get);
        Optional<IkeSaInfo> usable = reusable(config);
        if (usable.isPresent()) {
            uniqueId.set(usable.get().uniqueId());
            addTo(usable.get(), config, child, packet, fresh);
        } else {
            connect(config, child, packet, fresh, uniqueId);
        }
        return fresh;
    }

    private static Optional<PeerConfig> find(List<PeerConfig> configs, String connection, String child) {
        return configs.stream()
                .filter(config -> connection == null || config.name().equals(connection))
                .filter(config -> child == null || config.child(child).isPresent())
                .findFirst();
    }

    private void addTo(
            IkeSaInfo sa,
            PeerConfig config,
            String child,
            List<TrafficSelector> packet,
            CompletableFuture<Outcome> result) {
        if (child == null) {
            submit(sa.uniqueId(), "initiate", result, (ike, outcome) -> {
                ike.ended().thenAccept(end -> outcome.complete(Outcome.failed(end.reason())));
                ike.established().thenAccept(outcome::complete);
            });
            return;
        }
        ChildConfig childConfig = config.child(child).orElseThrow();
        submit(
                sa.uniqueId(),
                "initiate",
                result,
                (ike, outcome) -> ike.tasks().queueChild(childConfig, packet, outcome::complete));
    }

    /** One of the connection as it is configured now that is up, or that we are bringing up. */
    private Optional<IkeSaInfo> reusable(PeerConfig config) {
        return services.manager()
                .snapshots(config.name())
                .filter(sa -> sa.state() == IkeSaState.ESTABLISHED
                        || (sa.state() == IkeSaState.CONNECTING && sa.id().initiator()))
                .filter(sa -> IkeSnapshots.isOf(sa, config))
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
        Detachable stream = new Detachable(log);
        List<Commands.One> commands = new ArrayList<>();
        Set<Long> concerned = new HashSet<>();
        found(selector).forEach(sa -> {
            if (!selector.wantsChildren()) {
                concerned.add(sa.uniqueId());
                commands.add(result -> submit(sa.uniqueId(), "terminate", result, (ike, ended) -> {
                    ike.ended().thenAccept(ended::complete);
                    ike.delete("terminated");
                    if (force) {
                        ike.destroy("terminated");
                    }
                }));
                return;
            }
            sa.children().stream()
                    .filter(child -> selector.fits(child) && isAlive(child))
                    .forEach(child -> {
                        concerned.add(sa.uniqueId());
                        commands.add(result -> submit(
                                sa.uniqueId(),
                                "terminate",
                                result,
                                (ike, ended) -> terminate(ike, child.uniqueId(), ended)));
                    });
        });
        stream.attachAll(concerned);
        return limited(
                Commands.run(commands, services.scheduler(), "closed"),
                timeout,
                () -> "peer did not answer within " + timeout.toSeconds() + " s",
                stream);
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
    public CompletionStage<Outcome> rekey(Selector selector, boolean reauthenticate, Duration timeout) {
        List<Commands.One> commands = new ArrayList<>();
        found(selector).filter(sa -> sa.state() == IkeSaState.ESTABLISHED).forEach(sa -> {
            if (!selector.wantsChildren()) {
                commands.add(result -> submit(sa.uniqueId(), "rekey", result, (ike, ended) -> {
                    if (reauthenticate) {
                        ike.recovery().reauthenticate().thenAccept(ended::complete);
                    } else {
                        ike.tasks().queueIkeRekey(ended::complete);
                    }
                }));
                return;
            }
            sa.children().stream()
                    .filter(child -> selector.fits(child) && child.state() == ChildSaState.INSTALLED)
                    .forEach(child -> commands.add(result -> submit(
                            sa.uniqueId(), "rekey", result, (ike, ended) -> rekey(ike, child.uniqueId(), ended))));
        });
        return limited(
                Commands.run(commands, services.scheduler(), "rekeyed"),
                timeout,
                () -> "not rekeyed within " + timeout.toSeconds() + " s",
                new Detachable(null));
    }

    @Override
    public CompletionStage<Outcome> redirect(RedirectSelector selector, Identification gateway) {
        if (!GatewayIdentity.isNameable(gateway)) {
            return done(Outcome.failed("'" + gateway + "' is neither an address nor a DNS name"));
        }
        AddressPattern addresses = selector.peerAddress() == null ? null : AddressPattern.parse(selector.peerAddress());
        List<Commands.One> commands = new ArrayList<>();
        found(new Selector(selector.ikeName(), selector.ikeId(), null, 0))
                .filter(sa ->
                        addresses == null || addresses.includes(sa.remote().address()))
                .filter(sa -> selector.peerId() == null || sa.remoteId().matches(selector.peerId()))
                .forEach(sa -> commands.add(result -> submit(
                        sa.uniqueId(),
                        "redirect",
                        result,
                        (ike, ended) -> ended.complete(
                                ike.tasks().queueRedirect(gateway)
                                        ? Outcome.done("redirected")
                                        : Outcome.failed("peer of IKE_SA " + ike.label()
                                                + " does not support redirection, or is no client of ours")))));
        return Commands.run(commands, services.scheduler(), "redirected");
    }

    @Override
    public CompletionStage<Outcome> install(String connection, String child) {
        return backends.peerConfigs()
                .thenCompose(configs -> find(configs, connection, child)
                        .map(config ->
                                policies.install(config, config.child(child).orElseThrow()))
                        .orElseGet(() ->
                                done(Outcome.of(Outcome.Kind.NOT_FOUND, "no child '" + child + "' is configured"))));
    }

    @Override
    public CompletionStage<Outcome> uninstall(String connection, String child) {
        return done(
                policies.uninstall(connection, child)
                        ? Outcome.done("uninstalled " + child)
                        : Outcome.of(Outcome.Kind.NOT_FOUND, "policy '" + child + "' not found"));
    }

    @Override
    public Stream<PolicyInfo> listPolicies() {
        return policies.list();
    }

    private static void rekey(IkeSa ike, long childId, CompletableFuture<Outcome> result) {
        Optional<ChildSa> child = ike.children().byUniqueId(childId);
        if (child.isPresent()) {
            ike.tasks().queueRekey(child.get(), result::complete);
        } else {
            result.complete(Outcome.failed("CHILD_SA {" + childId + "} is gone"));
        }
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

    /** IKE_SAs that fit, those of one connection or number without a look at the others. */
    private Stream<IkeSaInfo> found(Selector selector) {
        if (selector.ikeId() != 0) {
            return Optional.ofNullable(services.manager().snapshot(selector.ikeId())).stream()
                    .filter(sa ->
                            selector.ikeName() == null || selector.ikeName().equals(sa.name()));
        }
        return selector.ikeName() == null
                ? services.manager().snapshots()
                : services.manager().snapshots(selector.ikeName());
    }

    private static boolean isAlive(ChildSaInfo child) {
        return child.state() != ChildSaState.DELETED
                && child.state() != ChildSaState.DELETING
                && child.state() != ChildSaState.REKEYED;
    }

    /** The stage that the caller gets: it ends in time, and takes the caller's stream with it. */
    private CompletionStage<Outcome> limited(
            CompletionStage<Outcome> stage, Duration timeout, Supplier<String> late, Detachable log) {
        CompletableFuture<Outcome> result = new CompletableFuture<>();
        Timer timer = timeout.isZero()
                ? null
                : services.scheduler()
                        .schedule(
                                Job.of("command time-out", Priority.HIGH, () -> {
                                    log.detach();
                                    result.complete(Outcome.of(Outcome.Kind.TIMEOUT, late.get()));
                                }),
                                timeout);
        stage.whenComplete((outcome, failure) -> {
            log.detach(); // first, so that the caller has the whole log when it gets the outcome
            result.complete(failure == null ? outcome : Outcome.failed(String.valueOf(failure.getMessage())));
        });
        result.whenComplete((outcome, failure) -> {
            log.detach();
            if (timer != null) {
                timer.cancel();
            }
        });
        return result;
    }

    /** The stream of a caller's log, which ends at most once and before it began too. */
    private final class Detachable {

        private final LogListener listener;
        private Runnable end; // guarded by this
        private boolean detached; // guarded by this

        Detachable(LogListener listener) {
            this.listener = listener;
        }

        void attach(LongSupplier uniqueId) {
            attach(id -> uniqueId.getAsLong() == id);
        }

        void attachAll(Set<Long> uniqueIds) {
            if (!uniqueIds.isEmpty()) {
                attach(uniqueIds::contains);
            }
        }

        private synchronized void attach(LongPredicate wanted) {
            if (listener != null && !detached) {
                end = logs.stream(listener, wanted);
            }
        }

        void detach() {
            Runnable ending;
            synchronized (this) {
                detached = true;
                ending = end;
                end = null;
            }
            if (ending != null) {
                ending.run();
            }
        }
    }

    private static CompletionStage<Outcome> done(Outcome outcome) {
        return CompletableFuture.completedFuture(outcome);
    }

    @Override
    public List<AttemptInfo> attempts(String connection) {
        return attempts.of(connection);
    }

    @Override
    public Optional<TraceInfo> trace(long uniqueId) {
        IkeSaInfo live = services.manager().snapshot(uniqueId);
        return live == null ? traces.find(uniqueId) : Optional.of(Traces.of(live, false));
    }

    @Override
    public List<TraceInfo> traces() {
        List<TraceInfo> all = new ArrayList<>(traces.list());
        services.manager().snapshots().forEach(sa -> all.add(Traces.of(sa, false)));
        all.sort(Comparator.comparingLong(TraceInfo::uniqueId));
        return all;
    }

    @Override
    public Stream<IkeSaInfo> listSas() {
        return services.manager().snapshots().map(sa -> IkeSnapshots.withUsage(sa, services.kernel()));
    }

    @Override
    public Stream<IkeSaInfo> listSas(Selector selector) {
        Stream<IkeSaInfo> all = found(selector);
        if (selector.wantsChildren()) {
            all = all.filter(sa -> sa.children().stream().anyMatch(selector::fits))
                    .map(sa -> IkeSnapshots.withChildren(sa, selector::fits));
        }
        return all.map(sa -> IkeSnapshots.withUsage(sa, services.kernel()));
    }

    @Override
    public Map<String, Long> statistics() {
        return new TreeMap<>(daemon.statistics());
    }

    @Override
    public Optional<IkeCounters> counters() {
        return daemon.counters();
    }

    @Override
    public List<String> plugins() {
        return daemon.plugins();
    }

    @Override
    public Instant startedAt() {
        return daemon.startedAt();
    }
}
