// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.time.Duration;
import java.util.List;
import org.jcharon.api.bus.Log;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.IkeSettings;

/**
 * Sends our request again until it is answered (RFC 7296 section 2.1), with strongSwan's timing. While the path is lost it is sent along
 * every path, at an even and quicker pace. Lease held.
 */
final class Retransmitter {

    private static final Log LOG = Log.of("ike");
    private static final String TIMER = "retransmit";
    private static final Duration PROBE_INTERVAL = Duration.ofMillis(2500);
    private static final int PROBE_TRIES = 10;

    private final IkeSa ike;
    private final PathProber prober;
    private final Runnable giveUp;
    private List<Chunk> packets = List.of();
    private long messageId;
    private int tries;
    private long due;
    private int probes;
    private boolean allPaths;
    private boolean probing;
    private boolean deferred;

    Retransmitter(IkeSa ike, PathProber prober, Runnable giveUp) {
        this.ike = ike;
        this.prober = prober;
        this.giveUp = giveUp;
    }

    /** Sends {@code datagrams} for the first time and keeps them until {@link #stop}. */
    void start(List<Chunk> datagrams, long id) {
        packets = List.copyOf(datagrams);
        messageId = id;
        restart();
    }

    /** Waits while an answer is looked at. */
    void pause() {
        ike.timers().stop(TIMER);
    }

    /** It was no answer: goes on as if there had been none. */
    void resume() {
        wait(Duration.ofNanos(Math.max(0, due - ike.services().time().nanos())));
    }

    void stop() {
        packets = List.of();
        ike.timers().stop(TIMER);
    }

    /** Addresses or routes changed, or the peer moved: what waits for an answer is sent at once, and as often as in the beginning. */
    void pathChanged() {
        if (!packets.isEmpty()) {
            restart();
        }
    }

    /** Whether a request waits for a route. */
    boolean isDeferred() {
        return deferred && !packets.isEmpty();
    }

    /** Whether the request went along more than the path in use. */
    boolean isProbing() {
        return probing;
    }

    private void restart() {
        tries = 0;
        probes = 0;
        probing = false;
        allPaths = false;
        transmit();
    }

    private void transmit() {
        deferred = false;
        switch (prober.send(packets, allPaths)) {
            case NOWHERE -> {
                // the next change of addresses or routes goes on with it
                deferred = true;
                LOG.control("no route found to reach peer, path probing deferred");
                ike.timers().stop(TIMER);
            }
            case PROBING -> {
                probing = true;
                schedule(PROBE_INTERVAL);
            }
            case ON_PATH -> schedule(ike.services().settings().retransmitDelay(tries));
        }
    }

    private void schedule(Duration full) {
        IkeSettings settings = ike.services().settings();
        Duration delay = full;
        int jitter = settings.retransmitJitter();
        if (jitter > 0) {
            int percent = ike.services().crypto().random().below(jitter + 1);
            delay = delay.minus(delay.multipliedBy(percent).dividedBy(100));
        }
        due = ike.services().time().nanos() + delay.toNanos();
        wait(delay);
    }

    private void wait(Duration delay) {
        ike.timers().start(ike.id().localSpi(), TIMER, delay, this::elapsed);
    }

    private void elapsed() {
        int limit = ike.services().settings().retransmitTries();
        if (probing) {
            probe();
        } else if (tries < limit) {
            tries++;
            String text = "retransmit " + tries + " of request with message ID " + messageId;
            LOG.control(text);
            ike.services().events().alert(ike.snapshot(), "retransmit-send", text);
            transmit();
        } else {
            LOG.control("giving up after {} retransmits", limit);
            if (prober.hasAlternatives()) {
                allPaths = true;
                transmit();
            } else {
                giveUp.run();
            }
        }
    }

    private void probe() {
        if (probes >= PROBE_TRIES) {
            LOG.control("giving up after {} path probings", probes);
            giveUp.run();
            return;
        }
        probes++;
        LOG.control("path probing attempt {}", probes);
        transmit();
    }
}
