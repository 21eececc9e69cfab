// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux.internal;

/** Sizes and offsets of the kernel's structures on LP64 systems, in octets. */
final class Layout {

    /** struct msghdr. */
    static final int MSGHDR = 56;

    static final int MSGHDR_NAME = 0;
    static final int MSGHDR_NAMELEN = 8;
    static final int MSGHDR_IOV = 16;
    static final int MSGHDR_IOVLEN = 24;
    static final int MSGHDR_CONTROL = 32;
    static final int MSGHDR_CONTROLLEN = 40;
    static final int MSGHDR_FLAGS = 48;

    /** struct mmsghdr: a msghdr, the octets transferred, and tail padding. */
    static final int MMSGHDR = 64;

    static final int MMSGHDR_LEN = 56;

    /** struct iovec. */
    static final int IOVEC = 16;

    static final int IOVEC_BASE = 0;
    static final int IOVEC_LEN = 8;

    /** struct cmsghdr: length, level, type; data follows at once. */
    static final int CMSGHDR = 16;

    static final int CMSGHDR_LEN = 0;
    static final int CMSGHDR_LEVEL = 8;
    static final int CMSGHDR_TYPE = 12;

    /** struct in_pktinfo: interface, local address to send from, destination address. */
    static final int IN_PKTINFO = 12;

    static final int IN_PKTINFO_SPEC_DST = 4;
    static final int IN_PKTINFO_ADDR = 8;

    /** struct in6_pktinfo: address, interface. */
    static final int IN6_PKTINFO = 20;

    static final int IN6_PKTINFO_IFINDEX = 16;

    /** struct sockaddr_nl. */
    static final int SOCKADDR_NL = 12;

    static final int SOCKADDR_NL_PID = 4;
    static final int SOCKADDR_NL_GROUPS = 8;

    /** struct ifreq: a name of up to 15 characters and a union. */
    static final int IFREQ = 40;

    static final int IFREQ_UNION = 16;

    /** struct xfrm_userpolicy_info. */
    static final int USERPOLICY_INFO = 168;

    static final int USERPOLICY_INFO_FAMILY = 40;
    static final int USERPOLICY_INFO_DIR = 160;

    private Layout() {}

    /** CMSG_ALIGN: ancillary data starts at multiples of 8. */
    static int cmsgAligned(int octets) {
        return (octets + 7) & ~7;
    }
}
