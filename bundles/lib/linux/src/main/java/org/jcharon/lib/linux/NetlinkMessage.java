// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A netlink message as received: the header's fields and the body behind it. Immutable. Integers are in host byte order
 * unless the name ends in {@code be}. No octets whatever make a method throw unchecked; what lies outside the message is a
 * {@link LinuxException} with EBADMSG.
 */
public final class NetlinkMessage {

    /** Octets of the header (nlmsghdr). */
    public static final int HEADER_OCTETS = 16;

    /** nlmsg_type of an acknowledgement or error. */
    public static final int TYPE_ERROR = 2;

    /** nlmsg_type of the end of a dump. */
    public static final int TYPE_DONE = 3;

    static final VarHandle U16 = MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.nativeOrder());
    static final VarHandle U32 = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.nativeOrder());
    static final VarHandle U64 = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final int type;
    private final int flags;
    private final int sequence;
    private final byte[] body;

    private NetlinkMessage(int type, int flags, int sequence, byte[] body) {
        this.type = type;
        this.flags = flags;
        this.sequence = sequence;
        this.body = body;
    }

    /**
     * Copies the messages out of one datagram.
     *
     * @throws LinuxException EBADMSG if a length does not fit
     */
    public static List<NetlinkMessage> parse(byte[] datagram, int length) throws LinuxException {
        if (length < 0 || length > datagram.length) {
            throw malformed("length " + length + " of a buffer of " + datagram.length);
        }
        List<NetlinkMessage> messages = new ArrayList<>();
        int at = 0;
        while (length - at >= HEADER_OCTETS) {
            int size = (int) U32.get(datagram, at);
            if (size < HEADER_OCTETS || size > length - at) {
                throw malformed("message of " + Integer.toUnsignedString(size) + " octets at " + at + " of " + length);
            }
            messages.add(new NetlinkMessage(
                    (short) U16.get(datagram, at + 4) & 0xFFFF,
                    (short) U16.get(datagram, at + 6) & 0xFFFF,
                    (int) U32.get(datagram, at + 8),
                    Arrays.copyOfRange(datagram, at + HEADER_OCTETS, at + size)));
            // size <= length - at, so that the padded end overflows nothing
            at = Math.min(length, at + NetlinkBuilder.aligned(size));
        }
        if (at < length) {
            throw malformed((length - at) + " octets behind the last message");
        }
        return messages;
    }

    /** nlmsg_type. */
    public int type() {
        return type;
    }

    /** nlmsg_flags. */
    public int flags() {
        return flags;
    }

    /** nlmsg_seq. */
    public int sequence() {
        return sequence;
    }

    /** Octets of the body. */
    public int length() {
        return body.length;
    }

    /** Octet at {@code offset} of the body, 0..255. */
    public int u8(int offset) throws LinuxException {
        check(offset, 1);
        return body[offset] & 0xFF;
    }

    /** 16 bits, 0..65535. */
    public int u16(int offset) throws LinuxException {
        check(offset, 2);
        return (short) U16.get(body, offset) & 0xFFFF;
    }

    /** 16 bits in network byte order, 0..65535. */
    public int u16be(int offset) throws LinuxException {
        check(offset, 2);
        return (body[offset] & 0xFF) << 8 | body[offset + 1] & 0xFF;
    }

    /** 32 bits; the caller reads them as signed or unsigned. */
    public int u32(int offset) throws LinuxException {
        check(offset, 4);
        return (int) U32.get(body, offset);
    }

    /** 32 bits in network byte order; the caller reads them as signed or unsigned. */
    public int u32be(int offset) throws LinuxException {
        check(offset, 4);
        int value = (int) U32.get(body, offset);
        return ByteOrder.nativeOrder() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
    }

    /** 64 bits. */
    public long u64(int offset) throws LinuxException {
        check(offset, 8);
        return (long) U64.get(body, offset);
    }

    /** Copy of {@code count} octets of the body. */
    public byte[] octets(int offset, int count) throws LinuxException {
        check(offset, count);
        return Arrays.copyOfRange(body, offset, offset + count);
    }

    /**
     * The attributes behind a fixed structure of {@code fixedOctets}.
     *
     * @throws LinuxException EBADMSG if one does not fit
     */
    public NetlinkAttributes attributes(int fixedOctets) throws LinuxException {
        int from = NetlinkBuilder.aligned(fixedOctets);
        check(0, fixedOctets);
        return from >= body.length
                ? NetlinkAttributes.EMPTY
                : NetlinkAttributes.parse(body, from, body.length - from, "message type " + type);
    }

    private void check(int offset, int count) throws LinuxException {
        if (offset < 0 || count < 0 || offset > body.length - count) {
            throw malformed("message type " + type + ": octets " + offset + "+" + count + " of " + body.length);
        }
    }

    static LinuxException malformed(String detail) {
        return new LinuxException(Errno.EBADMSG, "read netlink", detail);
    }

    @Override
    public String toString() {
        return "netlink type " + type + " flags 0x" + Integer.toHexString(flags) + ", " + body.length + " octets";
    }
}
