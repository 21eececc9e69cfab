// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.processing;

/** A unit of work of the job pool: short, never waiting for anything slow. What it throws is logged and ends it alone. */
public interface Job {

    /** Does the work, on a thread of the pool. */
    void run();

    /** Priority, constant. */
    default Priority priority() {
        return Priority.MEDIUM;
    }

    /** What a watchdog or a stack dump calls it. */
    default String name() {
        return getClass().getSimpleName();
    }

    /** A job of the given name and priority. */
    static Job of(String name, Priority priority, Runnable work) {
        return new Job() {
            @Override
            public void run() {
                work.run();
            }

            @Override
            public Priority priority() {
                return priority;
            }

            @Override
            public String name() {
                return name;
            }
        };
    }
}
