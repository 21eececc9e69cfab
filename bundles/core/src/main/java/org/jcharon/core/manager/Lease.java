// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

/** The sole right to use an IKE_SA. Belongs to the thread that got it; every method but {@link #isHeld} throws on another. */
public interface Lease extends AutoCloseable {

    /** The IKE_SA. */
    ManagedSa sa();

    /** Throws {@link IllegalStateException} unless the calling thread holds this lease. */
    void assertHeld();

    /** Whether the calling thread holds this lease. */
    boolean isHeld();

    /** On closing the entry is removed, the IKE_SA {@code destroyed()} and each queued item told that it is gone. */
    void driveOut();

    /** Whether {@link #driveOut} was called. */
    boolean isDrivenOut();

    /** Sets the tag of log lines again, after the name of the connection became known. */
    void retag();

    /** Has an action run by this thread after the checkin, in order: for events to observers. */
    void afterCheckin(Runnable action);

    /** The checkin: publishes a snapshot and posts a job if items wait; runs none of them. Closing twice does nothing. */
    @Override
    void close();
}
