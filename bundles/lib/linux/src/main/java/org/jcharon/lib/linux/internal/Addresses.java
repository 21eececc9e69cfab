// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux.internal;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.LinuxException;

/** sockaddr_in and sockaddr_in6 in memory, and addresses out of it. */
final class Addresses {

    /** sizeof(struct sockaddr_in). */
    static final int OCTETS_INET = 16;
    /** sizeof(struct sockaddr_in6). */
    static final int OCTETS_INET6 = 28;
    /** Room that either fits into. */
    static final int ROOM = 32;

    private Addresses() {}

    static int family(InetAddress address) {
        return address instanceof Inet4Address ? Native.AF_INET : Native.AF_INET6;
    }

    /**
     * Writes a socket address.
     *
     * @return its length
     */
    static int write(ByteBuffer target, int at, InetSocketAddress address, int family) throws LinuxException {
        InetAddress ip = address.getAddress();
        if (ip == null || family(ip) != family) {
            throw new LinuxException(Errno.EAFNOSUPPORT, "use address " + address);
        }
        target.putShort(at, (short) family);
        putPort(target, at + 2, address.getPort());
        if (family == Native.AF_INET) {
            target.put(at + 4, ip.getAddress());
            target.putLong(at + 8, 0);
            return OCTETS_INET;
        }
        target.putInt(at + 4, 0);
        target.put(at + 8, ip.getAddress());
        target.putInt(at + 24, ((Inet6Address) ip).getScopeId());
        return OCTETS_INET6;
    }

    static InetSocketAddress read(ByteBuffer source, int at, int family) {
        return new InetSocketAddress(
                ip(source, at + (family == Native.AF_INET ? 4 : 8), family, scope(source, at, family)),
                port(source, at));
    }

    static int port(ByteBuffer source, int at) {
        return (source.get(at + 2) & 0xFF) << 8 | source.get(at + 3) & 0xFF;
    }

    /**
     * Writes the address alone.
     *
     * @return 4 or 16
     */
    static int ip(ByteBuffer source, int at, int family, byte[] target) {
        int octets = family == Native.AF_INET ? 4 : 16;
        source.get(at + (family == Native.AF_INET ? 4 : 8), target, 0, octets);
        return octets;
    }

    static InetAddress ip(ByteBuffer source, int at, int family, int scope) {
        byte[] octets = new byte[family == Native.AF_INET ? 4 : 16];
        source.get(at, octets);
        try {
            return scope == 0 ? InetAddress.getByAddress(octets) : Inet6Address.getByAddress(null, octets, scope);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    private static int scope(ByteBuffer source, int at, int family) {
        return family == Native.AF_INET ? 0 : source.getInt(at + 24);
    }

    private static void putPort(ByteBuffer target, int at, int port) {
        target.put(at, (byte) (port >> 8)).put(at + 1, (byte) port);
    }
}
