// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.control;

/**
 * How a command ended.
 *
 * @param success whether it did what was asked
 * @param reason if not, why, for a person; on success what was done
 */
public record Outcome(boolean success, String reason) {

    /** Success. */
    public static Outcome done(String what) {
        return new Outcome(true, what);
    }

    /** Failure. */
    public static Outcome failed(String why) {
        return new Outcome(false, why);
    }
}
