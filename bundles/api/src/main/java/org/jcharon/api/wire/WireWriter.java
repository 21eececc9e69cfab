// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.wire;

import java.util.Arrays;

/** Collects integers in network byte order and octets. Not thread-safe. */
public final class WireWriter {

    private byte[] octets;
    private int length;

    /** Starts empty with room for 128 octets; grows as needed. */
    public WireWriter() {
        this(128);
    }

    /** Starts empty with room for {@code capacity} octets; grows as needed. */
    public WireWriter(int capacity) {
        octets = new byte[capacity];
    }

    /** Appends one octet, 0 to 255. */
    public WireWriter u8(int value) {
        check(value, 0xFF);
        room(1);
        octets[length++] = (byte) value;
        return this;
    }

    /** Appends two octets, 0 to 65535. */
    public WireWriter u16(int value) {
        check(value, 0xFFFF);
        room(2);
        octets[length++] = (byte) (value >> 8);
        octets[length++] = (byte) value;
        return this;
    }

    /** Appends four octets, 0 to 2^32-1. */
    public WireWriter u32(long value) {
        check(value, 0xFFFF_FFFFL);
        return u16((int) (value >>> 16)).u16((int) (value & 0xFFFF));
    }

    /** Appends all eight octets of {@code value}. */
    public WireWriter u64(long value) {
        return u32(value >>> 32).u32(value & 0xFFFF_FFFFL);
    }

    /** Appends octets. */
    public WireWriter chunk(Chunk chunk) {
        room(chunk.length());
        chunk.copyTo(octets, length);
        length += chunk.length();
        return this;
    }

    /** Appends octets. */
    public WireWriter array(byte... more) {
        room(more.length);
        System.arraycopy(more, 0, octets, length, more.length);
        length += more.length;
        return this;
    }

    /** Appends {@code count} zero octets. */
    public WireWriter zeros(int count) {
        room(count);
        length += count;
        return this;
    }

    /** Octets written so far. */
    public int length() {
        return length;
    }

    /** Overwrites one octet at {@code offset}, which was written before. */
    public void patchU8(int offset, int value) {
        check(value, 0xFF);
        java.util.Objects.checkIndex(offset, length);
        octets[offset] = (byte) value;
    }

    /** Overwrites two octets at {@code offset}, which were written before. */
    public void patchU16(int offset, int value) {
        check(value, 0xFFFF);
        java.util.Objects.checkFromIndexSize(offset, 2, length);
        octets[offset] = (byte) (value >> 8);
        octets[offset + 1] = (byte) value;
    }

    /** Overwrites four octets at {@code offset}, which were written before. */
    public void patchU32(int offset, long value) {
        check(value, 0xFFFF_FFFFL);
        patchU16(offset, (int) (value >>> 16));
        patchU16(offset + 2, (int) (value & 0xFFFF));
    }

    /** A copy of what was written. */
    public byte[] toArray() {
        return Arrays.copyOf(octets, length);
    }

    /** A copy of what was written. */
    public Chunk toChunk() {
        return Chunk.wrap(toArray());
    }

    private static void check(long value, long max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(value + " is not in 0.." + max);
        }
    }

    private void room(int more) {
        if (octets.length - length < more) {
            byte[] grown = Arrays.copyOf(octets, Math.max(octets.length * 2, Math.addExact(length, more)));
            Arrays.fill(octets, (byte) 0); // secrets pass through here: leave no copy in a dropped array
            octets = grown;
        }
    }
}
