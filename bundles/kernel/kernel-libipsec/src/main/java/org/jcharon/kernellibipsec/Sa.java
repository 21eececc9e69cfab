// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Lifetime;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.kernel.KernelException;
import org.jcharon.api.kernel.KernelSa;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.kernel.UsageStats;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.processing.Timer;
import org.jcharon.api.socket.Endpoint;

/**
 * One SA: keys, usage and limits. Its monitor guards the transform, the numbers and the usage; it is held for one packet and
 * never while anything outside is called, so what happened is left in {@link #takeEvents()}. Any thread.
 */
abstract class Sa {

    static final int SOFT = 1;
    static final int HARD = 2;
    static final int MOVED = 4;

    /** Makes the transform of an SA from its keys, with whatever crypto plugin is there now. */
    interface TransformSource {
        EspTransform make(KernelSa definition) throws KernelException;
    }

    /** Where its packets go on the wire. */
    record Path(Endpoint source, Endpoint destination, boolean encapsulated) {}

    private static final Log LOG = Log.of("esp");

    final int spi;
    EspTransform transform; // guarded by this
    private final TransformSource transforms;
    private final TimeSource time;
    private final Lifetime lifetime;
    private volatile KernelSa definition; // keys are ours; selectors, algorithms; replaced by the control plane alone
    private final AtomicInteger events = new AtomicInteger();
    private final List<Timer> timers = new ArrayList<>(); // guarded by this
    // Written by the control plane, read by packets: one consistent pair of endpoints.
    private volatile SaId id;
    private volatile Path path;
    private long octets; // guarded by this
    private long packets; // guarded by this
    private long lastUse; // guarded by this
    private long installed; // guarded by this
    private int reported; // guarded by this
    private boolean closed; // guarded by this

    /** Takes {@code definition} over, unless it throws. */
    Sa(KernelSa definition, TransformSource transforms, TimeSource time) throws KernelException {
        this.transform = transforms.make(definition);
        this.transforms = transforms;
        this.definition = definition;
        this.time = time;
        this.spi = definition.id().spi();
        this.lifetime = definition.lifetime();
        this.installed = time.nanos();
        this.id = definition.id();
        this.path = new Path(
                new Endpoint(definition.source(), definition.encapsulationSourcePort()),
                new Endpoint(definition.id().destination(), definition.encapsulationDestinationPort()),
                definition.isEncapsulated());
    }

    final SaId id() {
        return id;
    }

    final Path path() {
        return path;
    }

    final KernelSa definition() {
        return definition;
    }

    final int reqid() {
        return definition.reqid();
    }

    /** Whether packets may still use it. */
    final boolean isUsable() {
        return !closed && (reported & HARD) == 0;
    }

    /** Takes over other selectors. */
    void select(List<TrafficSelector> sources, List<TrafficSelector> destinations) {
        // the keys pass to the new one
        definition = definition.toBuilder()
                .sourceSelectors(sources)
                .destinationSelectors(destinations)
                .build();
    }

    void move(SaId newId, Path newPath) {
        path = newPath;
        id = newId;
    }

    /** Counts a packet; sets events for limits that are reached now. */
    final void account(int innerOctets) {
        octets += innerOctets;
        packets++;
        lastUse = time.nanos();
        if (reached(octets, lifetime.rekeyOctets()) || reached(packets, lifetime.rekeyPackets())) {
            raise(SOFT);
        }
        if (reached(octets, lifetime.lifeOctets()) || reached(packets, lifetime.lifePackets())) {
            raise(HARD);
        }
    }

    private static boolean reached(long value, long limit) {
        return limit > 0 && value >= limit;
    }

    /** Reports a limit once. */
    final synchronized void raise(int event) {
        if ((reported & event) == 0 && !closed) {
            reported |= event;
            events.getAndUpdate(now -> now | event);
        }
    }

    /** Reports something that may happen again. */
    final void signal(int event) {
        events.getAndUpdate(now -> now | event);
    }

    /** What happened since the last call: a sum of {@link #SOFT}, {@link #HARD}, {@link #MOVED}. */
    final int takeEvents() {
        return events.get() == 0 ? 0 : events.getAndSet(0);
    }

    /** Cancelled when the SA goes. */
    final synchronized void add(Timer timer) {
        if (closed) {
            timer.cancel();
        } else {
            timers.add(timer);
        }
    }

    final synchronized UsageStats usage() {
        long idle = packets == 0 ? -1 : (time.nanos() - lastUse) / 1_000_000_000L;
        return new UsageStats(octets, packets, idle);
    }

    /** Nanoseconds since it was installed, by whichever version of us. */
    final synchronized long age() {
        return time.nanos() - installed;
    }

    /** Continues where a predecessor stopped. */
    final synchronized void restoreUsage(UsageStats usage, int alreadyReported, long age) {
        octets = usage.octets();
        packets = usage.packets();
        lastUse = time.nanos() - Math.max(0, usage.idleSeconds()) * 1_000_000_000L;
        installed = time.nanos() - age;
        reported = alreadyReported;
    }

    final synchronized int reported() {
        return reported;
    }

    /**
     * Makes the transform anew, after the plugin that made it was taken away under it.
     *
     * @throws KernelException if no plugin has the algorithms now; the SA stays as it is
     */
    final synchronized void renew() throws KernelException {
        if (!closed) {
            transform = transforms.make(definition); // the old one cannot even be asked to wipe itself
        }
    }

    /** Wipes the keys; packets under way have left when it returns. */
    final synchronized void close() {
        if (!closed) {
            closed = true;
            timers.forEach(Timer::cancel);
            timers.clear();
            try {
                transform.close();
            } catch (LinkageError gone) {
                LOG.more("the crypto plugin of {} is gone: {}", id, gone.getMessage());
            }
            definition.close();
        }
    }
}
