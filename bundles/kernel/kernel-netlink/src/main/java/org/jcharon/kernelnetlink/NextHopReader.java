// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernelnetlink;

import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.LinuxException;

/** Reads RTA_MULTIPATH: structures rtnexthop (length u16, flags u8, weight u8, interface i32), each with attributes. */
final class NextHopReader {

    /** One of the ways of a route; {@code gateway} may be null. */
    record Hop(int link, InetAddress gateway) {}

    private static final int HEADER_OCTETS = 8;
    private static final int ATTRIBUTE_OCTETS = 4;

    private NextHopReader() {}

    /**
     * Ways that are alive.
     *
     * @throws LinuxException EBADMSG if a length does not fit
     */
    static List<Hop> read(byte[] octets) throws LinuxException {
        ByteBuffer in = ByteBuffer.wrap(octets).order(ByteOrder.nativeOrder());
        List<Hop> hops = new ArrayList<>();
        int at = 0;
        while (octets.length - at >= HEADER_OCTETS) {
            int size = in.getShort(at) & 0xFFFF;
            if (size < HEADER_OCTETS || size > octets.length - at) {
                throw new LinuxException(Errno.EBADMSG, "read netlink", "next hop of " + size + " octets at " + at);
            }
            if ((in.get(at + 2) & Rt.RTNH_F_DEAD) == 0) {
                hops.add(new Hop(in.getInt(at + 4), gateway(in, at + HEADER_OCTETS, at + size)));
            }
            at = Math.min(octets.length, at + (size + 3 & ~3));
        }
        return hops;
    }

    private static InetAddress gateway(ByteBuffer in, int from, int to) throws LinuxException {
        int at = from;
        while (to - at >= ATTRIBUTE_OCTETS) {
            int size = in.getShort(at) & 0xFFFF;
            if (size < ATTRIBUTE_OCTETS || size > to - at) {
                throw new LinuxException(Errno.EBADMSG, "read netlink", "attribute of " + size + " octets at " + at);
            }
            if (in.getShort(at + 2) == Rt.RTA_GATEWAY) {
                byte[] value = new byte[size - ATTRIBUTE_OCTETS];
                in.get(at + ATTRIBUTE_OCTETS, value);
                return Rt.address(value);
            }
            at = Math.min(to, at + (size + 3 & ~3));
        }
        return null;
    }
}
