// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.processing;

/** Priorities of jobs; threads can be reserved for each. */
public enum Priority {
    /** Short and urgent: events of the kernel, completions. */
    CRITICAL,
    /** Exchanges of established SAs: INFORMATIONAL. */
    HIGH,
    /** IKE_SA_INIT, CREATE_CHILD_SA. */
    MEDIUM,
    /** IKE_AUTH and whatever has time. */
    LOW
}
