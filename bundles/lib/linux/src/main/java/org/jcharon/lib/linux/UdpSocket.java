// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.osgi.annotation.versioning.ProviderType;

/** A bound UDP socket of one address family. Any thread; a batch belongs to one thread at a time. */
@ProviderType
public interface UdpSocket extends Handle {

    /** Where it is bound, with the port that the kernel chose if 0 was asked for. */
    InetSocketAddress local();

    /**
     * Room for what one {@link #receive} takes.
     *
     * @param datagrams 1..1024
     * @param octets room for each, 1..65535
     */
    DatagramBatch newReceiveBatch(int datagrams, int octets);

    /**
     * Room for what one {@link #send(SendBatch)} gives.
     *
     * @param datagrams 1..1024
     * @param octets room for each, 1..65535
     */
    SendBatch newSendBatch(int datagrams, int octets);

    /**
     * Waits until datagrams are there and takes as many as fit (recvmmsg).
     *
     * @return how many, at least 1; 0 when woken; -1 once closed
     * @throws LinuxException for an error of the socket, such as a pending ICMP error; receiving may go on after it
     */
    int receive(DatagramBatch batch) throws LinuxException;

    /** As {@link #receive(DatagramBatch)} without waiting: 0 when nothing is there. */
    int receiveNow(DatagramBatch batch) throws LinuxException;

    /**
     * Sends all datagrams of the batch, in order (sendmmsg). One that the kernel refuses is skipped and its errno kept in
     * {@link SendBatch#errno}. Waits at most 100 ms for room in the send buffer.
     *
     * @return how many were sent
     * @throws LinuxException EBADF once closed
     */
    int send(SendBatch batch) throws LinuxException;

    /**
     * Sends one datagram.
     *
     * @param remote destination; an address of the socket's family
     * @param source address to send from, or null to let the route choose
     * @throws LinuxException ECONNREFUSED, EMSGSIZE, EPERM, ENETUNREACH, …; EAFNOSUPPORT for the other family
     */
    void send(byte[] octets, int offset, int length, InetSocketAddress remote, InetAddress source)
            throws LinuxException;

    /**
     * IP_TOS or IPV6_TCLASS of everything sent from now on.
     *
     * @param tos 0..255, DSCP in the upper six bits
     */
    void trafficClass(int tos) throws LinuxException;

    /** SO_MARK of everything sent from now on; 0 for none. Needs CAP_NET_ADMIN. */
    void mark(int value) throws LinuxException;

    /** Per-socket policies that let this socket's own datagrams pass IPsec policies, in and out. Needs CAP_NET_ADMIN. */
    void bypassIpsec() throws LinuxException;

    /** Lets the kernel take ESP-in-UDP (RFC 3948) out of what arrives here. */
    void encapsulateEsp() throws LinuxException;
}
