// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.wire;

import java.util.Objects;

/**
 * Reads integers in network byte order and octets from an array, never past its end. Not thread-safe.
 *
 * <p>The array is borrowed: it must not change while the reader is used; what is returned is copied.
 */
public final class WireReader {

    private final byte[] octets;
    private final int base;
    private final int end;
    private int at;

    /** Reads all of {@code octets}. */
    public WireReader(byte[] octets) {
        this(octets, 0, octets.length);
    }

    /** Reads {@code length} octets from {@code offset}; offsets in messages count from there. */
    public WireReader(byte[] octets, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, octets.length);
        this.octets = octets;
        this.base = offset;
        this.at = offset;
        this.end = offset + length;
    }

    /** Reads a copy of {@code chunk}. */
    public WireReader(Chunk chunk) {
        this(chunk.toArray());
    }

    /** Octets left. */
    public int remaining() {
        return end - at;
    }

    /** Octets read so far. */
    public int offset() {
        return at - base;
    }

    /** One octet, 0 to 255. */
    public int u8(String what) throws WireException {
        need(1, what);
        return octets[at++] & 0xFF;
    }

    /** Two octets, 0 to 65535. */
    public int u16(String what) throws WireException {
        need(2, what);
        int value = (octets[at] & 0xFF) << 8 | (octets[at + 1] & 0xFF);
        at += 2;
        return value;
    }

    /** Four octets, 0 to 2^32-1. */
    public long u32(String what) throws WireException {
        return ((long) u16(what) << 16) | u16(what);
    }

    /** Eight octets as they are, so that values over 2^63-1 are negative. */
    public long u64(String what) throws WireException {
        return (u32(what) << 32) | u32(what);
    }

    /** {@code length} octets. */
    public Chunk chunk(int length, String what) throws WireException {
        need(length, what);
        Chunk chunk = Chunk.of(octets, at, length);
        at += length;
        return chunk;
    }

    /** {@code length} octets that the caller owns and wipes. */
    public byte[] array(int length, String what) throws WireException {
        need(length, what);
        byte[] copy = java.util.Arrays.copyOfRange(octets, at, at + length);
        at += length;
        return copy;
    }

    /** All octets left. */
    public Chunk rest() {
        Chunk chunk = Chunk.of(octets, at, end - at);
        at = end;
        return chunk;
    }

    /** Passes over {@code length} octets. */
    public void skip(int length, String what) throws WireException {
        need(length, what);
        at += length;
    }

    /** A reader of the next {@code length} octets, which this one passes over. */
    public WireReader sub(int length, String what) throws WireException {
        need(length, what);
        WireReader sub = new WireReader(octets, at, length);
        at += length;
        return sub;
    }

    /** Throws unless everything was read. */
    public void end(String what) throws WireException {
        if (at != end) {
            throw new WireException(what + ": " + (end - at) + " octets too many", offset());
        }
    }

    /** An exception that names the current offset. */
    public WireException error(String what) {
        return new WireException(what, offset());
    }

    private void need(int length, String what) throws WireException {
        if (length < 0 || length > end - at) {
            throw new WireException(what + ": " + length + " octets expected, " + (end - at) + " left", offset());
        }
    }
}
