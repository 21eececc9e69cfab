// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux.internal;

import java.lang.ref.Reference;
import jnr.ffi.LibraryLoader;
import jnr.ffi.Runtime;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.LinuxException;

/** The C library with its habits wrapped: errno to exceptions, EINTR repeated, option values in memory. Any thread. */
final class Native {

    static final int SOL_SOCKET = 1;
    static final int AF_UNIX = 1;
    static final int AF_INET = 2;
    static final int AF_INET6 = 10;
    static final int AF_NETLINK = 16;
    static final int SOCK_DGRAM = 2;
    static final int SOCK_RAW = 3;
    static final int SOCK_NONBLOCK = 0x800;
    static final int SOCK_CLOEXEC = 0x80000;

    final Libc libc;
    private final Runtime runtime;

    private Native(Libc libc) {
        this.libc = libc;
        this.runtime = Runtime.getRuntime(libc);
    }

    // Foreign code announces failure to load with Errors and unchecked exceptions of many kinds.
    static Native load() throws LinuxException {
        try {
            Native loaded = new Native(
                    LibraryLoader.create(Libc.class).failImmediately().load("c"));
            if (loaded.runtime.addressSize() != 8) {
                throw new UnsupportedOperationException("not a 64-bit system");
            }
            return loaded;
        } catch (LinkageError | RuntimeException e) {
            throw new LinuxException(
                    "native code cannot be loaded: " + e
                            + " (needs 64-bit Linux with glibc on x86_64, aarch64, riscv64, "
                            + "loongarch64 or s390x, and a folder java.io.tmpdir, now "
                            + System.getProperty("java.io.tmpdir") + ", that is writable and not mounted noexec)",
                    e);
        }
    }

    /** The errno of this thread's last call. */
    int errno() {
        return runtime.getLastError();
    }

    /** The result, or the errno as an exception. */
    int check(int result, String operation) throws LinuxException {
        if (result < 0) {
            throw new LinuxException(errno(), operation);
        }
        return result;
    }

    int socket(int family, int type, int protocol, String what) throws LinuxException {
        return check(libc.socket(family, type | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol), "open " + what);
    }

    void option(int fd, int level, int name, int value, String operation) throws LinuxException {
        Memory memory = Memory.allocate(4);
        memory.buffer().putInt(0, value);
        try {
            check(libc.setsockopt(fd, level, name, memory.address(), 4), operation);
        } finally {
            Reference.reachabilityFence(memory);
        }
    }

    void option(int fd, int level, int name, byte[] value, String operation) throws LinuxException {
        Memory memory = Memory.allocate(value.length);
        memory.buffer().put(0, value);
        try {
            check(libc.setsockopt(fd, level, name, memory.address(), value.length), operation);
        } finally {
            Reference.reachabilityFence(memory);
        }
    }

    /** Buffer size, by force if we may; what the kernel grants without force is good enough. */
    void bufferOption(int fd, int forced, int plain, int octets, String operation) throws LinuxException {
        try {
            option(fd, SOL_SOCKET, forced, octets, operation);
        } catch (LinuxException e) {
            if (e.errno() != Errno.EPERM) {
                throw e;
            }
            option(fd, SOL_SOCKET, plain, octets, operation);
        }
    }
}
