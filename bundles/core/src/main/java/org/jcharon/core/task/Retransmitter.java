// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.time.Duration;
import java.util.List;
import org.jcharon.api.bus.Log;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.IkeSettings;

/** Sends our request again until it is answered (RFC 7296 section 2.1), with strongSwan's timing. Lease held. */
final class Retransmitter {

    private static final Log LOG = Log.of("ike");
    private static final String TIMER = "retransmit";

    private final IkeSa ike;
    private final Runnable giveUp;
    private List<Chunk> packets = List.of();
    private long messageId;
    private int tries;
    private long due;

    Retransmitter(IkeSa ike, Runnable giveUp) {
        this.ike = ike;
        this.giveUp = giveUp;
    }

    /** Sends {@code datagrams} for the first time and keeps them until {@link #stop}. */
    void start(List<Chunk> datagrams, long id) {
        packets = List.copyOf(datagrams);
        messageId = id;
        tries = 0;
        packets.forEach(ike::send);
        schedule();
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

    private void schedule() {
        IkeSettings settings = ike.services().settings();
        Duration delay = settings.retransmitDelay(tries);
        int jitter = settings.retransmitJitter();
        if (jitter > 0) {
            int percent = ike.services().crypto().random().below(jitter + 1);
            delay = delay.minus(delay.multipliedBy(percent).dividedBy(100));
        }
        due = ike.services().time().nanos() + delay.toNanos();
        wait(delay);
    }

    private void wait(Duration delay) {
        ike.timers().start(ike.id().localSpi(), TIMER, delay, this::due);
    }

    private void due() {
        int limit = ike.services().settings().retransmitTries();
        if (tries >= limit) {
            LOG.control("giving up after {} retransmits", limit);
            giveUp.run();
            return;
        }
        tries++;
        String text = "retransmit " + tries + " of request with message ID " + messageId;
        LOG.control(text);
        ike.services().events().alert(ike.snapshot(), "retransmit-send", text);
        packets.forEach(ike::send);
        schedule();
    }
}
