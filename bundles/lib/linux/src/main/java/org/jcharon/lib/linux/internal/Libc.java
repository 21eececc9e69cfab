// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux.internal;

import jnr.ffi.annotations.Variadic;

/**
 * The functions of the C library that are used. Pointers and sizes are plain 64-bit values: only LP64 systems are supported.
 *
 * <p>No function with more than five arguments: with six, jffi 1.4.0's call stub for x86-64 crashes the virtual machine (tried with
 * recvfrom). Public because JNR implements it in another class loader.
 */
public interface Libc {

    int socket(int family, int type, int protocol);

    int bind(int fd, long address, int length);

    int connect(int fd, long address, int length);

    int getsockname(int fd, long address, long length);

    int setsockopt(int fd, int level, int name, long value, int length);

    int poll(long pollfds, long count, int timeoutMillis);

    int recvmmsg(int fd, long headers, int count, int flags, long timeout);

    int sendmmsg(int fd, long headers, int count, int flags);

    long recvmsg(int fd, long header, int flags);

    long send(int fd, long buffer, long length, int flags);

    int eventfd(int initial, int flags);

    long read(int fd, long buffer, long length);

    long write(int fd, long buffer, long length);

    int close(int fd);

    @Variadic(fixedCount = 2)
    int open(long path, int flags);

    @Variadic(fixedCount = 2)
    int ioctl(int fd, long request, long argument);

    int unshare(int flags);
}
