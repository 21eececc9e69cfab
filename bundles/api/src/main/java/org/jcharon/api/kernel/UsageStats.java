// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.kernel;

/**
 * What an SA has carried.
 *
 * @param octets octets of the protected packets
 * @param packets packets
 * @param idleSeconds seconds since the last packet, -1 if there was none
 */
public record UsageStats(long octets, long packets, long idleSeconds) {

    /** Nothing. */
    public static final UsageStats NONE = new UsageStats(0, 0, -1);
}
