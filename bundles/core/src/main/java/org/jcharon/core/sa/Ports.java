// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

/** UDP ports that a peer listens on unless it is configured otherwise (RFC 7296 section 2). */
public final class Ports {

    /** IKE. */
    public static final int IKE = 500;
    /** IKE and ESP behind NAT, and with MOBIKE. */
    public static final int NAT = 4500;

    private Ports() {}
}
