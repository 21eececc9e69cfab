// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.child;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jcharon.api.config.Lifetime;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.processing.TimeSource;

/**
 * When a CHILD_SA is to be rekeyed and when it ends. A random part is subtracted from each limit of rekeying, drawn once, so that the two
 * sides, and SAs that came up together, do not rekey at the same moment. Lease of its IKE_SA held.
 */
final class ChildLifetime {

    private static final int STEPS = 1 << 20;

    private final Lifetime lifetime;
    private final TimeSource time;
    private final RandomSource random;
    private Optional<Instant> rekeyAt = Optional.empty();
    private Optional<Instant> endsAt = Optional.empty();

    ChildLifetime(Lifetime lifetime, TimeSource time, RandomSource random) {
        this.lifetime = lifetime;
        this.time = time;
        this.random = random;
    }

    /** The moment of rekeying, once asked for. */
    Optional<Instant> rekeyAt() {
        return rekeyAt;
    }

    /** The moment of the end, once asked for. */
    Optional<Instant> endsAt() {
        return endsAt;
    }

    /** Time from now to rekeying; empty: never. */
    Optional<Duration> untilRekey() {
        if (lifetime.rekeyTime().isZero()) {
            return Optional.empty();
        }
        if (rekeyAt.isEmpty()) {
            Duration margin = Duration.ofMillis(randomPart(lifetime.randTime().toMillis()));
            Duration delay = lifetime.rekeyTime().minus(margin);
            Duration positive = delay.isNegative() || delay.isZero() ? lifetime.rekeyTime() : delay;
            rekeyAt = Optional.of(time.now().plus(positive));
        }
        return rekeyAt.map(this::left);
    }

    /** Time from now to the hard end; empty: never. */
    Optional<Duration> untilEnd() {
        if (lifetime.lifeTime().isZero()) {
            return Optional.empty();
        }
        if (endsAt.isEmpty()) {
            endsAt = Optional.of(time.now().plus(lifetime.lifeTime()));
        }
        return endsAt.map(this::left);
    }

    private Duration left(Instant moment) {
        Duration left = Duration.between(time.now(), moment);
        return left.isNegative() ? Duration.ZERO : left;
    }

    /** What only the data plane can count, octets and packets, with a random part drawn at each call. */
    Lifetime volumeLimits() {
        return lifetime.toBuilder()
                .rekeyTime(Duration.ZERO)
                .lifeTime(Duration.ZERO)
                .rekeyOctets(lessRandom(lifetime.rekeyOctets(), lifetime.randOctets()))
                .rekeyPackets(lessRandom(lifetime.rekeyPackets(), lifetime.randPackets()))
                .build();
    }

    private long lessRandom(long limit, long part) {
        return limit == 0 ? limit : limit - randomPart(part);
    }

    private long randomPart(long part) {
        return part <= 0 ? 0 : (long) (part * (random.below(STEPS) / (double) STEPS));
    }
}
