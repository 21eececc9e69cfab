// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.config;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jcharon.api.crypto.Proposal;

/**
 * What is agreed in IKE_SA_INIT and where the ends are. Immutable; equal by its values.
 */
public final class IkeConfig {

    private final Builder b;

    private IkeConfig(Builder builder) {
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

    /** Addresses, DNS names, prefixes and ranges of our end, {@code %any} included. */
    public List<String> localAddresses() {
        return b.localAddresses;
    }

    /** Addresses, DNS names, prefixes and ranges of the peer, {@code %any} included. */
    public List<String> remoteAddresses() {
        return b.remoteAddresses;
    }

    /** Our UDP port. */
    public int localPort() {
        return b.localPort;
    }

    /** Peer's UDP port. */
    public int remotePort() {
        return b.remotePort;
    }

    /** IKE proposals in order of preference; empty: the daemon's default. */
    public List<Proposal> proposals() {
        return b.proposals;
    }

    /** DSCP of IKE packets, 0 to 63. */
    public int dscp() {
        return b.dscp;
    }

    /** Fake NAT detection hashes so that ESP goes in UDP. */
    public boolean forceEncapsulation() {
        return b.forceEncapsulation;
    }

    /** IKE fragmentation (RFC 7383). */
    public Fragmentation fragmentation() {
        return b.fragmentation;
    }

    /** Childless initiation (RFC 6023). */
    public Childless childless() {
        return b.childless;
    }

    /** Whether to send CERTREQ payloads. */
    public boolean sendCertificateRequests() {
        return b.sendCertificateRequests;
    }

    /** Use of IKE fragmentation. */
    public enum Fragmentation {
        /** Announce it and send fragments. */
        YES,
        /** Announce it, send no fragments. */
        ACCEPT,
        /** Not at all. */
        NO
    }

    /** Whether an IKE_SA may come up without CHILD_SA. */
    public enum Childless {
        /** Accept it. */
        ALLOW,
        /** Initiate so when the peer can. */
        PREFER,
        /** Demand it. */
        FORCE,
        /** Refuse it. */
        NEVER
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof IkeConfig that && b.values().equals(that.b.values());
    }

    @Override
    public int hashCode() {
        return b.values().hashCode();
    }

    /** Collects the values; not thread-safe. */
    public static final class Builder {

        private List<String> localAddresses = List.of("%any");
        private List<String> remoteAddresses = List.of("%any");
        private int localPort = 500;
        private int remotePort = 500;
        private List<Proposal> proposals = List.of();
        private int dscp = 0;
        private boolean forceEncapsulation = false;
        private Fragmentation fragmentation = Fragmentation.YES;
        private Childless childless = Childless.ALLOW;
        private boolean sendCertificateRequests = true;

        private Builder() {}

        /** Addresses, DNS names, prefixes and ranges of our end, {@code %any} included. */
        public Builder localAddresses(List<String> value) {
            this.localAddresses = List.copyOf(value);
            return this;
        }

        /** Addresses, DNS names, prefixes and ranges of the peer, {@code %any} included. */
        public Builder remoteAddresses(List<String> value) {
            this.remoteAddresses = List.copyOf(value);
            return this;
        }

        /** Our UDP port. */
        public Builder localPort(int value) {
            this.localPort = value;
            return this;
        }

        /** Peer's UDP port. */
        public Builder remotePort(int value) {
            this.remotePort = value;
            return this;
        }

        /** IKE proposals in order of preference; empty: the daemon's default. */
        public Builder proposals(List<Proposal> value) {
            this.proposals = List.copyOf(value);
            return this;
        }

        /** DSCP of IKE packets, 0 to 63. */
        public Builder dscp(int value) {
            this.dscp = value;
            return this;
        }

        /** Fake NAT detection hashes so that ESP goes in UDP. */
        public Builder forceEncapsulation(boolean value) {
            this.forceEncapsulation = value;
            return this;
        }

        /** IKE fragmentation (RFC 7383). */
        public Builder fragmentation(Fragmentation value) {
            this.fragmentation = Objects.requireNonNull(value);
            return this;
        }

        /** Childless initiation (RFC 6023). */
        public Builder childless(Childless value) {
            this.childless = Objects.requireNonNull(value);
            return this;
        }

        /** Whether to send CERTREQ payloads. */
        public Builder sendCertificateRequests(boolean value) {
            this.sendCertificateRequests = value;
            return this;
        }

        private List<Object> values() {
            return Arrays.asList(
                    localAddresses,
                    remoteAddresses,
                    localPort,
                    remotePort,
                    proposals,
                    dscp,
                    forceEncapsulation,
                    fragmentation,
                    childless,
                    sendCertificateRequests);
        }

        /** Throws {@link NullPointerException} if a value without default is missing. */
        public IkeConfig build() {
            return new IkeConfig(copy());
        }

        private Builder copy() {
            Builder copy = new Builder();
            copy.localAddresses = localAddresses;
            copy.remoteAddresses = remoteAddresses;
            copy.localPort = localPort;
            copy.remotePort = remotePort;
            copy.proposals = proposals;
            copy.dscp = dscp;
            copy.forceEncapsulation = forceEncapsulation;
            copy.fragmentation = fragmentation;
            copy.childless = childless;
            copy.sendCertificateRequests = sendCertificateRequests;
            return copy;
        }
    }
}
