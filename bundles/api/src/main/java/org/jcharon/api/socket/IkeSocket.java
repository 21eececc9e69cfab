// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.socket;

import java.io.IOException;
import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * The UDP sockets for IKE and for ESP in UDP; a plugin registers it once they are bound. Any thread. When it leaves, core queues a
 * bounded number of packets and retransmission covers the gap.
 */
@ConsumerType
public interface IkeSocket {

    /** Port for IKE without encapsulation (500); the one really bound if 0 was configured. */
    int port();

    /** Port for IKE with non-ESP marker and ESP in UDP (4500); the one really bound if 0 was configured. */
    int natPort();

    /** Whether addresses of a family can be used. */
    boolean supports(boolean ipv6);

    /** Begins to deliver to {@code sink}; called once by core. Delivery ends when the plugin deactivates. */
    void start(PacketSink sink);

    /**
     * Sends an IKE message from the source's port, with a non-ESP marker unless source or destination port is 500.
     * Never waits.
     *
     * @throws IOException with the errno's name if the system refuses
     */
    void send(Packet packet) throws IOException;

    /**
     * Sends an ESP packet in UDP from {@link #natPort()}. Never waits.
     *
     * @param octets borrowed for the call
     * @throws IOException with the errno's name if the system refuses
     */
    void sendEsp(Endpoint source, Endpoint destination, byte[] octets, int offset, int length) throws IOException;

    /** Sends a NAT keepalive, one octet FF, from {@link #natPort()}. */
    void sendKeepalive(Endpoint source, Endpoint destination) throws IOException;

    /** The bound sockets, so that a kernel interface can exempt them from IPsec and have them decapsulate ESP. */
    default List<SocketHandle> handles() {
        return List.of();
    }
}
