// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.control.TraceInfo;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.sa.ChildSaInfo;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.socket.Endpoint;
import org.jcharon.core.child.ChildSa;

/** The CHILD_SAs of one IKE_SA and their timers. Lease held. */
public final class ChildSas {

    private static final Log LOG = Log.of("chd");
    private static final Log IKE = Log.of("ike");
    private static final String UNDELETED = "child-undeleted-";
    private static final String FIRST_PACKET = "child-first-";
    private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);

    private final IkeSa ike;
    private final List<ChildSa> list = new ArrayList<>();
    /** Made and not listed yet: their exchange goes on. */
    private final List<ChildSa> pending = new ArrayList<>();

    private final Map<Long, Runnable> removalListeners = new HashMap<>();

    ChildSas(IkeSa ike) {
        this.ike = ike;
    }

    /** A new CHILD_SA between the ends of the IKE_SA; not listed before {@link #add}. */
    public ChildSa create(ChildConfig config) {
        IkeServices services = ike.services();
        pending.removeIf(made -> made.state() == ChildSaState.DESTROYING);
        ChildSa fresh = new ChildSa(
                config,
                services.childNumbers().nextUniqueId(),
                ike.local(),
                ike.remote(),
                ike.nat().isAny(),
                services.kernel(),
                services.time(),
                services.crypto().random(),
                services.childNumbers());
        pending.add(fresh);
        return fresh;
    }

    /** The same for what is to take the place of another one. */
    public ChildSa createFor(ChildSa rekeyed) {
        ChildSa fresh = create(rekeyed.config());
        fresh.takesPlace();
        return fresh;
    }

    /** Lists an installed CHILD_SA and starts its timers. */
    public void add(ChildSa child) {
        pending.remove(child);
        list.add(child);
        startTimers(child);
        if (child.isReplacement()) {
            logEstablished("inbound CHILD_SA", child);
        }
    }

    private static void logEstablished(String what, ChildSa child) {
        IKE.audit("{} {}", what, child.describe().replace("with SPIs", "established with SPIs"));
    }

    /** Moves all of them to the ends of the IKE_SA, which the peer has verified or shown to be its own. */
    public void follow() {
        for (ChildSa child : movable()) {
            move(child, ike.local(), ike.remote());
        }
    }

    /** Moves our end of all of them to that of the IKE_SA; the peer's stays until it is verified (RFC 4555 section 3.7). */
    public void followLocally() {
        for (ChildSa child : movable()) {
            boolean sameFamily = child.remote().address().getAddress().length
                    == ike.local().address().getAddress().length;
            if (sameFamily) {
                move(child, ike.local(), child.remote());
            }
        }
    }

    /** Whether one is elsewhere than the IKE_SA. */
    public boolean isBehind() {
        return movable().stream()
                .anyMatch(child ->
                        !child.isBetween(ike.local(), ike.remote(), ike.nat().isAny()));
    }

    private List<ChildSa> movable() {
        List<ChildSa> all = new ArrayList<>(list);
        all.addAll(pending);
        all.removeIf(child -> child.state() == ChildSaState.DESTROYING);
        return all;
    }

    private void move(ChildSa child, Endpoint local, Endpoint remote) {
        try {
            child.move(local, remote, ike.nat().isAny());
        } catch (KernelException e) {
            LOG.control(
                    "moving CHILD_SA {}{{}} failed, rekeying it: {}",
                    child.config().name(),
                    child.uniqueId(),
                    e.getMessage());
            if (child.state() == ChildSaState.INSTALLED) {
                ike.tasks().queueRekey(child);
            }
        }
    }

    /** Reports that a listed CHILD_SA carries traffic. */
    public void up(ChildSa child) {
        child.reported();
        logEstablished(child.isReplacement() ? "outbound CHILD_SA" : "CHILD_SA", child);
        ike.history()
                .agreed("CHILD_SA " + child.describe()
                        + child.proposal().map(agreed -> ", " + agreed).orElse(""));
        if (!child.isReplacement()) { // that it took another's place is an event of its own
            ike.services().events().childUpDown(ike.snapshot(), child.snapshot(), true);
        }
    }

    /** All of them. */
    public List<ChildSa> all() {
        return List.copyOf(list);
    }

    /** The one with this outbound SPI (as a peer's DELETE names it). */
    public Optional<ChildSa> byOutboundSpi(int spi) {
        return list.stream().filter(child -> child.spiOut() == spi).findFirst();
    }

    /** The one with this inbound SPI. */
    public Optional<ChildSa> byInboundSpi(int spi) {
        return list.stream().filter(child -> child.spiIn() == spi).findFirst();
    }

    /** Whether an inbound SPI belongs to one of them, or is reserved for one that is being made. */
    public boolean holds(int spi) {
        return movable().stream().anyMatch(child -> child.spiIn() == spi);
    }

    /** The one with this number. */
    public Optional<ChildSa> byUniqueId(long uniqueId) {
        return list.stream().filter(child -> child.uniqueId() == uniqueId).findFirst();
    }

    /** The one that an SA of the kernel belongs to. */
    public Optional<ChildSa> bySa(SaId id) {
        return list.stream().filter(child -> child.has(id)).findFirst();
    }

    /** Those of a name that carry traffic or are about to. */
    public List<ChildSa> installed(String name) {
        return list.stream()
                .filter(child -> child.config().name().equals(name) && child.isInUse())
                .toList();
    }

    /** Configurations of those that carry traffic. */
    List<ChildConfig> inUse() {
        return list.stream().filter(ChildSa::isInUse).map(ChildSa::config).toList();
    }

    /** Uninstalls one and forgets it. */
    public void remove(ChildSa child) {
        stopTimers(child);
        if (list.contains(child)) {
            if (child.state() == ChildSaState.DELETING) {
                child.moveTo(ChildSaState.DELETED);
            }
            ChildSaInfo last = child.currentSnapshot();
            list.remove(child);
            child.uninstall();
            Runnable listener = removalListeners.remove(child.uniqueId());
            if (listener != null) {
                listener.run();
            }
            tellDown(child, last);
        }
    }

    /** Tells that all go down, once, before anything of them is taken away. */
    void tellDown() {
        for (ChildSa child : all()) {
            tellDown(child, child.currentSnapshot());
        }
    }

    private void tellDown(ChildSa child, ChildSaInfo last) {
        if (child.isReported() && !child.isReplaced()) {
            child.unreported();
            ike.history()
                    .add(
                            TraceInfo.Kind.STATE,
                            "CHILD_SA " + child.config().name() + "{" + child.uniqueId() + "} closed");
            ike.services().events().childUpDown(ike.snapshot(), last, false);
        }
    }

    /** Has {@code action} run when the CHILD_SA of this number is removed. */
    public void onRemoval(long uniqueId, Runnable action) {
        removalListeners.put(uniqueId, action);
    }

    /** A rekeyed one: its outbound half goes at once, the rest after {@code charon.delete_rekeyed_delay}, for late packets. */
    public void removeLate(ChildSa child) {
        stopTimers(child);
        child.successor().filter(fresh -> !fresh.isOutboundInstalled()).ifPresent(this::useOutbound);
        child.removeOutbound();
        child.moveTo(ChildSaState.DELETED);
        Duration delay = ike.services().settings().deleteRekeyedDelay();
        if (delay.isZero()) {
            remove(child);
            return;
        }
        ike.timers().start(ike.id().localSpi(), "child-late-" + child.uniqueId(), delay, () -> remove(child));
    }

    /**
     * The peer ought to delete a rekeyed one: we do if it has not done so within a bounded time. Traffic goes to the new one once the
     * peer sends on it, which shows that it has it (RFC 7296 section 2.8).
     */
    public void expectDelete(ChildSa rekeyed) {
        long spi = ike.id().localSpi();
        ike.timers()
                .start(
                        spi,
                        UNDELETED + rekeyed.uniqueId(),
                        ike.services().settings().patience(),
                        () -> {
                            LOG.control("peer did not delete CHILD_SA {}, deleting it", rekeyed.describe());
                            ike.tasks().queueDeleteAlone(rekeyed);
                        });
        watch(rekeyed);
    }

    /** The peer deletes the one that it made in place of another before that other one, which stays in use then. */
    public void successorDeleted(ChildSa fresh) {
        list.stream()
                .filter(child -> child.state() == ChildSaState.REKEYED)
                .filter(child -> ike.timers().isRunning(UNDELETED + child.uniqueId()))
                .filter(child -> child.successor().filter(fresh::equals).isPresent())
                .findFirst()
                .ifPresent(old -> {
                    LOG.control("peer gives up rekeying of CHILD_SA {}", old.describe());
                    ike.timers().stop(UNDELETED + old.uniqueId());
                    ike.timers().stop(FIRST_PACKET + old.uniqueId());
                    old.reinstate();
                    fresh.moveTo(ChildSaState.REKEYED);
                    ike.services().events().childRekey(ike.snapshot(), fresh.snapshot(), old.snapshot());
                });
    }

    private void watch(ChildSa rekeyed) {
        ike.timers().start(ike.id().localSpi(), FIRST_PACKET + rekeyed.uniqueId(), WATCH_INTERVAL, () -> {
            Optional<ChildSa> waiting = rekeyed.successor().filter(fresh -> !fresh.isOutboundInstalled());
            if (waiting.isEmpty()) {
                return;
            }
            if (waiting.get().hasReceived()) {
                useOutbound(waiting.get());
            } else {
                watch(rekeyed);
            }
        });
    }

    /** The peer gave up the old one: it has the new one, which we have not sent on until now (RFC 7296 section 2.8). */
    private void useOutbound(ChildSa successor) {
        if (!list.contains(successor)) {
            return;
        }
        try {
            successor.installOutbound();
            up(successor);
        } catch (KernelException e) {
            LOG.control(
                    "installing outbound half of CHILD_SA {} failed: {}",
                    successor.config().name(),
                    e.getMessage());
            ike.tasks().queueDelete(successor);
        }
    }

    /** Takes over all CHILD_SAs of the IKE_SA that this one replaces. */
    void adopt(ChildSas old) {
        for (ChildSa child : old.all()) {
            old.stopTimers(child);
            list.add(child);
            if (child.state() == ChildSaState.REKEYED) {
                expectDelete(child);
            }
            if (child.state() == ChildSaState.DELETED) {
                ike.timers()
                        .start(
                                ike.id().localSpi(),
                                "child-late-" + child.uniqueId(),
                                ike.services().settings().deleteRekeyedDelay(),
                                () -> remove(child));
            } else {
                startTimers(child);
            }
        }
        old.list.clear();
        removalListeners.putAll(old.removalListeners);
        old.removalListeners.clear();
    }

    /** Uninstalls all, at the end of the IKE_SA. */
    void uninstallAll() {
        for (ChildSa child : all()) {
            remove(child);
        }
    }

    /** As they are now. */
    public List<ChildSaInfo> snapshots() {
        return list.stream().map(ChildSa::snapshot).toList();
    }

    private void startTimers(ChildSa child) {
        long spi = ike.id().localSpi();
        child.scheduleRekey()
                .ifPresent(delay -> ike.timers()
                        .start(
                                spi,
                                "child-rekey-" + child.uniqueId(),
                                delay,
                                () -> ike.tasks().queueRekey(child)));
        child.scheduleEnd()
                .ifPresent(delay -> ike.timers().start(spi, "child-end-" + child.uniqueId(), delay, () -> {
                    IKE.audit("closing expired CHILD_SA {}", child.describe());
                    ike.tasks().queueDeleteAlone(child);
                }));
    }

    private void stopTimers(ChildSa child) {
        ike.timers().stop("child-rekey-" + child.uniqueId());
        ike.timers().stop("child-end-" + child.uniqueId());
        ike.timers().stop("child-late-" + child.uniqueId());
        ike.timers().stop(UNDELETED + child.uniqueId());
        ike.timers().stop(FIRST_PACKET + child.uniqueId());
    }
}
