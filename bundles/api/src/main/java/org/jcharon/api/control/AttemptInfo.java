// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.control;

import java.time.Instant;
import org.osgi.annotation.versioning.ProviderType;

/** How an attempt to bring a connection up ended, or why a peer that asked for it was refused. Immutable. */
@ProviderType
public interface AttemptInfo {

    /** How it ended. */
    enum Kind {
        /** We initiated, and it came up. */
        UP,
        /** We initiated, and it did not. */
        FAILED,
        /** A peer initiated, and we refused. */
        REFUSED
    }

    /** Kind. */
    Kind kind();

    /** When it ended. */
    Instant time();

    /** Connection; empty if none fitted the peer. */
    String connection();

    /** Child that was wanted; empty: none, or not known yet. */
    String child();

    /** Address and identity of the peer as far as they are known, for a person; may be empty. */
    String peer();

    /** What happened, for a person. */
    String reason();
}
