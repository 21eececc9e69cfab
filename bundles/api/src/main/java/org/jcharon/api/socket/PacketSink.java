// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.socket;

import org.osgi.annotation.versioning.ProviderType;

/** Takes what a socket receives. Provided by core; called on the socket's dispatchers; returns quickly and never throws. */
@ProviderType
public interface PacketSink {

    /** An IKE message, non-ESP marker removed. */
    void ike(Packet packet);

    /**
     * An ESP packet from the UDP-encapsulation port, passed on without entering the Processor.
     *
     * @param octets borrowed for the call; holds the ESP header at {@code offset}; may be overwritten (decrypted in place)
     */
    void esp(Endpoint source, Endpoint destination, byte[] octets, int offset, int length);
}
