// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

/** Security protocol of a proposal, a notify or a delete (RFC 7296 section 3.3.1), 0 to 255; unknown numbers are kept. */
public record ProtocolId(int value) {

    /** None: a notify about no SA. */
    public static final ProtocolId NONE = new ProtocolId(0);
    /** IKE; SPI of 8 octets, or none in IKE_SA_INIT. */
    public static final ProtocolId IKE = new ProtocolId(1);
    /** AH; SPI of 4 octets. */
    public static final ProtocolId AH = new ProtocolId(2);
    /** ESP; SPI of 4 octets. */
    public static final ProtocolId ESP = new ProtocolId(3);

    /** Throws {@link IllegalArgumentException} outside 0 to 255. */
    public ProtocolId {
        if (value < 0 || value > 255) {
            throw new IllegalArgumentException("protocol " + value);
        }
    }

    @Override
    public String toString() {
        return switch (value) {
            case 0 -> "none";
            case 1 -> "IKE";
            case 2 -> "AH";
            case 3 -> "ESP";
            default -> "PROTO_" + value;
        };
    }
}
