// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.kernel;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.Lifetime;
import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.wire.Secret;

/**
 * One IPsec SA to install, one direction. Immutable; owns its keys: {@link #close()} wipes them, after the system took its copy.
 */
public final class KernelSa implements AutoCloseable {

    private final Builder b;

    private KernelSa(Builder builder) {
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

    /** Destination, protocol, SPI. */
    public SaId id() {
        return b.id;
    }

    /** Address that its packets come from. */
    public InetAddress source() {
        return b.source;
    }

    /** Direction. */
    public boolean inbound() {
        return b.inbound;
    }

    /** Whether we initiated the exchange that made it. */
    public boolean initiator() {
        return b.initiator;
    }

    /** Ties SAs and policies together. */
    public int reqid() {
        return b.reqid;
    }

    /** IPsec mode. */
    public ChildConfig.Mode mode() {
        return b.mode;
    }

    /** ENCR transform; NULL for AH. */
    public TransformId encryption() {
        return b.encryption;
    }

    /** Key material of the ENCR transform, salt included. */
    public Secret encryptionKey() {
        return b.encryptionKey;
    }

    /** INTEG transform; {@code NONE} beside an AEAD. */
    public TransformId integrity() {
        return b.integrity;
    }

    /** Key of the INTEG transform, empty for none. */
    public Secret integrityKey() {
        return b.integrityKey;
    }

    /** Whether sequence numbers have 64 bits. */
    public boolean extendedSequenceNumbers() {
        return b.extendedSequenceNumbers;
    }

    /** Anti-replay window in packets; 0: none. */
    public int replayWindow() {
        return b.replayWindow;
    }

    /** UDP source port of ESP in UDP; 0: no encapsulation. */
    public int encapsulationSourcePort() {
        return b.encapsulationSourcePort;
    }

    /** UDP destination port of ESP in UDP; 0: no encapsulation. */
    public int encapsulationDestinationPort() {
        return b.encapsulationDestinationPort;
    }

    /** Limits; the random part is already subtracted. */
    public Lifetime lifetime() {
        return b.lifetime;
    }

    /** What the packets inside may come from. */
    public List<TrafficSelector> sourceSelectors() {
        return b.sourceSelectors;
    }

    /** What the packets inside may go to. */
    public List<TrafficSelector> destinationSelectors() {
        return b.destinationSelectors;
    }

    /** Whether it replaces the entry that {@link KernelIpsec#allocateSpi} made. */
    public boolean update() {
        return b.update;
    }

    /** XFRM interface id; 0: none. */
    public int ifId() {
        return b.ifId;
    }

    /** Pad packets to this many octets; 0: not. */
    public int tfcPadding() {
        return b.tfcPadding;
    }

    /** Whether packets go in UDP. */
    public boolean isEncapsulated() {
        return b.encapsulationDestinationPort != 0;
    }

    @Override
    public void close() {
        b.encryptionKey.close();
        b.integrityKey.close();
    }

    @Override
    public String toString() {
        return b.id + (b.inbound ? " inbound" : " outbound");
    }

    /** Collects the values; not thread-safe. */
    public static final class Builder {

        private SaId id;
        private InetAddress source;
        private boolean inbound = false;
        private boolean initiator = false;
        private int reqid = 0;
        private ChildConfig.Mode mode = ChildConfig.Mode.TUNNEL;
        private TransformId encryption;
        private Secret encryptionKey;
        private TransformId integrity = TransformId.integ(0);
        private Secret integrityKey = Secret.own(new byte[0]);
        private boolean extendedSequenceNumbers = false;
        private int replayWindow = 32;
        private int encapsulationSourcePort = 0;
        private int encapsulationDestinationPort = 0;
        private Lifetime lifetime = Lifetime.builder().build();
        private List<TrafficSelector> sourceSelectors = List.of();
        private List<TrafficSelector> destinationSelectors = List.of();
        private boolean update = false;
        private int ifId = 0;
        private int tfcPadding = 0;

        private Builder() {}

        /** Destination, protocol, SPI. */
        public Builder id(SaId value) {
            this.id = Objects.requireNonNull(value);
            return this;
        }

        /** Address that its packets come from. */
        public Builder source(InetAddress value) {
            this.source = Objects.requireNonNull(value);
            return this;
        }

        /** Direction. */
        public Builder inbound(boolean value) {
            this.inbound = value;
            return this;
        }

        /** Whether we initiated the exchange that made it. */
        public Builder initiator(boolean value) {
            this.initiator = value;
            return this;
        }

        /** Ties SAs and policies together. */
        public Builder reqid(int value) {
            this.reqid = value;
            return this;
        }

        /** IPsec mode. */
        public Builder mode(ChildConfig.Mode value) {
            this.mode = Objects.requireNonNull(value);
            return this;
        }

        /** ENCR transform; NULL for AH. */
        public Builder encryption(TransformId value) {
            this.encryption = Objects.requireNonNull(value);
            return this;
        }

        /** Key material of the ENCR transform, salt included. */
        public Builder encryptionKey(Secret value) {
            this.encryptionKey = Objects.requireNonNull(value);
            return this;
        }

        /** INTEG transform; {@code NONE} beside an AEAD. */
        public Builder integrity(TransformId value) {
            this.integrity = Objects.requireNonNull(value);
            return this;
        }

        /** Key of the INTEG transform, empty for none. */
        public Builder integrityKey(Secret value) {
            this.integrityKey = Objects.requireNonNull(value);
            return this;
        }

        /** Whether sequence numbers have 64 bits. */
        public Builder extendedSequenceNumbers(boolean value) {
            this.extendedSequenceNumbers = value;
            return this;
        }

        /** Anti-replay window in packets; 0: none. */
        public Builder replayWindow(int value) {
            this.replayWindow = value;
            return this;
        }

        /** UDP source port of ESP in UDP; 0: no encapsulation. */
        public Builder encapsulationSourcePort(int value) {
            this.encapsulationSourcePort = value;
            return this;
        }

        /** UDP destination port of ESP in UDP; 0: no encapsulation. */
        public Builder encapsulationDestinationPort(int value) {
            this.encapsulationDestinationPort = value;
            return this;
        }

        /** Limits; the random part is already subtracted. */
        public Builder lifetime(Lifetime value) {
            this.lifetime = Objects.requireNonNull(value);
            return this;
        }

        /** What the packets inside may come from. */
        public Builder sourceSelectors(List<TrafficSelector> value) {
            this.sourceSelectors = List.copyOf(value);
            return this;
        }

        /** What the packets inside may go to. */
        public Builder destinationSelectors(List<TrafficSelector> value) {
            this.destinationSelectors = List.copyOf(value);
            return this;
        }

        /** Whether it replaces the entry that {@link KernelIpsec#allocateSpi} made. */
        public Builder update(boolean value) {
            this.update = value;
            return this;
        }

        /** XFRM interface id; 0: none. */
        public Builder ifId(int value) {
            this.ifId = value;
            return this;
        }

        /** Pad packets to this many octets; 0: not. */
        public Builder tfcPadding(int value) {
            this.tfcPadding = value;
            return this;
        }

        /** Throws {@link NullPointerException} if a value without default is missing. */
        public KernelSa build() {
            Objects.requireNonNull(id, "id");
            Objects.requireNonNull(source, "source");
            Objects.requireNonNull(encryption, "encryption");
            Objects.requireNonNull(encryptionKey, "encryptionKey");
            return new KernelSa(copy());
        }

        private Builder copy() {
            Builder copy = new Builder();
            copy.id = id;
            copy.source = source;
            copy.inbound = inbound;
            copy.initiator = initiator;
            copy.reqid = reqid;
            copy.mode = mode;
            copy.encryption = encryption;
            copy.encryptionKey = encryptionKey;
            copy.integrity = integrity;
            copy.integrityKey = integrityKey;
            copy.extendedSequenceNumbers = extendedSequenceNumbers;
            copy.replayWindow = replayWindow;
            copy.encapsulationSourcePort = encapsulationSourcePort;
            copy.encapsulationDestinationPort = encapsulationDestinationPort;
            copy.lifetime = lifetime;
            copy.sourceSelectors = sourceSelectors;
            copy.destinationSelectors = destinationSelectors;
            copy.update = update;
            copy.ifId = ifId;
            copy.tfcPadding = tfcPadding;
            return copy;
        }
    }
}
