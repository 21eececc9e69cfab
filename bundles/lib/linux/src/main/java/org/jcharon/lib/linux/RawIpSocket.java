// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import java.net.InetAddress;
import org.osgi.annotation.versioning.ProviderType;

/** A raw socket for one IP protocol and one address family. Needs CAP_NET_RAW. Any thread sends, one thread receives. */
@ProviderType
public interface RawIpSocket extends Handle {

    /**
     * Waits for one packet: with its IP header for IPv4, without headers for IPv6, as the kernel gives them.
     *
     * @return octets of the packet; 0 when woken; -1 once closed
     */
    int receive(byte[] packet, int offset, int length) throws LinuxException;

    /**
     * Sends what follows the IP header, which the kernel makes; without DF, so that routers may fragment it.
     *
     * @param source address to send from, or null to let the route choose
     * @param trafficClass 0..255, DSCP in the upper six bits, ECN in the lower two
     * @throws LinuxException EPERM, EMSGSIZE, ENETUNREACH, …; EAFNOSUPPORT for the other family
     */
    void send(byte[] octets, int offset, int length, InetAddress destination, InetAddress source, int trafficClass)
            throws LinuxException;
}
