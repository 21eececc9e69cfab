// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.socket;

import org.osgi.annotation.versioning.ProviderType;

/** Sends ESP in UDP over whichever socket is there. Provided by core; any thread; never waits. */
@ProviderType
public interface EspSender {

    /**
     * Sends one ESP packet from the UDP-encapsulation port.
     *
     * @param octets borrowed for the call
     * @return false if there is no socket or the system refuses; the packet is lost then
     */
    boolean sendEsp(Endpoint source, Endpoint destination, byte[] octets, int offset, int length);
}
