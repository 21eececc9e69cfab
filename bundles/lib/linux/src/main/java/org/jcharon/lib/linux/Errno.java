// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import java.util.Map;

/** Numbers and names of the kernel's errors (asm-generic, the same on every processor that is supported). */
public final class Errno {

    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EBADF = 9;
    public static final int EAGAIN = 11;
    public static final int ENOMEM = 12;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int EINVAL = 22;
    public static final int ENOSYS = 38;
    public static final int EBADMSG = 74;
    public static final int EMSGSIZE = 90;
    public static final int EPROTONOSUPPORT = 93;
    public static final int EOPNOTSUPP = 95;
    public static final int EAFNOSUPPORT = 97;
    public static final int EADDRINUSE = 98;
    public static final int EADDRNOTAVAIL = 99;
    public static final int ENETDOWN = 100;
    public static final int ENETUNREACH = 101;
    public static final int ENOBUFS = 105;
    public static final int ENOTCONN = 107;
    public static final int ETIMEDOUT = 110;
    public static final int ECONNREFUSED = 111;
    public static final int EHOSTUNREACH = 113;

    private static final Map<Integer, String> NAMES = Map.ofEntries(
            Map.entry(EPERM, "EPERM, operation not permitted"),
            Map.entry(ENOENT, "ENOENT, no such file or entry"),
            Map.entry(ESRCH, "ESRCH, no such entry"),
            Map.entry(EINTR, "EINTR, interrupted"),
            Map.entry(5, "EIO, input/output error"),
            Map.entry(6, "ENXIO, no such device or address"),
            Map.entry(7, "E2BIG, list too long"),
            Map.entry(EBADF, "EBADF, descriptor closed"),
            Map.entry(EAGAIN, "EAGAIN, would block"),
            Map.entry(ENOMEM, "ENOMEM, out of memory"),
            Map.entry(EACCES, "EACCES, permission denied"),
            Map.entry(14, "EFAULT, bad address"),
            Map.entry(EBUSY, "EBUSY, in use"),
            Map.entry(EEXIST, "EEXIST, exists already"),
            Map.entry(ENODEV, "ENODEV, no such device"),
            Map.entry(EINVAL, "EINVAL, invalid argument"),
            Map.entry(23, "ENFILE, too many open files in the system"),
            Map.entry(24, "EMFILE, too many open files"),
            Map.entry(28, "ENOSPC, no space left"),
            Map.entry(34, "ERANGE, out of range"),
            Map.entry(ENOSYS, "ENOSYS, not in this kernel"),
            Map.entry(61, "ENODATA, no data"),
            Map.entry(71, "EPROTO, protocol error"),
            Map.entry(EBADMSG, "EBADMSG, malformed message"),
            Map.entry(75, "EOVERFLOW, value too large"),
            Map.entry(89, "EDESTADDRREQ, destination required"),
            Map.entry(EMSGSIZE, "EMSGSIZE, message too long"),
            Map.entry(92, "ENOPROTOOPT, option not available"),
            Map.entry(EPROTONOSUPPORT, "EPROTONOSUPPORT, protocol not supported"),
            Map.entry(EOPNOTSUPP, "EOPNOTSUPP, not supported"),
            Map.entry(EAFNOSUPPORT, "EAFNOSUPPORT, address family not supported"),
            Map.entry(EADDRINUSE, "EADDRINUSE, address in use"),
            Map.entry(EADDRNOTAVAIL, "EADDRNOTAVAIL, no such address here"),
            Map.entry(ENETDOWN, "ENETDOWN, network is down"),
            Map.entry(ENETUNREACH, "ENETUNREACH, network unreachable"),
            Map.entry(ENOBUFS, "ENOBUFS, no buffer space"),
            Map.entry(ENOTCONN, "ENOTCONN, not connected"),
            Map.entry(ETIMEDOUT, "ETIMEDOUT, timed out"),
            Map.entry(ECONNREFUSED, "ECONNREFUSED, connection refused"),
            Map.entry(112, "EHOSTDOWN, host is down"),
            Map.entry(EHOSTUNREACH, "EHOSTUNREACH, no route to host"));

    private Errno() {}

    /** Symbolic name, {@code "EADDRINUSE"}; for a number that is not known here {@code "errno 123"}. */
    public static String name(int errno) {
        String text = describe(errno);
        int comma = text.indexOf(',');
        return comma < 0 ? text : text.substring(0, comma);
    }

    /** Symbolic name and a few words: {@code "EADDRINUSE, address in use"}. */
    static String describe(int errno) {
        return NAMES.getOrDefault(errno, "errno " + errno);
    }
}
