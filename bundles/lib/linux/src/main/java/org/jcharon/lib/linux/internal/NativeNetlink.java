// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux.internal;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.LinuxException;
import org.jcharon.lib.linux.NetlinkAttributes;
import org.jcharon.lib.linux.NetlinkBuilder;
import org.jcharon.lib.linux.NetlinkEvents;
import org.jcharon.lib.linux.NetlinkMessage;
import org.jcharon.lib.linux.NetlinkSocket;

/** One netlink socket, for requests or for events. */
final class NativeNetlink extends SharedHandle implements NetlinkSocket, NetlinkEvents {

    private static final int SO_RCVBUF = 8;
    private static final int SO_RCVBUFFORCE = 33;
    private static final int SOL_NETLINK = 270;
    private static final int NETLINK_ADD_MEMBERSHIP = 1;
    private static final int NETLINK_CAP_ACK = 10;
    private static final int NETLINK_EXT_ACK = 11;
    private static final int NETLINK_GET_STRICT_CHK = 12;
    private static final int RECEIVE_BUFFER_OCTETS = 8 << 20;
    private static final int NLM_F_REQUEST = 1;
    private static final int NLM_F_ACK = 4;
    private static final int NLM_F_DUMP_INTR = 0x10;
    private static final int NLM_F_CAPPED = 0x100;
    private static final int NLM_F_DUMP = 0x300;
    private static final int NLM_F_ACK_TLVS = 0x200;
    private static final int NLMSGERR_ATTR_MSG = 1;
    private static final int MSG_TRUNC = 0x20;
    private static final int MSG_DONTWAIT = 0x40;
    private static final int DUMP_ATTEMPTS = 5;
    private static final int MAX_ANSWERS = 1 << 20;
    private static final int ROOM = 65_536;
    private static final int OCTETS_ERROR = 20;
    private static final int VECTOR = Layout.MSGHDR;
    private static final int SENDER = VECTOR + Layout.IOVEC;

    private final Object busy = new Object();
    private final Memory out;
    private final Memory in = Memory.allocate(ROOM);
    private final Memory header = Memory.allocate(SENDER + 16); // msghdr, iovec, sender's address
    private final byte[] datagram = new byte[ROOM];
    private int sequence; // guarded by busy

    private NativeNetlink(Native sys, Descriptor descriptor, boolean requests) {
        super(sys, descriptor);
        this.out = Memory.allocate(requests ? ROOM + NetlinkMessage.HEADER_OCTETS : 1);
        ByteBuffer fields = header.buffer();
        fields.putLong(Layout.MSGHDR_NAME, header.address() + SENDER);
        fields.putLong(Layout.MSGHDR_IOV, header.address() + VECTOR);
        fields.putLong(Layout.MSGHDR_IOVLEN, 1);
        fields.putLong(VECTOR + Layout.IOVEC_BASE, in.address());
        fields.putLong(VECTOR + Layout.IOVEC_LEN, ROOM);
    }

    static NativeNetlink requests(Native sys, int protocol) throws LinuxException {
        return open(sys, protocol, new int[0], true);
    }

    static NativeNetlink events(Native sys, int protocol, int[] groups) throws LinuxException {
        return open(sys, protocol, groups, false);
    }

    private static NativeNetlink open(Native sys, int protocol, int[] groups, boolean requests) throws LinuxException {
        String name = "netlink " + protocol + (requests ? "" : " events");
        int fd = sys.socket(Native.AF_NETLINK, Native.SOCK_RAW, protocol, name);
        Descriptor descriptor = new Descriptor(sys, fd, name);
        try {
            sys.bufferOption(fd, SO_RCVBUFFORCE, SO_RCVBUF, RECEIVE_BUFFER_OCTETS, "set SO_RCVBUF of " + name);
            for (int option : new int[] {NETLINK_CAP_ACK, NETLINK_EXT_ACK, NETLINK_GET_STRICT_CHK}) {
                try {
                    sys.option(fd, SOL_NETLINK, option, 1, "set option of " + name);
                } catch (LinuxException e) {
                    // An old kernel: errors come without explanation, dumps without filter.
                    if (e.errno() == Errno.EBADF) {
                        throw e;
                    }
                }
            }
            Memory address = Memory.allocate(Layout.SOCKADDR_NL);
            address.buffer().putShort(0, (short) Native.AF_NETLINK);
            sys.check(sys.libc.bind(fd, address.address(), Layout.SOCKADDR_NL), "bind " + name);
            for (int group : groups) {
                sys.option(fd, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group, "join group " + group + " of " + name);
            }
            return new NativeNetlink(sys, descriptor, requests);
        } catch (LinuxException e) {
            descriptor.close();
            throw e;
        }
    }

    @Override
    public List<NetlinkMessage> request(NetlinkBuilder request, Duration timeout) throws LinuxException {
        synchronized (busy) {
            descriptor.enterOrThrow(request.name() + " on");
            try {
                int number = send(request, NLM_F_REQUEST | NLM_F_ACK);
                return collect(request, number, millis(timeout));
            } finally {
                descriptor.exit();
            }
        }
    }

    @Override
    public List<NetlinkMessage> dump(NetlinkBuilder request, Duration timeout) throws LinuxException {
        synchronized (busy) {
            descriptor.enterOrThrow(request.name() + " on");
            try {
                List<NetlinkMessage> answers = List.of();
                for (int attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
                    int number = send(request, NLM_F_REQUEST | NLM_F_DUMP);
                    answers = collect(request, number, millis(timeout));
                    if (answers.stream().noneMatch(answer -> (answer.flags() & NLM_F_DUMP_INTR) != 0)) {
                        break;
                    }
                }
                return answers;
            } finally {
                descriptor.exit();
            }
        }
    }

    private static int millis(Duration timeout) {
        return (int) Math.min(Integer.MAX_VALUE, Math.max(1, timeout.toMillis()));
    }

    private int send(NetlinkBuilder request, int flags) throws LinuxException {
        int number = ++sequence;
        ByteBuffer buffer = out.buffer().clear();
        request.writeTo(buffer, flags, number);
        int length = buffer.position();
        long sent;
        do {
            sent = sys.libc.send(descriptor.fd(), out.address(), length, 0);
        } while (sent < 0 && sys.errno() == Errno.EINTR);
        int errno = sent < 0 ? sys.errno() : 0;
        // The request may have held keys.
        buffer.put(0, new byte[length]);
        if (errno != 0) {
            throw new LinuxException(errno, request.name());
        }
        return number;
    }

    private List<NetlinkMessage> collect(NetlinkBuilder request, int number, int timeoutMillis) throws LinuxException {
        List<NetlinkMessage> answers = new ArrayList<>();
        while (true) {
            int length = receive(timeoutMillis, request.name());
            for (NetlinkMessage message : NetlinkMessage.parse(datagram, length)) {
                if (message.sequence() != number) {
                    continue;
                }
                if (message.type() == NetlinkMessage.TYPE_ERROR) {
                    throwUnlessZero(request, message);
                    return answers;
                }
                if (message.type() == NetlinkMessage.TYPE_DONE) {
                    int status = message.length() >= 4 ? message.u32(0) : 0;
                    if (status < 0) {
                        throw new LinuxException(-status, request.name());
                    }
                    return answers;
                }
                if (answers.size() == MAX_ANSWERS) {
                    throw new LinuxException(Errno.ENOBUFS, request.name(), "over " + MAX_ANSWERS + " answers");
                }
                answers.add(message);
            }
        }
    }

    private static void throwUnlessZero(NetlinkBuilder request, NetlinkMessage message) throws LinuxException {
        int error = message.u32(0);
        if (error == 0) {
            return;
        }
        throw new LinuxException(
                error == Integer.MIN_VALUE ? Errno.EBADMSG : Math.abs(error), request.name(), explanation(message));
    }

    private static String explanation(NetlinkMessage message) {
        if ((message.flags() & NLM_F_ACK_TLVS) == 0) {
            return "";
        }
        try {
            int fixed = OCTETS_ERROR;
            if ((message.flags() & NLM_F_CAPPED) == 0) {
                // The whole request is repeated: its length stands in the header that follows the error number.
                fixed = Math.addExact(4, Math.max(16, message.u32(4)));
            }
            NetlinkAttributes attributes = message.attributes(fixed);
            return attributes.has(NLMSGERR_ATTR_MSG) ? attributes.text(NLMSGERR_ATTR_MSG) : "";
        } catch (LinuxException | ArithmeticException e) {
            return ""; // the error itself matters, not a malformed explanation of it
        }
    }

    /** Octets of the next datagram from the kernel, now in {@link #datagram}. */
    private int receive(int timeoutMillis, String operation) throws LinuxException {
        while (true) {
            if (descriptor.isClosed()) {
                throw new LinuxException(Errno.EBADF, operation, "closed meanwhile");
            }
            int got = tryReceive(operation);
            if (got >= 0) {
                return got;
            }
            if (descriptor.awaitInput(timeoutMillis) == Descriptor.Wait.TIMEOUT) {
                throw new LinuxException(Errno.ETIMEDOUT, operation, "no answer in " + timeoutMillis + " ms");
            }
        }
    }

    /** Octets of a datagram, or -1 if none is there. */
    private int tryReceive(String operation) throws LinuxException {
        while (true) {
            header.buffer().putInt(Layout.MSGHDR_NAMELEN, Layout.SOCKADDR_NL);
            long got = sys.libc.recvmsg(descriptor.fd(), header.address(), MSG_DONTWAIT | MSG_TRUNC);
            if (got > ROOM) {
                throw new LinuxException(Errno.EMSGSIZE, operation, "answer of " + got + " octets");
            }
            if (got >= 0) {
                if (header.buffer().getInt(SENDER + Layout.SOCKADDR_NL_PID) != 0) {
                    continue; // any process may send to a netlink socket: only the kernel is believed
                }
                in.buffer().get(0, datagram, 0, (int) got);
                return (int) got;
            }
            int errno = sys.errno();
            if (errno == Errno.EAGAIN) {
                return -1;
            }
            if (errno != Errno.EINTR) {
                throw new LinuxException(errno, operation);
            }
        }
    }

    @Override
    public boolean receive(Consumer<? super NetlinkMessage> consumer) throws LinuxException {
        List<NetlinkMessage> messages = List.of();
        synchronized (busy) {
            if (!descriptor.enter()) {
                return false;
            }
            try {
                int got = tryReceive("receive on " + descriptor.what());
                if (got < 0) {
                    if (descriptor.awaitInput(-1) == Descriptor.Wait.READY) {
                        got = tryReceive("receive on " + descriptor.what());
                    }
                }
                if (descriptor.isClosed()) {
                    return false;
                }
                if (got > 0) {
                    messages = NetlinkMessage.parse(datagram, got);
                }
            } finally {
                descriptor.exit();
            }
        }
        messages.forEach(consumer);
        return true;
    }
}
