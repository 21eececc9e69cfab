// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.sa;

/** States of a CHILD_SA. */
public enum ChildSaState {
    /** Made, nothing installed. */
    CREATED,
    /** Trap policies installed. */
    ROUTED,
    /** SAs are being installed. */
    INSTALLING,
    /** Both directions installed. */
    INSTALLED,
    /** Expired or replaced by us; a rekeying is under way. */
    REKEYING,
    /** Replaced; waits for its DELETE, or for late packets. */
    REKEYED,
    /** DELETE sent, answer outstanding. */
    DELETING,
    /** Deleted by both; inbound SA kept for late packets. */
    DELETED,
    /** About to leave memory. */
    DESTROYING
}
