// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.lifecycle;

import java.util.Objects;

/**
 * Why an active plugin does not offer what the daemon needs of it. Registered as a service in its place, so that the report of what is
 * missing has the cause and the remedy instead of what follows from it; unregistered once it is out of the way. Immutable.
 *
 * @param what what is not offered
 * @param text cause and remedy, one line without secrets
 */
public record Obstacle(What what, String text) {

    /** What the daemon cannot be ready without. */
    public enum What {
        /** {@link org.jcharon.api.socket.IkeSocket}. */
        SOCKET,
        /** {@link org.jcharon.api.kernel.KernelIpsec}. */
        IPSEC
    }

    /** Throws {@link NullPointerException} on null. */
    public Obstacle {
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(text, "text");
    }
}
