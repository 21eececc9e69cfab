// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.trap;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.BackendManager;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.PeerConfig;
import org.jcharon.api.control.Controller;
import org.jcharon.api.control.Controller.Selector;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.core.config.BackendManagerService.ChangeListener;
import org.jcharon.core.control.Policies;

/**
 * Carries out {@code start_action} of each child once the daemon is ready, and undoes it when a backend announces that the child is
 * gone or changed. Any thread; nothing is called with the lock held.
 */
public final class StartActions implements ChangeListener {

    private static final Log LOG = Log.of("cfg");
    private static final CompletionStage<?> DONE = CompletableFuture.completedStage(null);
    /** Entries of backends that announce nothing. */
    private static final String UNANNOUNCED = "";

    private record Key(String connection, String child) {}

    /** A child whose start action counts; {@code connection} without its children, so that it equals one with others. */
    private record Wanted(String backend, PeerConfig connection, PeerConfig bare, ChildConfig child) {
        boolean isLike(Wanted other) {
            return bare.equals(other.bare) && child.equals(other.child);
        }
    }

    private final BackendManager backends;
    private final Controller controller;
    private final Policies policies;
    private final Map<String, List<PeerConfig>> waiting = new HashMap<>(); // guarded by this; announced before ready
    private final Map<Key, Wanted> carriedOut = new LinkedHashMap<>(); // guarded by this
    private boolean ready; // guarded by this

    /** Nothing is started yet. */
    public StartActions(BackendManager backends, Controller controller, Policies policies) {
        this.backends = backends;
        this.controller = controller;
        this.policies = policies;
    }

    /** The daemon is ready: starts what was not started before. */
    public void run() {
        Map<String, List<PeerConfig>> announced;
        synchronized (this) {
            ready = true;
            announced = new HashMap<>(waiting);
            waiting.clear();
        }
        announced.forEach(this::changed);
        backends.peerConfigs().thenAccept(this::startUnannounced);
    }

    private void startUnannounced(List<PeerConfig> configs) {
        List<Wanted> begin = new ArrayList<>();
        synchronized (this) {
            wanted(UNANNOUNCED, configs).forEach((key, wanted) -> {
                if (carriedOut.putIfAbsent(key, wanted) == null) {
                    begin.add(wanted);
                }
            });
        }
        begin.forEach(one -> guarded(one, this::start));
    }

    @Override
    public void changed(String backend, List<PeerConfig> entries) {
        Map<Key, Wanted> now = wanted(backend, entries);
        List<Wanted> end = new ArrayList<>();
        List<Wanted> begin = new ArrayList<>();
        synchronized (this) {
            if (!ready) {
                waiting.put(backend, entries);
                return;
            }
            carriedOut.values().removeIf(old -> {
                Wanted fresh = now.get(key(old));
                boolean ends = old.backend().equals(backend) && (fresh == null || !fresh.isLike(old));
                if (ends) {
                    end.add(old);
                }
                return ends;
            });
            now.forEach((key, wanted) -> {
                if (carriedOut.put(key, wanted) == null) {
                    begin.add(wanted);
                }
            });
        }
        Map<Key, CompletionStage<?>> ending = new HashMap<>();
        end.forEach(old -> ending.put(key(old), guarded(old, this::undo)));
        for (Wanted fresh : begin) {
            // what is being closed must be gone, or the new one would go down with it
            ending.getOrDefault(key(fresh), DONE).whenComplete((ended, failure) -> guarded(fresh, this::start));
        }
    }

    /** A child that cannot be started is no reason to leave out the others. */
    private static CompletionStage<?> guarded(Wanted wanted, Function<Wanted, CompletionStage<?>> action) {
        try {
            return action.apply(wanted);
        } catch (RuntimeException e) {
            LOG.error("start action of child {} failed", wanted.child().name(), e);
            return DONE;
        }
    }

    private static Map<Key, Wanted> wanted(String backend, List<PeerConfig> entries) {
        Map<Key, Wanted> wanted = new LinkedHashMap<>();
        for (PeerConfig config : entries) {
            PeerConfig bare = config.toBuilder().children(List.of()).build();
            for (ChildConfig child : config.children()) {
                if (child.startAction() != ChildConfig.StartAction.NONE) {
                    Wanted one = new Wanted(backend, config, bare, child);
                    wanted.putIfAbsent(key(one), one);
                }
            }
        }
        return wanted;
    }

    private static Key key(Wanted wanted) {
        return new Key(wanted.connection().name(), wanted.child().name());
    }

    private CompletionStage<?> start(Wanted wanted) {
        PeerConfig config = wanted.connection();
        ChildConfig child = wanted.child();
        if (child.mode().isShunt() || child.startAction() != ChildConfig.StartAction.START) {
            LOG.control("installing '{}'", child.name());
            policies.install(config, child);
        }
        if (!child.mode().isShunt() && child.startAction() != ChildConfig.StartAction.TRAP) {
            LOG.control("initiating '{}'", child.name());
            controller
                    .initiate(config.name(), child.name(), Duration.ZERO, null)
                    .thenAccept(outcome -> {
                        if (!outcome.success()) {
                            LOG.control("starting child {} failed: {}", child.name(), outcome.reason());
                        }
                    });
        }
        return DONE;
    }

    /** What a trap brought up stays, as with strongSwan; what was started is closed, and its IKE_SA if nothing else is in it. */
    private CompletionStage<?> undo(Wanted wanted) {
        Key key = key(wanted);
        ChildConfig child = wanted.child();
        if (child.mode().isShunt() || child.startAction() != ChildConfig.StartAction.START) {
            policies.uninstall(key.connection(), key.child());
        }
        if (child.mode().isShunt() || child.startAction() == ChildConfig.StartAction.TRAP) {
            return DONE;
        }
        List<CompletableFuture<?>> closing = new ArrayList<>();
        controller
                .listSas(Selector.ike(key.connection()))
                .filter(Objects::nonNull)
                .forEach(sa -> {
                    List<ChildSaInfo> those = sa.children().stream()
                            .filter(one -> one.name().equals(key.child()))
                            .toList();
                    boolean alone = those.size() == sa.children().size();
                    if (alone) {
                        closing.add(terminate(new Selector(null, sa.uniqueId(), null, 0), sa));
                    } else {
                        those.forEach(one ->
                                closing.add(terminate(new Selector(null, sa.uniqueId(), null, one.uniqueId()), sa)));
                    }
                });
        return CompletableFuture.allOf(closing.toArray(CompletableFuture[]::new));
    }

    private CompletableFuture<?> terminate(Selector selector, IkeSaInfo sa) {
        LOG.more("configuration of {} changed, closing what its start action began", sa.name());
        return controller.terminate(selector, false, Duration.ZERO, null).toCompletableFuture();
    }
}
