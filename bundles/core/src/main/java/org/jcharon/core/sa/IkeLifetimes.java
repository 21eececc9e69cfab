// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.PeerConfig;

/** Timers of an established IKE_SA: rekeying, hard end, liveness, NAT keepalives. Lease held. */
final class IkeLifetimes {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private final IkeServices services;
    private final long spi;

    IkeLifetimes(IkeSa ike) {
        this.ike = ike;
        this.services = ike.services();
        this.spi = ike.id().localSpi();
    }

    void start() {
        PeerConfig config = ike.peerConfig();
        Instant now = services.time().now();
        Optional<Duration> soonest = Optional.empty();
        Optional<Instant> rekeyAt = Optional.empty();
        if (!config.rekeyTime().isZero()) {
            Duration delay = lessRandom(config.rekeyTime(), config.randTime());
            rekeyAt = Optional.of(now.plus(delay));
            LOG.control("scheduling rekeying in {}s", delay.toSeconds());
            ike.timers().start(spi, "ike-rekey", delay, () -> ike.tasks().queueIkeRekey());
            soonest = Optional.of(delay);
        }
        if (ike.reauthAt().isEmpty() && !config.reauthTime().isZero()) {
            Duration delay = lessRandom(config.reauthTime(), config.randTime());
            LOG.control("scheduling reauthentication in {}s", delay.toSeconds());
            ike.reauthAt(now.plus(delay));
        }
        if (ike.reauthAt().isPresent()) {
            Instant at = ike.reauthAt().get();
            ike.recovery().reauthenticateAt(at);
            Duration left = Duration.between(now, at);
            soonest = soonest.filter(rekey -> rekey.compareTo(left) < 0).or(() -> Optional.of(left));
        }
        soonest.map(config.overTime()::plus).ifPresent(end -> {
            LOG.control("maximum IKE_SA lifetime {}s", end.toSeconds());
            ike.timers().start(spi, "ike-end", end, () -> ike.expire("lifetime reached"));
        });
        ike.rekeyAt(rekeyAt);
        if (!config.dpdDelay().isZero()) {
            checkLiveness(config.dpdDelay());
        }
        keepAliveBehindNat();
    }

    /** Begins keepalives, or ends them, as NAT detection found. */
    void keepAliveBehindNat() {
        ike.timers().stop("keepalive");
        if (ike.nat().local() && !services.settings().keepAlive().isZero()) {
            keepAlive(services.settings().keepAlive());
        }
    }

    /** RFC 7296 section 2.4: an empty INFORMATIONAL request once nothing was heard for the delay. */
    private void checkLiveness(Duration delay) {
        Duration left = delay.minus(ike.silence());
        boolean due = left.isNegative() || left.isZero();
        if (due) {
            ike.tasks().queueDpd();
        }
        ike.timers().start(spi, "dpd", due ? delay : left, () -> checkLiveness(delay));
    }

    /** RFC 3948 section 4: keeps the mapping of a NAT on our side alive. */
    private void keepAlive(Duration delay) {
        Duration left = delay.minus(ike.quiet());
        boolean due = left.isNegative() || left.isZero();
        if (due) {
            LOG.control("sending keep alive to {}", ike.remote());
            services.keepalive()
                    .accept(new org.jcharon.api.socket.Packet(
                            ike.local(), ike.remote(), org.jcharon.api.wire.Chunk.EMPTY));
        }
        ike.timers().start(spi, "keepalive", due ? delay : left, () -> keepAlive(delay));
    }

    private Duration lessRandom(Duration limit, Duration part) {
        double share = services.crypto().random().below(1 << 20) / (double) (1 << 20);
        Duration shortened = limit.minusMillis((long) (part.toMillis() * share));
        return shortened.isNegative() || shortened.isZero() ? limit : shortened;
    }
}
