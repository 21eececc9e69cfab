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

    /** Interfaces, addresses or routes changed; {@code address}: the set of addresses did. */
    void roam(boolean address);
}
