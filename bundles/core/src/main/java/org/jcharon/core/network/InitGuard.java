// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.network;

import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.processing.Priority;
import org.jcharon.api.processing.Processor;
import org.jcharon.api.processing.TimeSource;
import org.jcharon.api.socket.Packet;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.manager.DropReason;
import org.jcharon.core.manager.IkeHeader;
import org.jcharon.core.manager.IkeSaManager;

/** Decides whether an IKE_SA_INIT request may make an IKE_SA. Any thread. */
final class InitGuard {

    private static final Log LOG = Log.of("net");
    private static final int BUCKETS = 32;
    private static final Duration STAYS_ON = Duration.ofSeconds(10);

    private final IkeSaManager manager;
    private final Processor processor;
    private final Sender sender;
    private final TimeSource time;
    private volatile InitLimits limits; // publishes the settings in effect
    private final CookieJar cookies;
    private final long origin;
    // Nanoseconds from the origin until which cookies are asked for, by hash of the address; the last bucket is
    // everybody's.
    private final AtomicLongArray until = new AtomicLongArray(BUCKETS + 1);

    InitGuard(
            IkeSaManager manager,
            Processor processor,
            Sender sender,
            TimeSource time,
            RandomSource random,
            InitLimits limits) {
        this.manager = manager;
        this.processor = processor;
        this.sender = sender;
        this.time = time;
        this.limits = limits;
        this.cookies = new CookieJar(random, time);
        this.origin = time.nanos();
    }

    /** Other thresholds from now on. */
    void limits(InitLimits value) {
        limits = value;
    }

    /** Null if it may, else why not; a COOKIE is sent here. */
    DropReason refuses(Packet packet, IkeHeader header) {
        InetAddress remote = packet.source().address();
        if (needsCookie(remote)) {
            InitScan scan = InitScan.of(header, packet.data());
            if (scan == null) {
                return DropReason.MALFORMED;
            }
            if (!cookies.accepts(scan.cookie(), scan.nonce(), packet.source(), header.spii())) {
                Chunk cookie = cookies.bake(scan.nonce(), packet.source(), header.spii());
                sender.send(Replies.notify(packet, header, IkeHeader.IKE_SA_INIT, Replies.COOKIE, cookie));
                return DropReason.COOKIE_REQUIRED;
            }
        }
        if (reached(limits.blockThreshold(), manager.halfOpen(remote))) {
            LOG.control(
                    "ignoring IKE_SA setup from {}, per-IP half-open IKE_SA limit of {} reached",
                    Addresses.text(remote),
                    limits.blockThreshold());
            return DropReason.BLOCKED_ADDRESS;
        }
        if (reached(limits.halfOpen(), manager.halfOpen())) {
            LOG.control(
                    "ignoring IKE_SA setup from {}, half-open IKE_SA limit of {} reached",
                    Addresses.text(remote),
                    limits.halfOpen());
            return DropReason.HALF_OPEN_LIMIT;
        }
        if (limits.jobLoad() > 0 && reached(limits.jobLoad(), jobs())) {
            LOG.control(
                    "ignoring IKE_SA setup from {}, job load of {} reached", Addresses.text(remote), limits.jobLoad());
            return DropReason.JOB_LOAD;
        }
        if (limits.initiatorOnly()) {
            LOG.control("ignoring IKE_SA setup from {}, configured as initiator only", Addresses.text(remote));
            return DropReason.SA_LIMIT;
        }
        return null;
    }

    private boolean needsCookie(InetAddress remote) {
        // Both are looked at, so that each threshold keeps its own time.
        boolean global = stays(BUCKETS, reached(limits.cookieThreshold(), manager.halfOpen()));
        boolean local = stays(
                Math.floorMod(remote.hashCode(), BUCKETS),
                reached(limits.cookieThresholdIp(), manager.halfOpen(remote)));
        return global || local;
    }

    private boolean stays(int bucket, boolean reached) {
        long now = time.nanos() - origin;
        if (reached) {
            until.set(bucket, now + STAYS_ON.toNanos());
            return true;
        }
        return now < until.get(bucket);
    }

    private int jobs() {
        int jobs = 0;
        for (Priority priority : Priority.values()) {
            jobs += processor.queued(priority);
        }
        return jobs;
    }

    private static boolean reached(int limit, int now) {
        return limit > 0 && now >= limit;
    }
}
