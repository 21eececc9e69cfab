// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

/** Kinds of tasks; the label is strongSwan's, as {@code --list-sas} shows it. */
public enum TaskType {
    /** IKE_SA_INIT. */
    IKE_INIT,
    /** Additional key exchanges before authentication. */
    IKE_INTERMEDIATE,
    /** NAT detection. */
    IKE_NATD,
    /** Addresses (RFC 4555). */
    IKE_MOBIKE,
    /** Authentication. */
    IKE_AUTH,
    /** Configuration payloads. */
    IKE_CONFIG,
    /** Establishment after the last authentication round. */
    IKE_ESTABLISH,
    /** Additional key exchanges for what another exchange began. */
    FOLLOW_UP,
    /** IKE_SA rekeying. */
    IKE_REKEY,
    /** IKE_SA reauthentication. */
    IKE_REAUTH,
    /** Lifetime of an authentication. */
    IKE_AUTH_LIFETIME,
    /** Sending a client to another gateway. */
    IKE_REDIRECT,
    /** Counters of messages after another member of a cluster was taken over from. */
    IKE_MID_SYNC,
    /** IKE_SA deletion. */
    IKE_DELETE,
    /** Liveness check. */
    IKE_DPD,
    /** CHILD_SA creation. */
    CHILD_CREATE,
    /** CHILD_SA rekeying. */
    CHILD_REKEY,
    /** CHILD_SA deletion. */
    CHILD_DELETE,
    /** An INFORMATIONAL exchange without a meaning to other tasks. */
    INFORMATIONAL
}
