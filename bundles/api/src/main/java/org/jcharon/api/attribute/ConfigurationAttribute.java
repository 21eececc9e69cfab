// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.attribute;

import org.jcharon.api.wire.Chunk;

/**
 * One attribute of a CP payload (RFC 7296 section 3.15.1).
 *
 * @param type attribute type, 0 to 32767
 * @param value at most 65535 octets; empty asks for it in a request
 */
public record ConfigurationAttribute(int type, Chunk value) {

    /** An IPv4 address. */
    public static final int INTERNAL_IP4_ADDRESS = 1;
    /** A DNS server. */
    public static final int INTERNAL_IP4_DNS = 3;
    /** An IPv6 address and prefix length. */
    public static final int INTERNAL_IP6_ADDRESS = 8;
    /** A DNS server. */
    public static final int INTERNAL_IP6_DNS = 10;

    /** Throws {@link IllegalArgumentException} out of range. */
    public ConfigurationAttribute {
        if (type < 0 || type > 0x7FFF || value.length() > 0xFFFF) {
            throw new IllegalArgumentException("attribute " + type + " of " + value.length() + " octets");
        }
    }
}
