// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.control;

/**
 * How a command ended.
 *
 * @param kind how
 * @param reason why, for a person; on success what was done
 * @param matches SAs that the command concerned
 * @param completed those of them for which it did what was asked
 */
public record Outcome(Kind kind, String reason, int matches, int completed) {

    /** Ways to end. */
    public enum Kind {
        /** What was asked is done. */
        DONE,
        /** It failed. */
        FAILED,
        /** It was not done in time; it may go on. */
        TIMEOUT,
        /** No configuration or SA of that name. */
        NOT_FOUND,
        /** Not begun, because limits of half-open IKE_SAs or of the load are reached. */
        LIMITED
    }

    /** Whether it did what was asked. */
    public boolean success() {
        return kind == Kind.DONE;
    }

    /** Success. */
    public static Outcome done(String what) {
        return new Outcome(Kind.DONE, what, 0, 0);
    }

    /** Failure. */
    public static Outcome failed(String why) {
        return new Outcome(Kind.FAILED, why, 0, 0);
    }

    /** Any other end that concerns no counted SAs. */
    public static Outcome of(Kind kind, String why) {
        return new Outcome(kind, why, 0, 0);
    }
}
