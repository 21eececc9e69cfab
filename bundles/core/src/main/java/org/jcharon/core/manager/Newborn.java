// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

/**
 * An IKE_SA to be (rekeying): its SPI is reserved and what arrives for it is queued, but nobody else finds it. It belongs to the task
 * of the old IKE_SA, which calls this under the old one's lease and ends it by {@link #publish} or {@link #discard}.
 */
public interface Newborn {

    /** Our SPI. */
    long localSpi();

    /** Puts the IKE_SA in and leases it to the calling thread. Once. */
    Lease adopt(ManagedSa sa);

    /** Leases it again to the calling thread, while it is neither leased nor published. */
    Lease lease();

    /** From now on, or from the closing of its lease if it is leased, it is an IKE_SA like others. */
    void publish();

    /**
     * Gives it up: what is queued is told so, an adopted IKE_SA is {@code destroyed()}, at the closing of its lease if the calling
     * thread has it leased. Does nothing after either end.
     */
    void discard();
}
