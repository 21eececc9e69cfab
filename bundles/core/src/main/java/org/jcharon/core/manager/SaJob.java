// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

/** Something to do with an IKE_SA once nobody else uses it. */
@FunctionalInterface
public interface SaJob {

    /** Does it; the lease is the manager's to close. An exception destroys that IKE_SA, and no other. */
    void run(Lease lease);

    /** Called once instead of {@link #run} if the IKE_SA went while this was queued; without a lease, on any thread. */
    default void gone() {}

    /** What a watchdog calls it. */
    default String name() {
        return getClass().getSimpleName();
    }
}
