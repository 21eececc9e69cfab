// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.kernel;

import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.socket.Endpoint;
import org.osgi.annotation.versioning.ProviderType;

/** Takes events of the kernel plugins. Provided by core; any thread; returns at once. */
@ProviderType
public interface KernelEvents {

    /** A packet met a trap policy. */
    void acquire(int reqid, TrafficSelector source, TrafficSelector destination);

    /** An SA reached its soft ({@code hard} false: rekey) or hard limit. */
    void expire(SaId sa, boolean hard);

    /** Authenticated ESP came from another source than the SA knows: a NAT mapping changed. */
    void mapping(SaId inbound, Endpoint newRemote);

    /**
     * ESP came for an SPI that no SA has (RFC 7296 section 1.5). Nothing is verified: anybody can send such a packet. May be called for
     * each one, on the thread that packets wait for: few a second are taken, the others are dropped here without a lock.
     *
     * @param spi as it stood in the packet, its first octet the most significant
     * @param source where the packet came from; port 0 if it did not come in UDP
     * @param destination where it arrived; port 0 if it did not come in UDP
     */
    void unknownSpi(int spi, Endpoint source, Endpoint destination);

    /** Interfaces, addresses or routes changed; {@code address}: the set of addresses did. */
    void roam(boolean address);
}
