// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.kernel;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.kernel.KernelHandover;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.processing.Timer;
import org.jcharon.api.wire.Secret;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;

/** Keeps each deposit for 10 s and wipes what nobody takes. Immediate: it must outlive the plugin that deposits and leaves. */
@Component(service = KernelHandover.class, immediate = true)
public final class KernelHandoverService implements KernelHandover, AutoCloseable {

    private static final Log LOG = Log.of("knl");
    private static final Duration KEPT = Duration.ofSeconds(10);

    private record Deposit(int version, Secret state, Timer[] timer) {
        void wipe() {
            state.close();
            if (timer[0] != null) {
                timer[0].cancel();
            }
        }
    }

    private final Scheduler scheduler;
    private final Map<String, Deposit> deposits = new HashMap<>(); // guarded by this
    private boolean closed; // guarded by this

    /** Without deposits. */
    @Activate
    public KernelHandoverService(@Reference(name = "scheduler") Scheduler scheduler) {
        this.scheduler = scheduler;
    }

    @Override
    public synchronized void deposit(String plugin, int version, Secret state) {
        if (closed) {
            state.close();
            return;
        }
        Deposit deposit = new Deposit(version, state, new Timer[1]);
        Deposit before = deposits.put(plugin, deposit);
        if (before != null) {
            before.wipe();
        }
        deposit.timer[0] = scheduler.schedule(
                Job.of("end of handover of " + plugin, Priority.LOW, () -> expire(plugin, deposit)), KEPT);
    }

    @Override
    public synchronized Optional<Secret> take(String plugin, int version) {
        Deposit deposit = deposits.remove(plugin);
        if (deposit == null) {
            return Optional.empty();
        }
        if (deposit.version != version) {
            LOG.control("state of {} has version {}, version {} cannot take it over", plugin, deposit.version, version);
            deposit.wipe();
            return Optional.empty();
        }
        deposit.timer[0].cancel();
        return Optional.of(deposit.state);
    }

    /** Wipes all deposits. */
    @Override
    @Deactivate
    public synchronized void close() {
        closed = true;
        deposits.values().forEach(Deposit::wipe);
        deposits.clear();
    }

    private synchronized void expire(String plugin, Deposit deposit) {
        // A later deposit of the same plugin is not this timer's.
        if (deposits.remove(plugin, deposit)) {
            deposit.state.close();
            LOG.control("state of {} was not taken over in {} s", plugin, KEPT.toSeconds());
        }
    }
}
