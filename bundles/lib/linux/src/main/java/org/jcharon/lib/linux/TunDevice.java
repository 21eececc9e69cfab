// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import java.nio.ByteBuffer;
import org.osgi.annotation.versioning.ProviderType;

/** A TUN device (IFF_TUN, IFF_NO_PI): whole IP packets, no link layer. It vanishes with its last use. Any thread. */
@ProviderType
public interface TunDevice extends Handle {

    /** Name as the kernel gave it, 1..15 characters. */
    String name();

    /** Interface index, greater than 0. */
    int index();

    /**
     * MTU in octets.
     *
     * @param octets 68..65535
     */
    void mtu(int octets) throws LinuxException;

    /** Sets the interface up or down. */
    void up(boolean up) throws LinuxException;

    /**
     * Waits for one packet.
     *
     * @param packet direct buffer; the packet is put between position and limit, and the position moved behind it
     * @return octets of the packet; 0 when woken; -1 once closed
     */
    int read(ByteBuffer packet) throws LinuxException;

    /** As {@link #read(ByteBuffer)} without waiting: 0 when nothing is there. */
    int readNow(ByteBuffer packet) throws LinuxException;

    /** As {@link #read(ByteBuffer)} into an array, by way of a copy. */
    int read(byte[] packet, int offset, int length) throws LinuxException;

    /**
     * Gives the kernel one packet: what lies between position and limit of a direct buffer.
     *
     * @throws LinuxException EBADF once closed
     */
    void write(ByteBuffer packet) throws LinuxException;

    /** As {@link #write(ByteBuffer)} from an array, by way of a copy. */
    void write(byte[] packet, int offset, int length) throws LinuxException;
}
