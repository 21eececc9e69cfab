// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.sa;

/**
 * States of an IKE_SA.
 *
 * <pre>
 * CREATED → CONNECTING → ESTABLISHED → REKEYING → REKEYED → DELETING → DESTROYING
 *                           ↑______________|
 * </pre>
 */
public enum IkeSaState {
    /** Made, nothing sent or received. */
    CREATED,
    /** IKE_SA_INIT or IKE_AUTH under way. */
    CONNECTING,
    /** Authenticated. */
    ESTABLISHED,
    /** A rekeying that we began is under way. */
    REKEYING,
    /** Replaced by another; waits for its DELETE. */
    REKEYED,
    /** DELETE sent, answer outstanding. */
    DELETING,
    /** About to leave memory. */
    DESTROYING
}
