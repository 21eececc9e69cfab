// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import java.time.Duration;

/**
 * One run.
 *
 * @param total IKE_SAs to make
 * @param concurrent initiations under way at most
 * @param rate initiations begun a second at most; 0: no limit
 * @param delay time for which the place of one that is done stays empty
 * @param children CHILD_SAs of each
 * @param hold time to wait when all are done
 * @param deleteAfterEstablished whether each is closed as soon as it is up
 */
record LoadPlan(
        int total,
        int concurrent,
        double rate,
        Duration delay,
        int children,
        Duration hold,
        boolean deleteAfterEstablished) {

    LoadPlan {
        if (total < 1 || concurrent < 1 || children < 1 || rate < 0) {
            throw new IllegalArgumentException(
                    "total " + total + ", concurrent " + concurrent + ", children " + children + ", rate " + rate);
        }
    }
}
