// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.config;

import java.net.InetAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One connection: whom we speak to, how both sides authenticate, how the IKE_SA lives, its children. Immutable; equal by its values.
 */
public final class PeerConfig {

    private final Builder b;

    private PeerConfig(Builder builder) {
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

    /** Name, unique within its backend. */
    public String name() {
        return b.name;
    }

    /** What is agreed in IKE_SA_INIT. */
    public IkeConfig ike() {
        return b.ike;
    }

    /** Our authentication rounds, in order. */
    public List<AuthConfig> local() {
        return b.local;
    }

    /** Peer's authentication rounds, in order. */
    public List<AuthConfig> remote() {
        return b.remote;
    }

    /** CHILD_SAs of this connection. */
    public List<ChildConfig> children() {
        return b.children;
    }

    /** Virtual IPs to request; 0.0.0.0 and :: stand for any. */
    public List<InetAddress> virtualIps() {
        return b.virtualIps;
    }

    /** Pools to assign virtual IPs and attributes from. */
    public List<String> pools() {
        return b.pools;
    }

    /** Whether to use MOBIKE (RFC 4555). */
    public boolean mobike() {
        return b.mobike;
    }

    /** Silence after which liveness is checked; 0: never. */
    public Duration dpdDelay() {
        return b.dpdDelay;
    }

    /** Send our certificate even if not asked. */
    public boolean sendCertificateAlways() {
        return b.sendCertificateAlways;
    }

    /** Never send our certificate. */
    public boolean sendCertificateNever() {
        return b.sendCertificateNever;
    }

    /** Attempts to establish; 0: for ever. */
    public int keyingTries() {
        return b.keyingTries;
    }

    /** What to do about several IKE_SAs between the same identities. */
    public Unique unique() {
        return b.unique;
    }

    /** Time until reauthentication; 0: never. */
    public Duration reauthTime() {
        return b.reauthTime;
    }

    /** Time until IKE_SA rekeying; 0: never. */
    public Duration rekeyTime() {
        return b.rekeyTime;
    }

    /** Time after the soft limit at which the IKE_SA is closed. */
    public Duration overTime() {
        return b.overTime;
    }

    /** Up to this much is subtracted at random from the soft limits. */
    public Duration randTime() {
        return b.randTime;
    }

    /** Identity of the post-quantum preshared key (RFC 8784); empty: none. */
    public String ppkId() {
        return b.ppkId;
    }

    /** Whether a peer without the PPK is refused. */
    public boolean ppkRequired() {
        return b.ppkRequired;
    }

    /** The child of that name. */
    public Optional<ChildConfig> child(String childName) {
        return b.children.stream()
                .filter(child -> child.name().equals(childName))
                .findFirst();
    }

    /** Uniqueness policies. */
    public enum Unique {
        /** Keep all, not even INITIAL_CONTACT replaces. */
        NEVER,
        /** Replace only on INITIAL_CONTACT. */
        NO,
        /** Refuse the new one. */
        KEEP,
        /** Close the old one. */
        REPLACE
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof PeerConfig that && b.values().equals(that.b.values());
    }

    @Override
    public int hashCode() {
        return b.values().hashCode();
    }

    /** Collects the values; not thread-safe. */
    public static final class Builder {

        private String name;
        private IkeConfig ike;
        private List<AuthConfig> local = List.of();
        private List<AuthConfig> remote = List.of();
        private List<ChildConfig> children = List.of();
        private List<InetAddress> virtualIps = List.of();
        private List<String> pools = List.of();
        private boolean mobike = true;
        private Duration dpdDelay = Duration.ZERO;
        private boolean sendCertificateAlways = false;
        private boolean sendCertificateNever = false;
        private int keyingTries = 1;
        private Unique unique = Unique.NO;
        private Duration reauthTime = Duration.ZERO;
        private Duration rekeyTime = Duration.ofHours(4);
        private Duration overTime = Duration.ofMinutes(24);
        private Duration randTime = Duration.ofMinutes(24);
        private String ppkId = "";
        private boolean ppkRequired = false;

        private Builder() {}

        /** Name, unique within its backend. */
        public Builder name(String value) {
            this.name = Objects.requireNonNull(value);
            return this;
        }

        /** What is agreed in IKE_SA_INIT. */
        public Builder ike(IkeConfig value) {
            this.ike = Objects.requireNonNull(value);
            return this;
        }

        /** Our authentication rounds, in order. */
        public Builder local(List<AuthConfig> value) {
            this.local = List.copyOf(value);
            return this;
        }

        /** Peer's authentication rounds, in order. */
        public Builder remote(List<AuthConfig> value) {
            this.remote = List.copyOf(value);
            return this;
        }

        /** CHILD_SAs of this connection. */
        public Builder children(List<ChildConfig> value) {
            this.children = List.copyOf(value);
            return this;
        }

        /** Virtual IPs to request; 0.0.0.0 and :: stand for any. */
        public Builder virtualIps(List<InetAddress> value) {
            this.virtualIps = List.copyOf(value);
            return this;
        }

        /** Pools to assign virtual IPs and attributes from. */
        public Builder pools(List<String> value) {
            this.pools = List.copyOf(value);
            return this;
        }

        /** Whether to use MOBIKE (RFC 4555). */
        public Builder mobike(boolean value) {
            this.mobike = value;
            return this;
        }

        /** Silence after which liveness is checked; 0: never. */
        public Builder dpdDelay(Duration value) {
            this.dpdDelay = Objects.requireNonNull(value);
            return this;
        }

        /** Send our certificate even if not asked. */
        public Builder sendCertificateAlways(boolean value) {
            this.sendCertificateAlways = value;
            return this;
        }

        /** Never send our certificate. */
        public Builder sendCertificateNever(boolean value) {
            this.sendCertificateNever = value;
            return this;
        }

        /** Attempts to establish; 0: for ever. */
        public Builder keyingTries(int value) {
            this.keyingTries = value;
            return this;
        }

        /** What to do about several IKE_SAs between the same identities. */
        public Builder unique(Unique value) {
            this.unique = Objects.requireNonNull(value);
            return this;
        }

        /** Time until reauthentication; 0: never. */
        public Builder reauthTime(Duration value) {
            this.reauthTime = Objects.requireNonNull(value);
            return this;
        }

        /** Time until IKE_SA rekeying; 0: never. */
        public Builder rekeyTime(Duration value) {
            this.rekeyTime = Objects.requireNonNull(value);
            return this;
        }

        /** Time after the soft limit at which the IKE_SA is closed. */
        public Builder overTime(Duration value) {
            this.overTime = Objects.requireNonNull(value);
            return this;
        }

        /** Up to this much is subtracted at random from the soft limits. */
        public Builder randTime(Duration value) {
            this.randTime = Objects.requireNonNull(value);
            return this;
        }

        /** Identity of the post-quantum preshared key (RFC 8784); empty: none. */
        public Builder ppkId(String value) {
            this.ppkId = Objects.requireNonNull(value);
            return this;
        }

        /** Whether a peer without the PPK is refused. */
        public Builder ppkRequired(boolean value) {
            this.ppkRequired = value;
            return this;
        }

        private List<Object> values() {
            return Arrays.asList(
                    name,
                    ike,
                    local,
                    remote,
                    children,
                    virtualIps,
                    pools,
                    mobike,
                    dpdDelay,
                    sendCertificateAlways,
                    sendCertificateNever,
                    keyingTries,
                    unique,
                    reauthTime,
                    rekeyTime,
                    overTime,
                    randTime,
                    ppkId,
                    ppkRequired);
        }

        /** Throws {@link NullPointerException} if a value without default is missing. */
        public PeerConfig build() {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(ike, "ike");
            return new PeerConfig(copy());
        }

        private Builder copy() {
            Builder copy = new Builder();
            copy.name = name;
            copy.ike = ike;
            copy.local = local;
            copy.remote = remote;
            copy.children = children;
            copy.virtualIps = virtualIps;
            copy.pools = pools;
            copy.mobike = mobike;
            copy.dpdDelay = dpdDelay;
            copy.sendCertificateAlways = sendCertificateAlways;
            copy.sendCertificateNever = sendCertificateNever;
            copy.keyingTries = keyingTries;
            copy.unique = unique;
            copy.reauthTime = reauthTime;
            copy.rekeyTime = rekeyTime;
            copy.overTime = overTime;
            copy.randTime = randTime;
            copy.ppkId = ppkId;
            copy.ppkRequired = ppkRequired;
            return copy;
        }
    }
}
