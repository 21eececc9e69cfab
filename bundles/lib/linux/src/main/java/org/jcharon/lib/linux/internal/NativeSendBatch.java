// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.SendBatch;

/** What sendmmsg reads. */
final class NativeSendBatch extends MessageVector implements SendBatch {

    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IP_PKTINFO = 8;
    private static final int IPV6_PKTINFO = 50;

    private final int[] errnos;
    private int size;

    NativeSendBatch(int family, int count, int room) {
        super(family, count, room);
        this.errnos = new int[count];
    }

    @Override
    public int capacity() {
        return count;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public void clear() {
        size = 0;
    }

    @Override
    public ByteBuffer next() {
        if (size == count) {
            throw new IllegalStateException("batch of " + count + " is full");
        }
        return slot(size).clear();
    }

    @Override
    public void commit(InetSocketAddress remote, InetAddress source) throws LinuxException {
        if (size == count) {
            throw new IllegalStateException("batch of " + count + " is full");
        }
        int header = header(size);
        buffer.putInt(header + Layout.MSGHDR_NAMELEN, Addresses.write(buffer, name(size), remote, family));
        buffer.putLong(header + Layout.MSGHDR_CONTROLLEN, source == null ? 0 : writeSource(control(size), source));
        buffer.putInt(header + Layout.MSGHDR_FLAGS, 0);
        buffer.putLong(vector(size) + Layout.IOVEC_LEN, slot(size).position());
        errnos[size] = 0;
        size++;
    }

    private int writeSource(int at, InetAddress source) throws LinuxException {
        if (Addresses.family(source) != family) {
            throw new LinuxException(Errno.EAFNOSUPPORT, "send from " + source.getHostAddress());
        }
        boolean inet = family == Native.AF_INET;
        int length = Layout.CMSGHDR + (inet ? Layout.IN_PKTINFO : Layout.IN6_PKTINFO);
        buffer.putLong(at + Layout.CMSGHDR_LEN, length);
        buffer.putInt(at + Layout.CMSGHDR_LEVEL, inet ? IPPROTO_IP : IPPROTO_IPV6);
        buffer.putInt(at + Layout.CMSGHDR_TYPE, inet ? IP_PKTINFO : IPV6_PKTINFO);
        int info = at + Layout.CMSGHDR;
        if (inet) {
            buffer.putInt(info, 0);
            buffer.put(info + Layout.IN_PKTINFO_SPEC_DST, source.getAddress());
            buffer.putInt(info + Layout.IN_PKTINFO_ADDR, 0);
        } else {
            buffer.put(info, source.getAddress());
            buffer.putInt(info + Layout.IN6_PKTINFO_IFINDEX, 0);
        }
        return Layout.cmsgAligned(length);
    }

    @Override
    public int errno(int index) {
        return errnos[checked(index, size)];
    }

    void failed(int index, int errno) {
        errnos[index] = errno;
    }

    void sent(int index) {
        errnos[index] = 0;
    }
}
