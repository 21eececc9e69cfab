// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import java.time.Duration;

/**
 * What clients can make the server hold.
 *
 * @param connections connections at the same time
 * @param incomplete octets of segments that did not arrive whole yet, of all clients
 * @param room octets waiting for one client up to which lists go on and log lines are kept
 * @param waiting octets waiting for one client above which it is cut off
 * @param segmentTime how long a segment may take to arrive
 * @param stallTime how long a client may read nothing while more than {@code room} waits for it
 */
public record Limits(
        int connections, long incomplete, int room, int waiting, Duration segmentTime, Duration stallTime) {

    /** For a daemon. */
    public static final Limits DEFAULT =
            new Limits(1_000, 32 << 20, 64 << 10, 2 << 20, Duration.ofSeconds(30), Duration.ofSeconds(60));
}
