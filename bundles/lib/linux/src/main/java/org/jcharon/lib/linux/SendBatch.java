// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/** Datagrams to be sent, in preallocated memory. One thread at a time. */
@ProviderType
public interface SendBatch {

    int capacity();

    int size();

    /** Forgets all datagrams. */
    void clear();

    /** The buffer of the next datagram, position 0, limit its room; throws {@link IllegalStateException} when full. */
    ByteBuffer next();

    /**
     * Takes what was written to {@link #next()} (position 0 up to its position) as a datagram.
     *
     * @param source address to send from, or null to let the route choose
     * @throws LinuxException EAFNOSUPPORT for an address of the other family; the datagram is not taken
     */
    void commit(InetSocketAddress remote, InetAddress source) throws LinuxException;

    /** 0 if datagram {@code index} was sent by the last send, else the errno. */
    int errno(int index);
}
