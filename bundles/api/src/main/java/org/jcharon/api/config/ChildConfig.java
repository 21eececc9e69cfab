// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jcharon.api.crypto.Proposal;

/**
 * One CHILD_SA as configured. Immutable; equal by its values.
 */
public final class ChildConfig {

    private final Builder b;

    private ChildConfig(Builder builder) {
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

    /** Name, unique within its connection. */
    public String name() {
        return b.name;
    }

    /** IPsec mode. */
    public Mode mode() {
        return b.mode;
    }

    /** ESP or AH proposals in order of preference; empty: the daemon's default. */
    public List<Proposal> proposals() {
        return b.proposals;
    }

    /** Our side of the traffic. */
    public List<SelectorTemplate> localSelectors() {
        return b.localSelectors;
    }

    /** Peer's side of the traffic. */
    public List<SelectorTemplate> remoteSelectors() {
        return b.remoteSelectors;
    }

    /** When it is rekeyed and when it ends. */
    public Lifetime lifetime() {
        return b.lifetime;
    }

    /** What to do when the configuration is loaded. */
    public StartAction startAction() {
        return b.startAction;
    }

    /** What to do when the peer is gone. */
    public DpdAction dpdAction() {
        return b.dpdAction;
    }

    /** What to do when the peer closes it. */
    public StartAction closeAction() {
        return b.closeAction;
    }

    /** Anti-replay window in packets; 0: none. */
    public int replayWindow() {
        return b.replayWindow;
    }

    /** Whether policies are installed. */
    public boolean installPolicies() {
        return b.installPolicies;
    }

    /** Script to run when it comes up or goes down; empty: none. */
    public String updown() {
        return b.updown;
    }

    /** Passed to the script. */
    public boolean hostAccess() {
        return b.hostAccess;
    }

    /** Idle time after which it is closed; 0: never. */
    public Duration inactivity() {
        return b.inactivity;
    }

    /** Fixed reqid; 0: allocated. */
    public int reqid() {
        return b.reqid;
    }

    /** Mark of inbound policies and SAs: value in the upper, mask in the lower 32 bits. */
    public long markIn() {
        return b.markIn;
    }

    /** Mark of outbound policies and SAs: value in the upper, mask in the lower 32 bits. */
    public long markOut() {
        return b.markOut;
    }

    /** XFRM interface id, inbound. */
    public int ifIdIn() {
        return b.ifIdIn;
    }

    /** XFRM interface id, outbound. */
    public int ifIdOut() {
        return b.ifIdOut;
    }

    /** Pad packets to this many octets; -1: to the path MTU; 0: not. */
    public int tfcPadding() {
        return b.tfcPadding;
    }

    /** Whether to offer IPComp. */
    public boolean ipcomp() {
        return b.ipcomp;
    }

    /** Fixed policy priority; 0: computed. */
    public int priority() {
        return b.priority;
    }

    /** Restrict policies to this interface; empty: none. */
    public String interfaceName() {
        return b.interfaceName;
    }

    /** IPsec modes. */
    public enum Mode {
        /** Whole packets (RFC 4303 section 3.1.2). */
        TUNNEL,
        /** Payloads only (RFC 4303 section 3.1.1). */
        TRANSPORT,
        /** Let pass without protection. */
        PASS,
        /** Discard. */
        DROP;

        /** Whether a child is no SA but a policy of its own. */
        public boolean isShunt() {
            return this == PASS || this == DROP;
        }
    }

    /** What to do at load time or when the peer closes the CHILD_SA. */
    public enum StartAction {
        /** Nothing. */
        NONE,
        /** Install a trap policy. */
        TRAP,
        /** Initiate. */
        START,
        /** Both. */
        TRAP_START
    }

    /** What to do when the peer is gone. */
    public enum DpdAction {
        /** Close. */
        CLEAR,
        /** Close and install a trap policy. */
        TRAP,
        /** Initiate anew. */
        RESTART
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ChildConfig that && b.values().equals(that.b.values());
    }

    @Override
    public int hashCode() {
        return b.values().hashCode();
    }

    /** Collects the values; not thread-safe. */
    public static final class Builder {

        private String name;
        private Mode mode = Mode.TUNNEL;
        private List<Proposal> proposals = List.of();
        private List<SelectorTemplate> localSelectors = List.of(SelectorTemplate.DYNAMIC);
        private List<SelectorTemplate> remoteSelectors = List.of(SelectorTemplate.DYNAMIC);
        private Lifetime lifetime = Lifetime.builder().build();
        private StartAction startAction = StartAction.NONE;
        private DpdAction dpdAction = DpdAction.CLEAR;
        private StartAction closeAction = StartAction.NONE;
        private int replayWindow = 32;
        private boolean installPolicies = true;
        private String updown = "";
        private boolean hostAccess = false;
        private Duration inactivity = Duration.ZERO;
        private int reqid = 0;
        private long markIn = 0;
        private long markOut = 0;
        private int ifIdIn = 0;
        private int ifIdOut = 0;
        private int tfcPadding = 0;
        private boolean ipcomp = false;
        private int priority = 0;
        private String interfaceName = "";

        private Builder() {}

        /** Name, unique within its connection. */
        public Builder name(String value) {
            this.name = Objects.requireNonNull(value);
            return this;
        }

        /** IPsec mode. */
        public Builder mode(Mode value) {
            this.mode = Objects.requireNonNull(value);
            return this;
        }

        /** ESP or AH proposals in order of preference; empty: the daemon's default. */
        public Builder proposals(List<Proposal> value) {
            this.proposals = List.copyOf(value);
            return this;
        }

        /** Our side of the traffic. */
        public Builder localSelectors(List<SelectorTemplate> value) {
            this.localSelectors = List.copyOf(value);
            return this;
        }

        /** Peer's side of the traffic. */
        public Builder remoteSelectors(List<SelectorTemplate> value) {
            this.remoteSelectors = List.copyOf(value);
            return this;
        }

        /** When it is rekeyed and when it ends. */
        public Builder lifetime(Lifetime value) {
            this.lifetime = Objects.requireNonNull(value);
            return this;
        }

        /** What to do when the configuration is loaded. */
        public Builder startAction(StartAction value) {
            this.startAction = Objects.requireNonNull(value);
            return this;
        }

        /** What to do when the peer is gone. */
        public Builder dpdAction(DpdAction value) {
            this.dpdAction = Objects.requireNonNull(value);
            return this;
        }

        /** What to do when the peer closes it. */
        public Builder closeAction(StartAction value) {
            this.closeAction = Objects.requireNonNull(value);
            return this;
        }

        /** Anti-replay window in packets; 0: none. */
        public Builder replayWindow(int value) {
            this.replayWindow = value;
            return this;
        }

        /** Whether policies are installed. */
        public Builder installPolicies(boolean value) {
            this.installPolicies = value;
            return this;
        }

        /** Script to run when it comes up or goes down; empty: none. */
        public Builder updown(String value) {
            this.updown = Objects.requireNonNull(value);
            return this;
        }

        /** Passed to the script. */
        public Builder hostAccess(boolean value) {
            this.hostAccess = value;
            return this;
        }

        /** Idle time after which it is closed; 0: never. */
        public Builder inactivity(Duration value) {
            this.inactivity = Objects.requireNonNull(value);
            return this;
        }

        /** Fixed reqid; 0: allocated. */
        public Builder reqid(int value) {
            this.reqid = value;
            return this;
        }

        /** Mark of inbound policies and SAs: value in the upper, mask in the lower 32 bits. */
        public Builder markIn(long value) {
            this.markIn = value;
            return this;
        }

        /** Mark of outbound policies and SAs: value in the upper, mask in the lower 32 bits. */
        public Builder markOut(long value) {
            this.markOut = value;
            return this;
        }

        /** XFRM interface id, inbound. */
        public Builder ifIdIn(int value) {
            this.ifIdIn = value;
            return this;
        }

        /** XFRM interface id, outbound. */
        public Builder ifIdOut(int value) {
            this.ifIdOut = value;
            return this;
        }

        /** Pad packets to this many octets; -1: to the path MTU; 0: not. */
        public Builder tfcPadding(int value) {
            this.tfcPadding = value;
            return this;
        }

        /** Whether to offer IPComp. */
        public Builder ipcomp(boolean value) {
            this.ipcomp = value;
            return this;
        }

        /** Fixed policy priority; 0: computed. */
        public Builder priority(int value) {
            this.priority = value;
            return this;
        }

        /** Restrict policies to this interface; empty: none. */
        public Builder interfaceName(String value) {
            this.interfaceName = Objects.requireNonNull(value);
            return this;
        }

        private List<Object> values() {
            return Arrays.asList(
                    name,
                    mode,
                    proposals,
                    localSelectors,
                    remoteSelectors,
                    lifetime,
                    startAction,
                    dpdAction,
                    closeAction,
                    replayWindow,
                    installPolicies,
                    updown,
                    hostAccess,
                    inactivity,
                    reqid,
                    markIn,
                    markOut,
                    ifIdIn,
                    ifIdOut,
                    tfcPadding,
                    ipcomp,
                    priority,
                    interfaceName);
        }

        /** Throws {@link NullPointerException} if a value without default is missing. */
        public ChildConfig build() {
            Objects.requireNonNull(name, "name");
            return new ChildConfig(copy());
        }

        private Builder copy() {
            Builder copy = new Builder();
            copy.name = name;
            copy.mode = mode;
            copy.proposals = proposals;
            copy.localSelectors = localSelectors;
            copy.remoteSelectors = remoteSelectors;
            copy.lifetime = lifetime;
            copy.startAction = startAction;
            copy.dpdAction = dpdAction;
            copy.closeAction = closeAction;
            copy.replayWindow = replayWindow;
            copy.installPolicies = installPolicies;
            copy.updown = updown;
            copy.hostAccess = hostAccess;
            copy.inactivity = inactivity;
            copy.reqid = reqid;
            copy.markIn = markIn;
            copy.markOut = markOut;
            copy.ifIdIn = ifIdIn;
            copy.ifIdOut = ifIdOut;
            copy.tfcPadding = tfcPadding;
            copy.ipcomp = ipcomp;
            copy.priority = priority;
            copy.interfaceName = interfaceName;
            return copy;
        }
    }
}
