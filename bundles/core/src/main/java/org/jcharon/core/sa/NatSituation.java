// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

/**
 * What NAT detection found between the ends of an IKE_SA (RFC 7296 section 2.23).
 *
 * @param local our end is behind a NAT, or we pretend so
 * @param remote the peer is behind a NAT, or pretends so
 * @param faked we pretend
 */
public record NatSituation(boolean local, boolean remote, boolean faked) {

    /** No NAT anywhere. */
    public static final NatSituation NONE = new NatSituation(false, false, false);

    /** Whether ESP has to go in UDP. */
    public boolean isAny() {
        return local || remote;
    }

    /** Whether a NAT is before us that nobody faked. */
    public boolean isOurs() {
        return local && !faked;
    }
}
