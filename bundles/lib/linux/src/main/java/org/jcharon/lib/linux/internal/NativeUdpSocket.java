// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux.internal;

import java.lang.ref.Reference;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.jcharon.lib.linux.DatagramBatch;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.SendBatch;
import org.jcharon.lib.linux.UdpOptions;
import org.jcharon.lib.linux.UdpSocket;

/** UDP by recvmmsg and sendmmsg. */
final class NativeUdpSocket extends SharedHandle implements UdpSocket {

    private static final int SO_REUSEADDR = 2;
    private static final int SO_SNDBUF = 7;
    private static final int SO_RCVBUF = 8;
    private static final int SO_BINDTODEVICE = 25;
    private static final int SO_SNDBUFFORCE = 32;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SO_MARK = 36;
    private static final int IPPROTO_IP = 0;
    private static final int IP_TOS = 1;
    private static final int IP_PKTINFO = 8;
    private static final int IP_MTU_DISCOVER = 10;
    private static final int IP_XFRM_POLICY = 17;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IPV6_MTU_DISCOVER = 23;
    private static final int IPV6_V6ONLY = 26;
    private static final int IPV6_XFRM_POLICY = 35;
    private static final int IPV6_RECVPKTINFO = 49;
    private static final int IPV6_TCLASS = 67;
    private static final int PMTUDISC_DONT = 0;
    private static final int IPPROTO_UDP = 17;
    private static final int UDP_ENCAP = 100;
    private static final int UDP_ENCAP_ESPINUDP = 2;
    private static final int XFRM_POLICY_IN = 0;
    private static final int XFRM_POLICY_OUT = 1;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int SEND_WAIT_MILLIS = 100;

    private final int family;
    private final InetSocketAddress local;
    private final Object sending = new Object();
    private NativeSendBatch single; // guarded by sending; made at the first single send

    private NativeUdpSocket(Native sys, Descriptor descriptor, int family, InetSocketAddress local) {
        super(sys, descriptor);
        this.family = family;
        this.local = local;
    }

    static NativeUdpSocket open(Native sys, InetSocketAddress local, UdpOptions options) throws LinuxException {
        InetAddress ip = local.getAddress();
        if (ip == null) {
            throw new LinuxException(Errno.EADDRNOTAVAIL, "bind udp " + local, "not an address");
        }
        int family = Addresses.family(ip);
        String name = "udp " + text(ip) + ":" + local.getPort();
        int fd = sys.socket(family, Native.SOCK_DGRAM, 0, name);
        Descriptor descriptor = new Descriptor(sys, fd, name);
        try {
            configure(sys, fd, family, options, name);
            Memory address = Memory.allocate(Addresses.ROOM + 8);
            int length = Addresses.write(address.buffer(), 0, local, family);
            sys.check(sys.libc.bind(fd, address.address(), length), "bind " + name);
            address.buffer().putInt(Addresses.ROOM, Addresses.ROOM);
            sys.check(sys.libc.getsockname(fd, address.address(), address.address() + Addresses.ROOM), "name " + name);
            return new NativeUdpSocket(sys, descriptor, family, Addresses.read(address.buffer(), 0, family));
        } catch (LinuxException e) {
            descriptor.close();
            throw e;
        }
    }

    private static void configure(Native sys, int fd, int family, UdpOptions options, String name)
            throws LinuxException {
        if (family == Native.AF_INET) {
            sys.option(fd, IPPROTO_IP, IP_PKTINFO, 1, "set IP_PKTINFO of " + name);
        } else {
            sys.option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1, "set IPV6_V6ONLY of " + name);
            sys.option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1, "set IPV6_RECVPKTINFO of " + name);
        }
        if (options.reuseAddress()) {
            sys.option(fd, Native.SOL_SOCKET, SO_REUSEADDR, 1, "set SO_REUSEADDR of " + name);
        }
        if (options.receiveBufferOctets() > 0) {
            sys.bufferOption(fd, SO_RCVBUFFORCE, SO_RCVBUF, options.receiveBufferOctets(), "set SO_RCVBUF of " + name);
        }
        if (options.sendBufferOctets() > 0) {
            sys.bufferOption(fd, SO_SNDBUFFORCE, SO_SNDBUF, options.sendBufferOctets(), "set SO_SNDBUF of " + name);
        }
        if (options.mark() != 0) {
            sys.option(fd, Native.SOL_SOCKET, SO_MARK, options.mark(), "set SO_MARK of " + name);
        }
        if (!options.pathMtuDiscovery()) {
            if (family == Native.AF_INET) {
                sys.option(fd, IPPROTO_IP, IP_MTU_DISCOVER, PMTUDISC_DONT, "set IP_MTU_DISCOVER of " + name);
            } else {
                sys.option(fd, IPPROTO_IPV6, IPV6_MTU_DISCOVER, PMTUDISC_DONT, "set IPV6_MTU_DISCOVER of " + name);
            }
        }
        if (!options.device().isEmpty()) {
            byte[] device = (options.device() + "\0").getBytes(StandardCharsets.UTF_8);
            sys.option(fd, Native.SOL_SOCKET, SO_BINDTODEVICE, device, "bind " + name + " to " + options.device());
        }
    }

    private static String text(InetAddress ip) {
        return ip instanceof java.net.Inet6Address ? "[" + ip.getHostAddress() + "]" : ip.getHostAddress();
    }

    @Override
    public InetSocketAddress local() {
        return local;
    }

    @Override
    public DatagramBatch newReceiveBatch(int datagrams, int octets) {
        return new NativeDatagramBatch(family, datagrams, octets);
    }

    @Override
    public SendBatch newSendBatch(int datagrams, int octets) {
        return new NativeSendBatch(family, datagrams, octets);
    }

    @Override
    public int receive(DatagramBatch batch) throws LinuxException {
        return receive(batch, true);
    }

    @Override
    public int receiveNow(DatagramBatch batch) throws LinuxException {
        return receive(batch, false);
    }

    private int receive(DatagramBatch batch, boolean wait) throws LinuxException {
        NativeDatagramBatch vector = (NativeDatagramBatch) batch;
        vector.prepare();
        if (!descriptor.enter()) {
            return -1;
        }
        try {
            while (!descriptor.isClosed()) {
                int got = sys.libc.recvmmsg(descriptor.fd(), vector.headerAddress(0), vector.count, MSG_DONTWAIT, 0);
                if (got > 0) {
                    vector.received(got);
                    return got;
                }
                int errno = sys.errno();
                if (errno == Errno.EAGAIN) {
                    if (!wait) {
                        return 0;
                    }
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
        }
    }

    @Override
    public int send(SendBatch batch) throws LinuxException {
        NativeSendBatch vector = (NativeSendBatch) batch;
        int size = vector.size();
        int sent = 0;
        descriptor.enterOrThrow("send on");
        try {
            int at = 0;
            boolean waited = false;
            while (at < size) {
                int done = sys.libc.sendmmsg(descriptor.fd(), vector.headerAddress(at), size - at, MSG_DONTWAIT);
                if (done > 0) {
                    for (int i = at; i < at + done; i++) {
                        vector.sent(i);
                    }
                    at += done;
                    sent += done;
                    waited = false;
                    continue;
                }
                int errno = sys.errno();
                if (errno == Errno.EAGAIN && !waited) {
                    descriptor.awaitOutput(SEND_WAIT_MILLIS);
                    waited = true;
                } else if (errno != Errno.EINTR) {
                    vector.failed(at, errno);
                    at++;
                }
            }
            return sent;
        } finally {
            descriptor.exit();
            Reference.reachabilityFence(vector);
        }
    }

    @Override
    public void send(byte[] octets, int offset, int length, InetSocketAddress remote, InetAddress source)
            throws LinuxException {
        if (length > MessageVector.MAX_OCTETS) {
            throw new LinuxException(Errno.EMSGSIZE, "send " + length + " octets to " + remote);
        }
        synchronized (sending) {
            if (single == null) {
                single = new NativeSendBatch(family, 1, MessageVector.MAX_OCTETS);
            }
            single.clear();
            single.next().put(octets, offset, length);
            single.commit(remote, source);
            send(single);
            if (single.errno(0) != 0) {
                throw new LinuxException(
                        single.errno(0),
                        "send " + length + " octets from "
                                + (source == null ? local : source.getHostAddress() + ":" + local.getPort()) + " to "
                                + remote);
            }
        }
    }

    @Override
    public void trafficClass(int tos) throws LinuxException {
        if (tos < 0 || tos > 255) {
            throw new IllegalArgumentException("traffic class " + tos);
        }
        boolean inet = family == Native.AF_INET;
        option(inet ? IPPROTO_IP : IPPROTO_IPV6, inet ? IP_TOS : IPV6_TCLASS, tos, "set traffic class of");
    }

    @Override
    public void mark(int value) throws LinuxException {
        option(Native.SOL_SOCKET, SO_MARK, value, "set SO_MARK of");
    }

    @Override
    public void encapsulateEsp() throws LinuxException {
        option(IPPROTO_UDP, UDP_ENCAP, UDP_ENCAP_ESPINUDP, "set UDP_ENCAP of");
    }

    private void option(int level, int name, int value, String operation) throws LinuxException {
        descriptor.enterOrThrow(operation);
        try {
            sys.option(descriptor.fd(), level, name, value, operation + " " + descriptor.what());
        } finally {
            descriptor.exit();
        }
    }

    @Override
    public void bypassIpsec() throws LinuxException {
        String operation = "set IPsec bypass of";
        descriptor.enterOrThrow(operation);
        try {
            for (int direction : new int[] {XFRM_POLICY_OUT, XFRM_POLICY_IN}) {
                // Everything but family and direction is zero: any selector, action "allow".
                ByteBuffer policy = ByteBuffer.allocate(Layout.USERPOLICY_INFO).order(ByteOrder.nativeOrder());
                policy.putShort(Layout.USERPOLICY_INFO_FAMILY, (short) family);
                policy.put(Layout.USERPOLICY_INFO_DIR, (byte) direction);
                sys.option(
                        descriptor.fd(),
                        family == Native.AF_INET ? IPPROTO_IP : IPPROTO_IPV6,
                        family == Native.AF_INET ? IP_XFRM_POLICY : IPV6_XFRM_POLICY,
                        policy.array(),
                        operation + " " + descriptor.what());
            }
        } finally {
            descriptor.exit();
        }
    }
}
