// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux.internal;

import java.lang.ref.Reference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Objects;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.RawIpSocket;

/** SOCK_RAW with the vectors of the UDP sockets, one packet at a time. */
final class NativeRawIpSocket extends SharedHandle implements RawIpSocket {

    private static final int IPPROTO_IP = 0;
    private static final int IP_TOS = 1;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int IPV6_TCLASS = 67;
    private static final int PMTUDISC_DONT = 0;
    private static final int MSG_DONTWAIT = 0x40;

    private final boolean ipv6;
    private final NativeDatagramBatch incoming;
    private final Object sending = new Object();
    private final NativeSendBatch outgoing; // guarded by sending
    private int lastTrafficClass; // guarded by sending

    private NativeRawIpSocket(Native sys, Descriptor descriptor, int family) {
        super(sys, descriptor);
        this.ipv6 = family == Native.AF_INET6;
        this.incoming = new NativeDatagramBatch(family, 1, MessageVector.MAX_OCTETS);
        this.outgoing = new NativeSendBatch(family, 1, MessageVector.MAX_OCTETS);
    }

    static NativeRawIpSocket open(Native sys, int protocol, boolean ipv6) throws LinuxException {
        int family = ipv6 ? Native.AF_INET6 : Native.AF_INET;
        String name = "raw " + (ipv6 ? "IPv6" : "IPv4") + " socket of protocol " + protocol;
        Descriptor descriptor = new Descriptor(sys, sys.socket(family, Native.SOCK_RAW, protocol, name), name);
        try {
            sys.option(
                    descriptor.fd(),
                    ipv6 ? IPPROTO_IPV6 : IPPROTO_IP,
                    ipv6 ? IPV6_MTU_DISCOVER : IP_MTU_DISCOVER,
                    PMTUDISC_DONT,
                    "set MTU discovery of " + name);
            return new NativeRawIpSocket(sys, descriptor, family);
        } catch (LinuxException e) {
            descriptor.close();
            throw e;
        }
    }

    @Override
    public int receive(byte[] packet, int offset, int length) throws LinuxException {
        Objects.checkFromIndexSize(offset, length, packet.length);
        if (!descriptor.enter()) {
            return -1;
        }
        try {
            while (!descriptor.isClosed()) {
                incoming.prepare();
                if (sys.libc.recvmmsg(descriptor.fd(), incoming.headerAddress(0), 1, MSG_DONTWAIT, 0) > 0) {
                    incoming.received(1);
                    int octets = Math.min(incoming.length(0), length);
                    incoming.data(0).get(packet, offset, octets);
                    return octets;
                }
                int errno = sys.errno();
                if (errno == Errno.EAGAIN) {
                    if (descriptor.awaitInput(-1) == Descriptor.Wait.WOKEN && !descriptor.isClosed()) {
                        return 0;
                    }
                } else if (errno != Errno.EINTR) {
                    throw new LinuxException(errno, "receive on " + descriptor.what());
                }
            }
            return -1;
        } finally {
            descriptor.exit();
            Reference.reachabilityFence(incoming);
        }
    }

    @Override
    public void send(
            byte[] octets, int offset, int length, InetAddress destination, InetAddress source, int trafficClass)
            throws LinuxException {
        if (length > MessageVector.MAX_OCTETS) {
            throw new LinuxException(Errno.EMSGSIZE, operation(length, destination));
        }
        synchronized (sending) {
            outgoing.clear();
            outgoing.next().put(octets, offset, length);
            outgoing.commit(new InetSocketAddress(destination, 0), source);
            descriptor.enterOrThrow("send on");
            try {
                if (trafficClass != lastTrafficClass) {
                    sys.option(
                            descriptor.fd(),
                            ipv6 ? IPPROTO_IPV6 : IPPROTO_IP,
                            ipv6 ? IPV6_TCLASS : IP_TOS,
                            trafficClass,
                            "set traffic class of " + descriptor.what());
                    lastTrafficClass = trafficClass;
                }
                if (sys.libc.sendmmsg(descriptor.fd(), outgoing.headerAddress(0), 1, MSG_DONTWAIT) != 1) {
                    throw new LinuxException(sys.errno(), operation(length, destination));
                }
            } finally {
                descriptor.exit();
                Reference.reachabilityFence(outgoing);
            }
        }
    }

    private String operation(int length, InetAddress destination) {
        return "send " + length + " octets to " + destination.getHostAddress() + " on " + descriptor.what();
    }
}
