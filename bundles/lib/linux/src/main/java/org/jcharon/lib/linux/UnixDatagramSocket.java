// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import org.osgi.annotation.versioning.ProviderType;

/** A datagram socket in the file system, such as {@code /dev/log}. Any thread sends, one thread receives. */
@ProviderType
public interface UnixDatagramSocket extends Handle {

    /** Octets of the longest datagram that is sent. */
    int MAX_OCTETS = 128 * 1024;

    /**
     * Sends one datagram to the socket's peer; never waits.
     *
     * @return false if the peer does not keep up: the datagram was not sent
     * @throws LinuxException ECONNREFUSED or ENOTCONN once the peer has gone, for good: open another; EMSGSIZE, …
     */
    boolean send(byte[] octets, int offset, int length) throws LinuxException;

    /**
     * Waits for one datagram, whose octets beyond {@code length} are lost.
     *
     * @return octets of the datagram; 0 when woken, or for an empty one; -1 once closed
     */
    int receive(byte[] target, int offset, int length) throws LinuxException;
}
