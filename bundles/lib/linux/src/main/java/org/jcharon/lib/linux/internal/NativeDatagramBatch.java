// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux.internal;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jcharon.lib.linux.DatagramBatch;

/** What recvmmsg filled in. */
final class NativeDatagramBatch extends MessageVector implements DatagramBatch {

    private static final int MSG_TRUNC = 0x20;
    private static final int IPPROTO_IP = 0;
    private static final int IPPROTO_IPV6 = 41;
    private static final int IP_PKTINFO = 8;
    private static final int IPV6_PKTINFO = 50;

    private int size;

    NativeDatagramBatch(int family, int count, int room) {
        super(family, count, room);
    }

    /** The kernel overwrites three fields of each header that it uses. */
    void prepare() {
        int used = size;
        for (int i = 0; i < used; i++) {
            reset(i);
        }
        if (used == 0) {
            for (int i = 0; i < count; i++) {
                reset(i);
            }
        }
        size = 0;
    }

    private void reset(int index) {
        int header = header(index);
        buffer.putInt(header + Layout.MSGHDR_NAMELEN, Addresses.ROOM);
        buffer.putLong(header + Layout.MSGHDR_CONTROLLEN, CONTROL_ROOM);
        buffer.putInt(header + Layout.MSGHDR_FLAGS, 0);
    }

    void received(int datagrams) {
        size = datagrams;
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
    public int length(int index) {
        return Math.min(buffer.getInt(header(checked(index, size)) + Layout.MMSGHDR_LEN), room);
    }

    @Override
    public boolean isTruncated(int index) {
        return (buffer.getInt(header(checked(index, size)) + Layout.MSGHDR_FLAGS) & MSG_TRUNC) != 0;
    }

    @Override
    public ByteBuffer data(int index) {
        return slot(checked(index, size)).clear().limit(length(index));
    }

    @Override
    public void copy(int index, byte[] target, int offset) {
        int length = length(index);
        buffer.get(payload(index), target, offset, length);
    }

    @Override
    public InetSocketAddress source(int index) {
        return Addresses.read(buffer, name(checked(index, size)), family);
    }

    @Override
    public int sourcePort(int index) {
        return Addresses.port(buffer, name(checked(index, size)));
    }

    @Override
    public int sourceAddress(int index, byte[] target) {
        return Addresses.ip(buffer, name(checked(index, size)), family, target);
    }

    @Override
    public InetAddress destination(int index) {
        int info = packetInfo(checked(index, size));
        if (info < 0) {
            return null;
        }
        return family == Native.AF_INET
                ? Addresses.ip(buffer, info + Layout.IN_PKTINFO_ADDR, family, 0)
                : Addresses.ip(buffer, info, family, scope(info));
    }

    @Override
    public int destinationAddress(int index, byte[] target) {
        int info = packetInfo(checked(index, size));
        if (info < 0) {
            return 0;
        }
        boolean inet = family == Native.AF_INET;
        int octets = inet ? 4 : 16;
        buffer.get(inet ? info + Layout.IN_PKTINFO_ADDR : info, target, 0, octets);
        return octets;
    }

    // A link-local destination (fe80::/10) is of use only together with its interface.
    private int scope(int info) {
        boolean linkLocal = buffer.get(info) == (byte) 0xFE && (buffer.get(info + 1) & 0xC0) == 0x80;
        return linkLocal ? buffer.getInt(info + Layout.IN6_PKTINFO_IFINDEX) : 0;
    }

    @Override
    public int interfaceIndex(int index) {
        int info = packetInfo(checked(index, size));
        if (info < 0) {
            return 0;
        }
        return buffer.getInt(family == Native.AF_INET ? info : info + Layout.IN6_PKTINFO_IFINDEX);
    }

    /** Offset of in_pktinfo or in6_pktinfo, -1 if there is none. */
    private int packetInfo(int index) {
        boolean inet = family == Native.AF_INET;
        int level = inet ? IPPROTO_IP : IPPROTO_IPV6;
        int type = inet ? IP_PKTINFO : IPV6_PKTINFO;
        int wanted = Layout.CMSGHDR + (inet ? Layout.IN_PKTINFO : Layout.IN6_PKTINFO);
        int at = control(index);
        int end = at + (int) Math.min(buffer.getLong(header(index) + Layout.MSGHDR_CONTROLLEN), CONTROL_ROOM);
        while (end - at >= Layout.CMSGHDR) {
            long length = buffer.getLong(at + Layout.CMSGHDR_LEN);
            if (length < Layout.CMSGHDR || length > end - at) {
                return -1;
            }
            if (buffer.getInt(at + Layout.CMSGHDR_LEVEL) == level
                    && buffer.getInt(at + Layout.CMSGHDR_TYPE) == type
                    && length >= wanted) {
                return at + Layout.CMSGHDR;
            }
            at += Layout.cmsgAligned((int) length);
        }
        return -1;
    }
}
