// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

import java.util.function.Consumer;

/** Something to do with an IKE_SA once nobody else uses it. */
@FunctionalInterface
public interface SaJob {

    /** Work under a name for watchdogs; nothing happens if the IKE_SA is gone. */
    static SaJob of(String name, Consumer<Lease> work) {
        return new SaJob() {
            @Override
            public void run(Lease lease) {
                work.accept(lease);
            }

            @Override
            public String name() {
                return name;
            }
        };
    }

    /** Does it; the lease is the manager's to close. An exception destroys that IKE_SA, and no other. */
    void run(Lease lease);

    /** Called once instead of {@link #run} if the IKE_SA went while this was queued; without a lease, on any thread. */
    default void gone() {}

    /** What a watchdog calls it. */
    default String name() {
        return getClass().getSimpleName();
    }
}
