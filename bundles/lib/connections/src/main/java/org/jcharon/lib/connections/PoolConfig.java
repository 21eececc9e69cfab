// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.connections;

import java.net.InetAddress;
import java.util.List;
import org.jcharon.api.attribute.ConfigurationAttribute;

/**
 * A pool of virtual IPs.
 *
 * @param name unique
 * @param base what the pool is shown by: the address of the network or the first of the range
 * @param first first address that is assigned
 * @param size number of addresses that are assigned, from {@code first} upwards
 * @param attributes go to each peer that uses the pool
 */
public record PoolConfig(
        String name, InetAddress base, InetAddress first, long size, List<ConfigurationAttribute> attributes) {
    /** Copies the list. */
    public PoolConfig {
        attributes = List.copyOf(attributes);
    }
}
