// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernelnetlink;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.LinuxException;

/** Numbers of RTNETLINK (linux/rtnetlink.h, if_link.h, if_addr.h, fib_rules.h) and what every request needs. */
final class Rt {

    /** Longest wait for the kernel's answer. */
    static final Duration TIMEOUT = Duration.ofSeconds(5);

    static final int AF_UNSPEC = 0;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;

    static final int NEWLINK = 16;
    static final int DELLINK = 17;
    static final int GETLINK = 18;
    static final int NEWADDR = 20;
    static final int DELADDR = 21;
    static final int GETADDR = 22;
    static final int NEWROUTE = 24;
    static final int DELROUTE = 25;
    static final int GETROUTE = 26;
    static final int NEWRULE = 32;
    static final int DELRULE = 33;

    static final int IFINFOMSG_OCTETS = 16;
    static final int IFADDRMSG_OCTETS = 8;
    static final int RTMSG_OCTETS = 12;

    static final int IFLA_IFNAME = 3;
    static final int IFLA_EXT_MASK = 29;
    static final int EXT_FILTER_SKIP_STATS = 8;
    static final int IFF_UP = 1;
    static final int IFF_LOOPBACK = 8;

    static final int IFA_ADDRESS = 1;
    static final int IFA_LOCAL = 2;
    static final int IFA_CACHEINFO = 6;
    static final int IFA_FLAGS = 8;
    static final int IFA_F_TEMPORARY = 0x01;
    static final int IFA_F_NODAD = 0x02;
    static final int IFA_F_DEPRECATED = 0x20;
    static final int IFA_F_TENTATIVE = 0x40;
    static final int SCOPE_LINK = 253;

    static final int RTA_DST = 1;
    static final int RTA_OIF = 4;
    static final int RTA_GATEWAY = 5;
    static final int RTA_PRIORITY = 6;
    static final int RTA_PREFSRC = 7;
    static final int RTA_METRICS = 8;
    static final int RTA_MULTIPATH = 9;
    static final int RTA_TABLE = 15;
    static final int RTAX_MTU = 2;
    static final int RTAX_ADVMSS = 8;
    static final int RTN_UNICAST = 1;
    static final int RTN_LOCAL = 2;
    static final int RTN_THROW = 9;
    static final int RTPROT_KERNEL = 2;
    static final int RTPROT_BOOT = 3;
    static final int RTPROT_STATIC = 4;
    static final int RT_TABLE_MAIN = 254;
    static final int RT_TABLE_LOCAL = 255;
    static final int RTM_F_CLONED = 0x200;
    static final int RTM_F_LOOKUP_TABLE = 0x1000;
    static final int RTNH_F_DEAD = 1;

    static final int FRA_PRIORITY = 6;
    static final int FRA_FWMARK = 10;
    static final int FRA_TABLE = 15;
    static final int FRA_FWMASK = 16;
    static final int FIB_RULE_INVERT = 2;

    static final int GROUP_LINK = 1;
    static final int GROUP_IPV4_IFADDR = 5;
    static final int GROUP_IPV4_ROUTE = 7;
    static final int GROUP_IPV6_IFADDR = 9;
    static final int GROUP_IPV6_ROUTE = 11;

    private Rt() {}

    static int family(InetAddress address) {
        return address instanceof Inet4Address ? AF_INET : AF_INET6;
    }

    static int bits(InetAddress address) {
        return address instanceof Inet4Address ? 32 : 128;
    }

    /**
     * An address as the kernel gives it.
     *
     * @throws LinuxException EBADMSG unless it has 4 or 16 octets
     */
    static InetAddress address(byte[] octets) throws LinuxException {
        try {
            return InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new LinuxException(Errno.EBADMSG, "read netlink", "address of " + octets.length + " octets");
        }
    }

    /** Whether the first {@code bits} of both are the same; false for different families. */
    static boolean samePrefix(byte[] one, byte[] other, int bits) {
        if (one.length != other.length || bits > one.length * 8) {
            return false;
        }
        int whole = bits / 8;
        for (int i = 0; i < whole; i++) {
            if (one[i] != other[i]) {
                return false;
            }
        }
        int rest = bits % 8;
        return rest == 0 || ((one[whole] ^ other[whole]) & (0xFF00 >> rest) & 0xFF) == 0;
    }
}
