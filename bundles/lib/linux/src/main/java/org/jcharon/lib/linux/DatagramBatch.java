// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Received datagrams in preallocated memory; valid until the next receive. One thread at a time.
 *
 * <p>Indexes run from 0 to {@link #size()} - 1; others throw {@link IndexOutOfBoundsException}.
 */
@ProviderType
public interface DatagramBatch {

    int capacity();

    /** How many the last receive brought. */
    int size();

    /** Octets of datagram {@code index}; a longer one was cut to the room that there was. */
    int length(int index);

    /** Whether the datagram was longer than the room for it. */
    boolean isTruncated(int index);

    /** The octets themselves, position 0 to limit {@link #length}; the batch's own buffer object, nothing is allocated. */
    ByteBuffer data(int index);

    /** Copies all octets of the datagram to {@code target} from {@code offset} on. */
    void copy(int index, byte[] target, int offset);

    /** Sender; a new object for each call. */
    InetSocketAddress source(int index);

    /** Sender's port. */
    int sourcePort(int index);

    /**
     * Writes the sender's address to the front of {@code target} (at least 16 octets).
     *
     * @return 4 or 16
     */
    int sourceAddress(int index, byte[] target);

    /** The local address that it was sent to, or null if the kernel did not say; a new object for each call. */
    InetAddress destination(int index);

    /**
     * Writes the local address that it was sent to to the front of {@code target} (at least 16 octets).
     *
     * @return 4 or 16; 0 if the kernel did not say
     */
    int destinationAddress(int index, byte[] target);

    /** Index of the interface where it came in, 0 if the kernel did not say. */
    int interfaceIndex(int index);
}
