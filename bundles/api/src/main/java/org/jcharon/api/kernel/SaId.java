// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.kernel;

import java.net.InetAddress;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.crypto.ProtocolId;

/**
 * What names one IPsec SA in the system.
 *
 * @param destination address that its packets are sent to
 * @param protocol ESP or AH
 * @param spi 4 octets as an unsigned number
 * @param mark value in the upper, mask in the lower 32 bits; 0: none
 */
public record SaId(InetAddress destination, ProtocolId protocol, int spi, long mark) {

    /** Without mark. */
    public SaId(InetAddress destination, ProtocolId protocol, int spi) {
        this(destination, protocol, spi, 0);
    }

    @Override
    public String toString() {
        return protocol + " SPI " + String.format("%08x", spi) + " to " + Addresses.text(destination);
    }
}
