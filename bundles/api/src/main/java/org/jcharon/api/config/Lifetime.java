// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * When an SA is rekeyed and when it ends: by time, octets and packets. 0 means: no limit. Immutable; equal by its values.
 */
public final class Lifetime {

    private final Builder b;

    private Lifetime(Builder builder) {
        this.b = builder;
    }

    /** A builder with strongSwan's defaults. */
    public static Builder builder() {
        return new Builder();
    }

    /** A builder that starts from these values. */
    public Builder toBuilder() {
        return b.copy();
    }

    /** Soft limit: time until rekeying. */
    public Duration rekeyTime() {
        return b.rekeyTime;
    }

    /** Hard limit: time until the SA ends. */
    public Duration lifeTime() {
        return b.lifeTime;
    }

    /** Up to this much is subtracted at random from the soft limit. */
    public Duration randTime() {
        return b.randTime;
    }

    /** Soft limit in octets. */
    public long rekeyOctets() {
        return b.rekeyOctets;
    }

    /** Hard limit in octets. */
    public long lifeOctets() {
        return b.lifeOctets;
    }

    /** Random part of the soft limit in octets. */
    public long randOctets() {
        return b.randOctets;
    }

    /** Soft limit in packets. */
    public long rekeyPackets() {
        return b.rekeyPackets;
    }

    /** Hard limit in packets. */
    public long lifePackets() {
        return b.lifePackets;
    }

    /** Random part of the soft limit in packets. */
    public long randPackets() {
        return b.randPackets;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Lifetime that && b.values().equals(that.b.values());
    }

    @Override
    public int hashCode() {
        return b.values().hashCode();
    }

    /** Collects the values; not thread-safe. */
    public static final class Builder {

        private Duration rekeyTime = Duration.ZERO;
        private Duration lifeTime = Duration.ZERO;
        private Duration randTime = Duration.ZERO;
        private long rekeyOctets = 0;
        private long lifeOctets = 0;
        private long randOctets = 0;
        private long rekeyPackets = 0;
        private long lifePackets = 0;
        private long randPackets = 0;

        private Builder() {}

        /** Soft limit: time until rekeying. */
        public Builder rekeyTime(Duration value) {
            this.rekeyTime = Objects.requireNonNull(value);
            return this;
        }

        /** Hard limit: time until the SA ends. */
        public Builder lifeTime(Duration value) {
            this.lifeTime = Objects.requireNonNull(value);
            return this;
        }

        /** Up to this much is subtracted at random from the soft limit. */
        public Builder randTime(Duration value) {
            this.randTime = Objects.requireNonNull(value);
            return this;
        }

        /** Soft limit in octets. */
        public Builder rekeyOctets(long value) {
            this.rekeyOctets = value;
            return this;
        }

        /** Hard limit in octets. */
        public Builder lifeOctets(long value) {
            this.lifeOctets = value;
            return this;
        }

        /** Random part of the soft limit in octets. */
        public Builder randOctets(long value) {
            this.randOctets = value;
            return this;
        }

        /** Soft limit in packets. */
        public Builder rekeyPackets(long value) {
            this.rekeyPackets = value;
            return this;
        }

        /** Hard limit in packets. */
        public Builder lifePackets(long value) {
            this.lifePackets = value;
            return this;
        }

        /** Random part of the soft limit in packets. */
        public Builder randPackets(long value) {
            this.randPackets = value;
            return this;
        }

        private List<Object> values() {
            return Arrays.asList(
                    rekeyTime,
                    lifeTime,
                    randTime,
                    rekeyOctets,
                    lifeOctets,
                    randOctets,
                    rekeyPackets,
                    lifePackets,
                    randPackets);
        }

        /** Throws {@link NullPointerException} if a value without default is missing. */
        public Lifetime build() {
            return new Lifetime(copy());
        }

        private Builder copy() {
            Builder copy = new Builder();
            copy.rekeyTime = rekeyTime;
            copy.lifeTime = lifeTime;
            copy.randTime = randTime;
            copy.rekeyOctets = rekeyOctets;
            copy.lifeOctets = lifeOctets;
            copy.randOctets = randOctets;
            copy.rekeyPackets = rekeyPackets;
            copy.lifePackets = lifePackets;
            copy.randPackets = randPackets;
            return copy;
        }
    }
}
