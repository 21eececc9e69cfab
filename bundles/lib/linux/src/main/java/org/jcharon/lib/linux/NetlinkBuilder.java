// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * A netlink request under construction: first the fixed structure, then attributes. Not thread-safe; may be sent again.
 * Integers are written in host byte order unless the name ends in {@code be}.
 *
 * <p>Values that may be keys lie in an array that {@link #wipe} clears.
 */
public final class NetlinkBuilder {

    public static final int NLM_F_REPLACE = 0x100;
    public static final int NLM_F_EXCL = 0x200;
    public static final int NLM_F_CREATE = 0x400;

    private static final int LIMIT_OCTETS = 65_536;

    private final int type;
    private final int flags;
    private final String name;
    private byte[] body = new byte[128];
    private int length;

    /**
     * Starts a request.
     *
     * @param type nlmsg_type
     * @param flags {@link #NLM_F_CREATE} and the like; REQUEST, ACK and DUMP are set when it is sent
     * @param name what errors call it: {@code "RTM_NEWADDR 10.0.0.1/32"}
     */
    public NetlinkBuilder(int type, int flags, String name) {
        this.type = type;
        this.flags = flags;
        this.name = name;
    }

    public NetlinkBuilder u8(int value) {
        room(1);
        body[length++] = (byte) value;
        return this;
    }

    public NetlinkBuilder u16(int value) {
        room(2);
        NetlinkMessage.U16.set(body, length, (short) value);
        length += 2;
        return this;
    }

    public NetlinkBuilder u16be(int value) {
        return u8(value >> 8).u8(value);
    }

    public NetlinkBuilder u32(int value) {
        room(4);
        NetlinkMessage.U32.set(body, length, value);
        length += 4;
        return this;
    }

    public NetlinkBuilder u32be(int value) {
        return u16be(value >> 16).u16be(value);
    }

    public NetlinkBuilder u64(long value) {
        room(8);
        NetlinkMessage.U64.set(body, length, value);
        length += 8;
        return this;
    }

    public NetlinkBuilder octets(byte[] octets) {
        room(octets.length);
        System.arraycopy(octets, 0, body, length, octets.length);
        length += octets.length;
        return this;
    }

    /** {@code count} zero octets. */
    public NetlinkBuilder zeros(int count) {
        room(count);
        length += count;
        return this;
    }

    /** An attribute; the array is copied. */
    public NetlinkBuilder attribute(int attribute, byte[] value) {
        int start = open(attribute);
        octets(value);
        return shut(start);
    }

    public NetlinkBuilder attributeU8(int attribute, int value) {
        int start = open(attribute);
        u8(value);
        return shut(start);
    }

    public NetlinkBuilder attributeU16(int attribute, int value) {
        int start = open(attribute);
        u16(value);
        return shut(start);
    }

    public NetlinkBuilder attributeU32(int attribute, int value) {
        int start = open(attribute);
        u32(value);
        return shut(start);
    }

    public NetlinkBuilder attributeU64(int attribute, long value) {
        int start = open(attribute);
        u64(value);
        return shut(start);
    }

    /** A text with its zero octet. */
    public NetlinkBuilder attributeText(int attribute, String value) {
        int start = open(attribute);
        octets(value.getBytes(StandardCharsets.UTF_8));
        u8(0);
        return shut(start);
    }

    /** An attribute whose value {@code content} writes to this builder: a structure, or further attributes. */
    public NetlinkBuilder nested(int attribute, Consumer<NetlinkBuilder> content) {
        int start = open(attribute);
        content.accept(this);
        return shut(start);
    }

    /** Clears every octet that was written. */
    public void wipe() {
        Arrays.fill(body, (byte) 0);
        length = 0;
    }

    /** What errors call the request. */
    public String name() {
        return name;
    }

    /** Octets of the whole message, header included. */
    public int length() {
        return NetlinkMessage.HEADER_OCTETS + length;
    }

    /** Writes the whole message, header included, to a buffer in host byte order. */
    public void writeTo(ByteBuffer target, int moreFlags, int sequence) {
        ByteBuffer out = target.order(ByteOrder.nativeOrder());
        out.putInt(length())
                .putShort((short) type)
                .putShort((short) (flags | moreFlags))
                .putInt(sequence)
                .putInt(0)
                .put(body, 0, length);
    }

    static int aligned(int octets) {
        return (octets + 3) & ~3;
    }

    private int open(int attribute) {
        zeros(aligned(length) - length);
        int start = length;
        u16(0).u16(attribute);
        return start;
    }

    private NetlinkBuilder shut(int start) {
        int size = length - start;
        if (size > 0xFFFF) {
            throw new IllegalArgumentException(name + ": attribute of " + size + " octets");
        }
        NetlinkMessage.U16.set(body, start, (short) size);
        return zeros(aligned(length) - length);
    }

    private void room(int octets) {
        if (octets < 0 || octets > LIMIT_OCTETS - length) {
            throw new IllegalArgumentException(name + ": over " + LIMIT_OCTETS + " octets");
        }
        if (length + octets > body.length) {
            byte[] old = body;
            body = Arrays.copyOf(old, Math.max(length + octets, old.length * 2));
            Arrays.fill(old, (byte) 0);
        }
    }
}
