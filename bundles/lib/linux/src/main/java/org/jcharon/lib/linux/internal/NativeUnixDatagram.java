// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux.internal;

import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Objects;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.UnixDatagramSocket;

/** SOCK_DGRAM of AF_UNIX, either connected or bound. */
final class NativeUnixDatagram extends SharedHandle implements UnixDatagramSocket {

    private static final int OCTETS_FAMILY = 2;
    /** sun_path without its terminating zero. */
    private static final int MAX_PATH = 107;

    private static final int MSG_DONTWAIT = 0x40;
    private static final int MSG_NOSIGNAL = 0x4000;

    private final Object sending = new Object();
    private final Object receiving = new Object();
    private Memory outgoing = Memory.allocate(2048); // guarded by sending
    private Memory incoming; // guarded by receiving

    private NativeUnixDatagram(Native sys, Descriptor descriptor) {
        super(sys, descriptor);
    }

    static NativeUnixDatagram connected(Native sys, Path peer) throws LinuxException {
        return open(sys, peer, false);
    }

    static NativeUnixDatagram bound(Native sys, Path local) throws LinuxException {
        return open(sys, local, true);
    }

    private static NativeUnixDatagram open(Native sys, Path path, boolean bind) throws LinuxException {
        byte[] name = path.toString().getBytes(StandardCharsets.UTF_8);
        String operation = (bind ? "bind" : "connect to") + " Unix datagram socket " + path;
        if (name.length > MAX_PATH) {
            throw new LinuxException(
                    Errno.EINVAL, operation, "the path has " + name.length + " octets, at most " + MAX_PATH);
        }
        Memory address = Memory.allocate(OCTETS_FAMILY + MAX_PATH + 1);
        address.buffer().putShort(0, (short) Native.AF_UNIX).put(OCTETS_FAMILY, name);
        int length = OCTETS_FAMILY + name.length + 1;
        String what = "Unix datagram socket " + path;
        Descriptor descriptor = new Descriptor(sys, sys.socket(Native.AF_UNIX, Native.SOCK_DGRAM, 0, what), what);
        try {
            sys.check(
                    bind
                            ? sys.libc.bind(descriptor.fd(), address.address(), length)
                            : sys.libc.connect(descriptor.fd(), address.address(), length),
                    operation);
            return new NativeUnixDatagram(sys, descriptor);
        } catch (LinuxException e) {
            descriptor.close();
            throw e;
        } finally {
            Reference.reachabilityFence(address);
        }
    }

    @Override
    public boolean send(byte[] octets, int offset, int length) throws LinuxException {
        Objects.checkFromIndexSize(offset, length, octets.length);
        String operation = "send " + length + " octets on ";
        if (length > MAX_OCTETS) {
            throw new LinuxException(Errno.EMSGSIZE, operation + descriptor.what());
        }
        synchronized (sending) {
            if (outgoing.size() < length) {
                outgoing = Memory.allocate(Math.max(length, Math.min(MAX_OCTETS, 2 * outgoing.size())));
            }
            outgoing.buffer().put(0, octets, offset, length);
            descriptor.enterOrThrow("send on");
            try {
                while (sys.libc.send(descriptor.fd(), outgoing.address(), length, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
                    int errno = sys.errno();
                    if (errno == Errno.EAGAIN || errno == Errno.ENOBUFS) {
                        return false;
                    }
                    if (errno != Errno.EINTR) {
                        throw new LinuxException(errno, operation + descriptor.what());
                    }
                }
                return true;
            } finally {
                descriptor.exit();
                Reference.reachabilityFence(outgoing);
            }
        }
    }

    @Override
    public int receive(byte[] target, int offset, int length) throws LinuxException {
        Objects.checkFromIndexSize(offset, length, target.length);
        synchronized (receiving) {
            if (!descriptor.enter()) {
                return -1;
            }
            try {
                if (incoming == null || incoming.size() < length) {
                    incoming = Memory.allocate(length);
                }
                while (!descriptor.isClosed()) {
                    int octets = (int) sys.libc.read(descriptor.fd(), incoming.address(), length);
                    if (octets >= 0) {
                        incoming.buffer().get(0, target, offset, octets);
                        return octets;
                    }
                    int errno = sys.errno();
                    if (errno == Errno.EAGAIN) {
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
                Reference.reachabilityFence(incoming);
            }
        }
    }
}
