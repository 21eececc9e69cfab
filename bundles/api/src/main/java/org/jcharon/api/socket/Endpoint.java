// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.socket;

import java.net.InetAddress;
import org.jcharon.api.config.Addresses;

/**
 * An address and a UDP port.
 *
 * @param address never a name
 * @param port 0 to 65535
 */
public record Endpoint(InetAddress address, int port) {

    /** Throws {@link IllegalArgumentException} for a port out of range. */
    public Endpoint {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("port " + port);
        }
    }

    /** The same address with another port. */
    public Endpoint withPort(int newPort) {
        return new Endpoint(address, newPort);
    }

    /** Whether the address is 0.0.0.0 or ::. */
    public boolean isAny() {
        return address.isAnyLocalAddress();
    }

    /** strongSwan's form {@code 192.0.2.1[500]}. */
    @Override
    public String toString() {
        return Addresses.text(address) + "[" + port + "]";
    }
}
