// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.kernel;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.ProtocolId;

/**
 * One policy: what is done with traffic between two selectors, one direction. Immutable.
 */
public final class KernelPolicy {

    private final Builder b;

    private KernelPolicy(Builder builder) {
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

    /** Inbound, outbound or forwarded. */
    public Direction direction() {
        return b.direction;
    }

    /** What is done. */
    public Action action() {
        return b.action;
    }

    /** Where packets come from. */
    public TrafficSelector source() {
        return b.source;
    }

    /** Where packets go to. */
    public TrafficSelector destination() {
        return b.destination;
    }

    /** Outer source of the SA. */
    public InetAddress tunnelSource() {
        return b.tunnelSource;
    }

    /** Outer destination of the SA. */
    public InetAddress tunnelDestination() {
        return b.tunnelDestination;
    }

    /** SPI of the SA to use; 0: any of the reqid. */
    public int spi() {
        return b.spi;
    }

    /** ESP or AH. */
    public ProtocolId protocol() {
        return b.protocol;
    }

    /** IPsec mode. */
    public ChildConfig.Mode mode() {
        return b.mode;
    }

    /** Ties SAs and policies together. */
    public int reqid() {
        return b.reqid;
    }

    /** Fixed priority; 0: computed from the selectors. */
    public int priority() {
        return b.priority;
    }

    /** Value in the upper, mask in the lower 32 bits; 0: none. */
    public long mark() {
        return b.mark;
    }

    /** XFRM interface id; 0: none. */
    public int ifId() {
        return b.ifId;
    }

    /** Virtual IPs that were assigned to us: source addresses of the routes. */
    public List<InetAddress> virtualIps() {
        return b.virtualIps;
    }

    /** Directions of policies. */
    public enum Direction {
        /** Inbound. */
        IN,
        /** Outbound. */
        OUT,
        /** Forwarded, after decapsulation. */
        FORWARD
    }

    /** What is done with packets. */
    public enum Action {
        /** Protect with the SA; without one drop and report an acquire. */
        PROTECT,
        /** Let pass. */
        PASS,
        /** Discard. */
        DROP
    }

    /** Collects the values; not thread-safe. */
    public static final class Builder {

        private Direction direction;
        private Action action = Action.PROTECT;
        private TrafficSelector source;
        private TrafficSelector destination;
        private InetAddress tunnelSource;
        private InetAddress tunnelDestination;
        private int spi = 0;
        private ProtocolId protocol = ProtocolId.ESP;
        private ChildConfig.Mode mode = ChildConfig.Mode.TUNNEL;
        private int reqid = 0;
        private int priority = 0;
        private long mark = 0;
        private int ifId = 0;
        private List<InetAddress> virtualIps = List.of();

        private Builder() {}

        /** Inbound, outbound or forwarded. */
        public Builder direction(Direction value) {
            this.direction = Objects.requireNonNull(value);
            return this;
        }

        /** What is done. */
        public Builder action(Action value) {
            this.action = Objects.requireNonNull(value);
            return this;
        }

        /** Where packets come from. */
        public Builder source(TrafficSelector value) {
            this.source = Objects.requireNonNull(value);
            return this;
        }

        /** Where packets go to. */
        public Builder destination(TrafficSelector value) {
            this.destination = Objects.requireNonNull(value);
            return this;
        }

        /** Outer source of the SA. */
        public Builder tunnelSource(InetAddress value) {
            this.tunnelSource = Objects.requireNonNull(value);
            return this;
        }

        /** Outer destination of the SA. */
        public Builder tunnelDestination(InetAddress value) {
            this.tunnelDestination = Objects.requireNonNull(value);
            return this;
        }

        /** SPI of the SA to use; 0: any of the reqid. */
        public Builder spi(int value) {
            this.spi = value;
            return this;
        }

        /** ESP or AH. */
        public Builder protocol(ProtocolId value) {
            this.protocol = Objects.requireNonNull(value);
            return this;
        }

        /** IPsec mode. */
        public Builder mode(ChildConfig.Mode value) {
            this.mode = Objects.requireNonNull(value);
            return this;
        }

        /** Ties SAs and policies together. */
        public Builder reqid(int value) {
            this.reqid = value;
            return this;
        }

        /** Fixed priority; 0: computed from the selectors. */
        public Builder priority(int value) {
            this.priority = value;
            return this;
        }

        /** Value in the upper, mask in the lower 32 bits; 0: none. */
        public Builder mark(long value) {
            this.mark = value;
            return this;
        }

        /** XFRM interface id; 0: none. */
        public Builder ifId(int value) {
            this.ifId = value;
            return this;
        }

        /** Virtual IPs that were assigned to us: source addresses of the routes. */
        public Builder virtualIps(List<InetAddress> value) {
            this.virtualIps = List.copyOf(value);
            return this;
        }

        /** Throws {@link NullPointerException} if a value without default is missing. */
        public KernelPolicy build() {
            Objects.requireNonNull(direction, "direction");
            Objects.requireNonNull(source, "source");
            Objects.requireNonNull(destination, "destination");
            Objects.requireNonNull(tunnelSource, "tunnelSource");
            Objects.requireNonNull(tunnelDestination, "tunnelDestination");
            return new KernelPolicy(copy());
        }

        private Builder copy() {
            Builder copy = new Builder();
            copy.direction = direction;
            copy.action = action;
            copy.source = source;
            copy.destination = destination;
            copy.tunnelSource = tunnelSource;
            copy.tunnelDestination = tunnelDestination;
            copy.spi = spi;
            copy.protocol = protocol;
            copy.mode = mode;
            copy.reqid = reqid;
            copy.priority = priority;
            copy.mark = mark;
            copy.ifId = ifId;
            copy.virtualIps = virtualIps;
            return copy;
        }
    }
}
