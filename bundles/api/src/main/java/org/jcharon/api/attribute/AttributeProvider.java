// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.attribute;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.credential.Identification;
import org.osgi.annotation.versioning.ConsumerType;

/** Assigns virtual IPs and attributes to peers; plugins register it. Any thread. Each method may wait. */
@ConsumerType
public interface AttributeProvider {

    /**
     * Assigns an address from the first of {@code pools} that is known here and has one free; the same peer gets the same one
     * again where possible. Empty if no pool is known or all are full.
     *
     * @param requested the address that the peer would like; 0.0.0.0 or :: for any, which also names the family
     */
    CompletionStage<Optional<InetAddress>> acquire(List<String> pools, Identification peer, InetAddress requested);

    /** Takes an assigned address back; unknown ones are ignored. */
    void release(List<String> pools, Identification peer, InetAddress address);

    /** The pools here as they are now; in memory. */
    default List<PoolInfo> pools() {
        return List.of();
    }

    /** Attributes for a peer that got addresses from {@code pools}. */
    default CompletionStage<List<ConfigurationAttribute>> attributes(List<String> pools, Identification peer) {
        return CompletableFuture.completedFuture(List.of());
    }
}
