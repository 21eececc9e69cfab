// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.kernel;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.kernel.KernelEvents;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.processing.Job;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.Scheduler;
import org.jcharon.api.socket.Endpoint;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;

/** Turns events of kernel plugins into jobs. Any thread. */
@Component(
        service = {KernelEvents.class, KernelEventsService.class},
        immediate = true)
public final class KernelEventsService implements KernelEvents {

    private static final Log LOG = Log.of("knl");
    // An interface that comes up reports many changes; one look at the end of them is enough.
    private static final Duration ROAM_DELAY = Duration.ofMillis(100);

    // Each is held from the packet to the job: so many in UNKNOWN_DELAY are taken, and so many jobs wait.
    private static final int UNKNOWN_AT_ONCE = 4;
    private static final Duration UNKNOWN_DELAY = Duration.ofSeconds(1);

    private final Processor processor;
    private final Scheduler scheduler;
    private volatile KernelEventHandler handler; // publishes who acts
    private final Semaphore unknown = new Semaphore(UNKNOWN_AT_ONCE);
    private boolean roaming; // guarded by this
    private boolean roamingAddress; // guarded by this

    /** Without a handler: events are dropped. */
    @Activate
    public KernelEventsService(
            @Reference(name = "processor") Processor processor, @Reference(name = "scheduler") Scheduler scheduler) {
        this.processor = processor;
        this.scheduler = scheduler;
    }

    /** Sets who acts; null: nobody. */
    public void handler(KernelEventHandler value) {
        handler = value;
    }

    @Override
    public void acquire(int reqid, TrafficSelector source, TrafficSelector destination) {
        LOG.control("creating acquire job for policy {} === {} with reqid {{}}", source, destination, reqid);
        post("acquire", Priority.MEDIUM, to -> to.acquire(reqid, source, destination));
    }

    @Override
    public void expire(SaId sa, boolean hard) {
        LOG.more("creating {} job for {}", hard ? "delete" : "rekey", sa);
        post("expire", Priority.MEDIUM, to -> to.expire(sa, hard));
    }

    @Override
    public void mapping(SaId inbound, Endpoint newRemote) {
        LOG.more("NAT mapping of {} changed to {}", inbound, newRemote);
        post("mapping", Priority.MEDIUM, to -> to.mapping(inbound, newRemote));
    }

    @Override
    public void unknownSpi(int spi, Endpoint source, Endpoint destination) {
        if (unknown.tryAcquire()) {
            Job job = Job.of("unknown-spi", Priority.LOW, () -> {
                unknown.release();
                KernelEventHandler to = handler;
                if (to != null) {
                    to.unknownSpi(spi, source, destination);
                }
            });
            scheduler.schedule(job, UNKNOWN_DELAY);
        }
    }

    @Override
    public synchronized void roam(boolean address) {
        roamingAddress |= address;
        if (!roaming) {
            roaming = true;
            scheduler.schedule(Job.of("roam", Priority.MEDIUM, this::roamed), ROAM_DELAY);
        }
    }

    private void roamed() {
        boolean address;
        synchronized (this) {
            address = roamingAddress;
            roaming = false;
            roamingAddress = false;
        }
        KernelEventHandler to = handler;
        if (to != null) {
            to.roam(address);
        }
    }

    private void post(String name, Priority priority, Consumer<KernelEventHandler> event) {
        processor.execute(Job.of(name, priority, () -> {
            KernelEventHandler to = handler;
            if (to != null) {
                event.accept(to);
            }
        }));
    }
}
