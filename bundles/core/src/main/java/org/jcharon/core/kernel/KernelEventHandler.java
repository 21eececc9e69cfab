// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.kernel;

import org.jcharon.api.config.TrafficSelector;
import org.jcharon.api.kernel.SaId;
import org.jcharon.api.socket.Endpoint;

/** Acts on what kernel plugins report, on job threads; arguments as in {@link org.jcharon.api.kernel.KernelEvents}. */
public interface KernelEventHandler {

    /** A packet met a trap policy. */
    void acquire(int reqid, TrafficSelector source, TrafficSelector destination);

    /** An SA reached a limit. */
    void expire(SaId sa, boolean hard);

    /** A NAT mapping changed. */
    void mapping(SaId inbound, Endpoint newRemote);

    /** ESP came for an SPI that no SA has; some such packets are left out. */
    void unknownSpi(int spi, Endpoint source, Endpoint destination);

    /** Addresses or routes changed; several events in a short time come as one. */
    void roam(boolean address);
}
