// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

import org.jcharon.api.sa.IkeSaId;
import org.jcharon.api.sa.IkeSaInfo;
import org.jcharon.api.socket.Endpoint;

/** An IKE_SA as its manager sees it. Not thread-safe: every method is called under a lease, by its thread. */
public interface ManagedSa {

    /** SPIs and role; the responder's SPI may change until it is established. */
    IkeSaId id();

    /** Unique number, constant. */
    long uniqueId();

    /** Name of the connection, empty until known; for the log tag {@code name|id}. */
    String name();

    /** Handles a message for it. */
    void process(ReceivedMessage message);

    /**
     * The request whose processing waits for somebody else beyond this lease, so that repeats of it are dropped; asked at each
     * checkin.
     *
     * @return its message ID, -1 if none waits
     */
    default long waitingRequest() {
        return -1;
    }

    /** Whether it is not yet authenticated. */
    boolean isHalfOpen();

    /** Whether we are the original initiator. */
    boolean wasInitiatedByUs();

    /** Peer's end. */
    Endpoint remote();

    /** How it is now. */
    IkeSaInfo snapshot();

    /** The daemon ends: sends a DELETE if there is a peer that should know, and drives itself out now or once it was answered. */
    default void shutdown(Lease lease) {
        lease.driveOut();
    }

    /** The last call: wipes keys, uninstalls what is installed, cancels timers, discards a newborn of its own. */
    void destroyed();
}
