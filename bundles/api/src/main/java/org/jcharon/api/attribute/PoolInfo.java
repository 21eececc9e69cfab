// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.attribute;

import java.net.InetAddress;
import java.util.List;
import org.jcharon.api.credential.Identification;
import org.osgi.annotation.versioning.ConsumerType;

/** A pool of virtual IPs as it was at one moment. Immutable. */
@ConsumerType
public interface PoolInfo {

    /**
     * An address that was given to a peer.
     *
     * @param address the address
     * @param identity who has or had it
     * @param online whether it is in use
     */
    record PoolLease(InetAddress address, Identification identity, boolean online) {}

    /** Name. */
    String name();

    /** Address of the network, or first of the range. */
    InetAddress base();

    /** Number of addresses that can be assigned. */
    long size();

    /** Number of addresses in use. */
    long online();

    /** Number of addresses kept for peers that are gone. */
    long offline();

    /** Leases, those in use first. */
    List<PoolLease> leases();
}
