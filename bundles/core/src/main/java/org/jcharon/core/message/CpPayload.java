// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import java.util.List;
import org.jcharon.api.attribute.ConfigurationAttribute;

/**
 * Configuration payload (RFC 7296 section 3.15).
 *
 * @param cfgType {@link #REQUEST} to {@link #ACK}; other numbers, 0 to 255, are kept
 * @param attributes in the sender's order; unknown types are kept
 */
public record CpPayload(int cfgType, List<ConfigurationAttribute> attributes) implements Payload {

    /** CFG_REQUEST. */
    public static final int REQUEST = 1;
    /** CFG_REPLY. */
    public static final int REPLY = 2;
    /** CFG_SET. */
    public static final int SET = 3;
    /** CFG_ACK. */
    public static final int ACK = 4;

    /** Copies the list; throws {@link IllegalArgumentException} for a type out of range. */
    public CpPayload {
        attributes = List.copyOf(attributes);
        if (cfgType < 0 || cfgType > 255) {
            throw new IllegalArgumentException("CFG type " + cfgType);
        }
    }

    @Override
    public PayloadType type() {
        return PayloadType.CP;
    }
}
