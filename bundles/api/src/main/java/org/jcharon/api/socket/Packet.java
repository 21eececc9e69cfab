// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.socket;

import org.jcharon.api.wire.Chunk;

/**
 * An IKE message on its way, without non-ESP marker.
 *
 * @param source sender; when sending, 0.0.0.0 or :: lets the system choose the address, the port chooses the socket
 * @param destination receiver: the local address that the datagram was sent to
 * @param data the whole IKE message
 * @param dscp differentiated services code point, 0 to 63
 */
public record Packet(Endpoint source, Endpoint destination, Chunk data, int dscp) {

    /** A packet with DSCP 0. */
    public Packet(Endpoint source, Endpoint destination, Chunk data) {
        this(source, destination, data, 0);
    }
}
