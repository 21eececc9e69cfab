// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.net.InetAddress;

/** Sends ESP directly in IP (protocol 50). Any thread; never waits. */
interface PlainEsp {

    /**
     * Sends one packet.
     *
     * @param trafficClass of the IP header
     * @return false if the system refuses; the packet is lost then
     */
    boolean send(InetAddress source, InetAddress destination, byte[] octets, int offset, int length, int trafficClass);
}
