// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.lifecycle;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.ConfigBackend;
import org.jcharon.api.kernel.KernelIpsec;
import org.jcharon.api.kernel.KernelNet;
import org.jcharon.api.lifecycle.Obstacle;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.socket.IkeSocket;
import org.jcharon.api.socket.PacketSink;

/**
 * Follows the services that the daemon cannot do without. Changes are judged in a job, one at a time: registering a condition calls
 * into plugins, which must not happen inside a change of services. Any thread.
 */
final class Readiness {

    private static final Log LOG = Log.of("dmn");
    private static final Duration POLL = Duration.ofMillis(20);

    private final Processor processor;
    private final Scheduler scheduler;
    private final PacketSink sink;
    private final Consumer<Boolean> configuredSignal;
    private final Consumer<Boolean> readySignal;
    private final AtomicInteger asked = new AtomicInteger();
    private final Set<ConfigBackend> backends = new LinkedHashSet<>(); // guarded by this, as the rest
    private final Set<IkeSocket> sockets = new LinkedHashSet<>();
    private final Set<IkeSocket> started = new LinkedHashSet<>();
    private final Set<KernelIpsec> ipsec = new LinkedHashSet<>();
    private final Set<KernelNet> net = new LinkedHashSet<>();
    private final Set<Obstacle> obstacles = new LinkedHashSet<>();
    private boolean configured;
    private boolean ready;
    private boolean polling;
    private boolean closed;

    /** {@code configuredSignal} hears true once; {@code readySignal} each change; both in jobs, never two at a time. */
    Readiness(
            Processor processor,
            Scheduler scheduler,
            PacketSink sink,
            Consumer<Boolean> configuredSignal,
            Consumer<Boolean> readySignal) {
        this.processor = processor;
        this.scheduler = scheduler;
        this.sink = sink;
        this.configuredSignal = configuredSignal;
        this.readySignal = readySignal;
    }

    void add(ConfigBackend backend) {
        change(backends, backend, true);
    }

    void remove(ConfigBackend backend) {
        change(backends, backend, false);
    }

    void add(IkeSocket socket) {
        change(sockets, socket, true);
    }

    void remove(IkeSocket socket) {
        synchronized (this) {
            started.remove(socket);
        }
        change(sockets, socket, false);
    }

    void add(KernelIpsec kernel) {
        change(ipsec, kernel, true);
    }

    void remove(KernelIpsec kernel) {
        change(ipsec, kernel, false);
    }

    void add(KernelNet kernel) {
        change(net, kernel, true);
    }

    void remove(KernelNet kernel) {
        change(net, kernel, false);
    }

    synchronized void add(Obstacle obstacle) {
        obstacles.add(obstacle);
    }

    synchronized void remove(Obstacle obstacle) {
        obstacles.remove(obstacle);
    }

    /** What is missing, a line each, causes before and without what follows from them; empty when ready. */
    List<String> missing() {
        List<ConfigBackend> present;
        synchronized (this) {
            present = List.copyOf(backends);
        }
        Optional<String> problem = present.isEmpty() ? Optional.of("no backend is active") : problem(present);
        List<String> missing = new ArrayList<>();
        problem.ifPresent(text -> missing.add("configuration: " + text));
        synchronized (this) {
            // without configuration nobody opens a socket
            if (sockets.isEmpty() && (problem.isEmpty() || configured)) {
                missing.addAll(causes(Obstacle.What.SOCKET, "no socket: ", "plugin socket-default is not active"));
            }
            if (ipsec.isEmpty()) {
                missing.addAll(causes(
                        Obstacle.What.IPSEC,
                        "no kernel interface: ",
                        "neither plugin kernel-netlink nor kernel-libipsec provides IPsec"));
            }
        }
        return missing;
    }

    private List<String> causes(Obstacle.What what, String prefix, String unknown) {
        List<String> known = obstacles.stream()
                .filter(obstacle -> obstacle.what() == what)
                .map(obstacle -> prefix + obstacle.text())
                .toList();
        return known.isEmpty() ? List.of(prefix + unknown) : known;
    }

    /** Whether no kernel interface for addresses and routes is there; the daemon works without. */
    private synchronized boolean lacksNet() {
        return net.isEmpty();
    }

    /** Nothing is judged from now on. */
    synchronized void close() {
        closed = true;
    }

    private <T> void change(Set<T> set, T service, boolean arrives) {
        synchronized (this) {
            if (arrives) {
                set.add(service);
            } else {
                set.remove(service);
            }
        }
        post();
    }

    private void post() {
        if (asked.getAndIncrement() == 0) {
            processor.execute(Job.of("readiness", Priority.CRITICAL, this::judge));
        }
    }

    /** One job at a time, without a lock: who asks while it runs has it go round once more. */
    private void judge() {
        int answered;
        do {
            answered = asked.get();
            judgeOnce();
        } while (asked.addAndGet(-answered) != 0);
    }

    private void judgeOnce() {
        List<ConfigBackend> present;
        synchronized (this) {
            if (closed) {
                return;
            }
            present = List.copyOf(backends);
        }
        boolean sound = !present.isEmpty() && problem(present).isEmpty();
        boolean nowConfigured;
        boolean nowReady;
        boolean changed;
        List<IkeSocket> toStart;
        synchronized (this) {
            nowConfigured = sound && !configured;
            configured |= sound;
            toStart = new ArrayList<>(configured ? sockets : Set.of());
            toStart.removeAll(started);
            started.addAll(toStart);
            nowReady = configured && !sockets.isEmpty() && !ipsec.isEmpty();
            changed = nowReady != ready;
            ready = nowReady;
            poll(present);
        }
        if (nowConfigured) {
            guarded("configured", () -> configuredSignal.accept(true));
        }
        toStart.forEach(socket -> guarded("start of socket", () -> socket.start(sink)));
        if (changed) {
            LOG.control(nowReady ? "ready" : "no longer ready");
            if (nowReady && lacksNet()) {
                LOG.control("no kernel interface for addresses and routes: virtual IPs and roaming will not work");
            }
            guarded("ready", () -> readySignal.accept(nowReady));
        }
    }

    private static void guarded(String what, Runnable action) {
        try {
            action.run();
        } catch (RuntimeException | LinkageError e) {
            LOG.error("{} failed: {}", what, e.toString());
        }
    }

    /** A backend does not say when its problem is gone, so it is asked, but only until the configuration was sound once. */
    private void poll(List<ConfigBackend> present) {
        if (configured || polling || present.isEmpty()) {
            return;
        }
        polling = true;
        scheduler.schedule(Job.of("readiness poll", Priority.LOW, this::polled), POLL);
    }

    private void polled() {
        synchronized (this) {
            polling = false;
        }
        post();
    }

    private static Optional<String> problem(List<ConfigBackend> present) {
        for (ConfigBackend backend : present) {
            Optional<String> problem;
            try {
                problem = backend.problem();
            } catch (RuntimeException | LinkageError e) {
                problem = Optional.of(e.toString());
            }
            if (problem.isPresent()) {
                return problem;
            }
        }
        return Optional.empty();
    }
}
