// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux.internal;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.TunDevice;

/** /dev/net/tun. */
final class NativeTun extends SharedHandle implements TunDevice {

    private static final String PATH = "/dev/net/tun";
    private static final int O_RDWR_NONBLOCK_CLOEXEC = 0x80802;
    private static final long TUNSETIFF = 0x400454CAL;
    private static final int IFF_TUN_NO_PI = 0x1001;
    private static final long SIOCGIFFLAGS = 0x8913;
    private static final long SIOCSIFFLAGS = 0x8914;
    private static final long SIOCSIFMTU = 0x8922;
    private static final long SIOCGIFINDEX = 0x8933;
    private static final int IFF_UP = 1;
    private static final int MIN_MTU = 68;
    private static final int MAX_OCTETS = 65_535;
    private static final int WRITE_WAIT_MILLIS = 100;

    private final String name;
    private final int index;
    // For arrays: memory of the last copy, so that one reader and one writer allocate nothing.
    private final AtomicReference<ByteBuffer> spare = new AtomicReference<>();

    private NativeTun(Native sys, Descriptor descriptor, String name) throws LinuxException {
        super(sys, descriptor);
        this.name = name;
        this.index = ask(SIOCGIFINDEX, "index of").buffer().getInt(Layout.IFREQ_UNION);
    }

    static NativeTun open(Native sys, String wanted) throws LinuxException {
        byte[] bytes = wanted.getBytes(StandardCharsets.US_ASCII);
        if (bytes.length < 1 || bytes.length > 15) {
            throw new LinuxException(Errno.EINVAL, "open tun '" + wanted + "'", "a name has 1 to 15 characters");
        }
        Memory path = Memory.allocate(PATH.length() + 1);
        path.buffer().put(0, PATH.getBytes(StandardCharsets.US_ASCII));
        int fd;
        try {
            fd = sys.libc.open(path.address(), O_RDWR_NONBLOCK_CLOEXEC);
        } finally {
            Reference.reachabilityFence(path);
        }
        if (fd < 0) {
            throw new LinuxException(sys.errno(), "open " + PATH, remedy(sys.errno()));
        }
        Descriptor descriptor = new Descriptor(sys, fd, "tun " + wanted);
        try {
            Memory request = Memory.allocate(Layout.IFREQ);
            request.buffer().put(0, bytes).putShort(Layout.IFREQ_UNION, (short) IFF_TUN_NO_PI);
            if (sys.libc.ioctl(fd, TUNSETIFF, request.address()) < 0) {
                throw new LinuxException(sys.errno(), "create tun " + wanted, remedy(sys.errno()));
            }
            return new NativeTun(sys, descriptor, nameIn(request.buffer()));
        } catch (LinuxException e) {
            descriptor.close();
            throw e;
        }
    }

    private static String remedy(int errno) {
        return switch (errno) {
            case Errno.ENOENT, Errno.ENODEV, 6 -> "load the module with 'modprobe tun', or give the container " + PATH;
            case Errno.EPERM, Errno.EACCES -> "run as root or with CAP_NET_ADMIN";
            case Errno.EBUSY -> "another process holds a device of that name";
            default -> "";
        };
    }

    private static String nameIn(ByteBuffer request) {
        byte[] bytes = new byte[16];
        request.get(0, bytes);
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, 0, end, StandardCharsets.US_ASCII);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public void mtu(int octets) throws LinuxException {
        if (octets < MIN_MTU || octets > MAX_OCTETS) {
            throw new LinuxException(Errno.EINVAL, "set mtu " + octets + " of " + name);
        }
        Memory request = request();
        request.buffer().putInt(Layout.IFREQ_UNION, octets);
        control(SIOCSIFMTU, request, "set mtu " + octets + " of");
    }

    @Override
    public void up(boolean up) throws LinuxException {
        Memory request = ask(SIOCGIFFLAGS, "flags of");
        int flags = request.buffer().getShort(Layout.IFREQ_UNION);
        request.buffer().putShort(Layout.IFREQ_UNION, (short) (up ? flags | IFF_UP : flags & ~IFF_UP));
        control(SIOCSIFFLAGS, request, up ? "set up" : "set down");
    }

    private Memory ask(long code, String operation) throws LinuxException {
        Memory request = request();
        control(code, request, operation);
        return request;
    }

    private Memory request() {
        Memory request = Memory.allocate(Layout.IFREQ);
        request.buffer().put(0, name.getBytes(StandardCharsets.US_ASCII));
        return request;
    }

    // Interface requests want a socket; which kind does not matter.
    private void control(long code, Memory request, String operation) throws LinuxException {
        int fd = sys.socket(Native.AF_INET, Native.SOCK_DGRAM, 0, "socket for tun " + name);
        try {
            sys.check(sys.libc.ioctl(fd, code, request.address()), operation + " tun " + name);
        } finally {
            sys.libc.close(fd);
            Reference.reachabilityFence(request);
        }
    }

    @Override
    public int read(ByteBuffer packet) throws LinuxException {
        return read(packet, true);
    }

    @Override
    public int readNow(ByteBuffer packet) throws LinuxException {
        return read(packet, false);
    }

    private int read(ByteBuffer packet, boolean wait) throws LinuxException {
        long address = direct(packet) + packet.position();
        if (!descriptor.enter()) {
            return -1;
        }
        try {
            while (!descriptor.isClosed()) {
                long got = sys.libc.read(descriptor.fd(), address, packet.remaining());
                if (got > 0) {
                    packet.position(packet.position() + (int) got);
                    return (int) got;
                }
                int errno = got == 0 ? Errno.EAGAIN : sys.errno();
                if (errno == Errno.EAGAIN) {
                    if (!wait) {
                        return 0;
                    }
                    if (descriptor.awaitInput(-1) == Descriptor.Wait.WOKEN && !descriptor.isClosed()) {
                        return 0;
                    }
                } else if (errno != Errno.EINTR) {
                    throw new LinuxException(errno, "read " + descriptor.what());
                }
            }
            return -1;
        } finally {
            descriptor.exit();
            Reference.reachabilityFence(packet);
        }
    }

    @Override
    public int read(byte[] packet, int offset, int length) throws LinuxException {
        Objects.checkFromIndexSize(offset, length, packet.length);
        ByteBuffer copy = take();
        try {
            int got = read(copy.limit(Math.min(length, MAX_OCTETS)));
            if (got > 0) {
                copy.get(0, packet, offset, got);
            }
            return got;
        } finally {
            spare.set(copy);
        }
    }

    @Override
    public void write(ByteBuffer packet) throws LinuxException {
        long address = direct(packet) + packet.position();
        int length = packet.remaining();
        descriptor.enterOrThrow("write");
        try {
            boolean waited = false;
            while (sys.libc.write(descriptor.fd(), address, length) < 0) {
                int errno = sys.errno();
                if (errno == Errno.EAGAIN && !waited) {
                    descriptor.awaitOutput(WRITE_WAIT_MILLIS);
                    waited = true;
                } else if (errno != Errno.EINTR) {
                    throw new LinuxException(errno, "write " + length + " octets to " + descriptor.what());
                }
            }
            packet.position(packet.limit());
        } finally {
            descriptor.exit();
            Reference.reachabilityFence(packet);
        }
    }

    @Override
    public void write(byte[] packet, int offset, int length) throws LinuxException {
        if (length > MAX_OCTETS) {
            throw new LinuxException(Errno.EMSGSIZE, "write " + length + " octets to " + descriptor.what());
        }
        ByteBuffer copy = take();
        try {
            write(copy.put(packet, offset, length).flip());
        } finally {
            spare.set(copy);
        }
    }

    private ByteBuffer take() {
        ByteBuffer taken = spare.getAndSet(null);
        return taken != null ? taken.clear() : ByteBuffer.allocateDirect(MAX_OCTETS);
    }

    private static long direct(ByteBuffer buffer) {
        if (!buffer.isDirect() || buffer.isReadOnly()) {
            throw new IllegalArgumentException("not a writable direct buffer");
        }
        return Memory.addressOf(buffer);
    }
}
