// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.wire;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * Immutable octets with value equality. Any thread may use an instance.
 *
 * <p>Not for secrets: those are a {@link Secret}, which is wiped.
 */
public final class Chunk {

    /** No octets. */
    public static final Chunk EMPTY = new Chunk(new byte[0]);

    private static final int SHOWN_OCTETS = 16;

    private final byte[] octets;

    private Chunk(byte[] octets) {
        this.octets = octets;
    }

    /** Copies {@code octets}; the caller keeps its array. */
    public static Chunk of(byte... octets) {
        return octets.length == 0 ? EMPTY : new Chunk(octets.clone());
    }

    /** Copies {@code length} octets from {@code offset}; throws {@link IndexOutOfBoundsException} outside the array. */
    public static Chunk of(byte[] octets, int offset, int length) {
        java.util.Objects.checkFromIndexSize(offset, length, octets.length);
        return length == 0 ? EMPTY : new Chunk(Arrays.copyOfRange(octets, offset, offset + length));
    }

    /** Takes the array over without a copy: the caller hands it over and must never write to it again. */
    public static Chunk wrap(byte[] octets) {
        return octets.length == 0 ? EMPTY : new Chunk(octets);
    }

    /** Octets from hexadecimal digits without separators; throws {@link IllegalArgumentException} for anything else. */
    public static Chunk ofHex(String hex) {
        return wrap(HexFormat.of().parseHex(hex));
    }

    /** The octets of all parts, one after the other. */
    public static Chunk concat(Chunk... parts) {
        int length = 0;
        for (Chunk part : parts) {
            length = Math.addExact(length, part.octets.length);
        }
        byte[] all = new byte[length];
        int at = 0;
        for (Chunk part : parts) {
            System.arraycopy(part.octets, 0, all, at, part.octets.length);
            at += part.octets.length;
        }
        return wrap(all);
    }

    /** Number of octets. */
    public int length() {
        return octets.length;
    }

    /** Whether there are no octets. */
    public boolean isEmpty() {
        return octets.length == 0;
    }

    /** The octet at {@code index}, 0 to 255. */
    public int at(int index) {
        return octets[index] & 0xFF;
    }

    /** A copy, owned by the caller. */
    public byte[] toArray() {
        return octets.clone();
    }

    /** A read-only view in network byte order; no copy. */
    public ByteBuffer buffer() {
        return ByteBuffer.wrap(octets).asReadOnlyBuffer();
    }

    /** Octets {@code from} (inclusive) to {@code to} (exclusive). */
    public Chunk slice(int from, int to) {
        return of(octets, from, to - from);
    }

    /** Copies all octets into {@code target} at {@code offset}. */
    public void copyTo(byte[] target, int offset) {
        System.arraycopy(octets, 0, target, offset, octets.length);
    }

    /** Whether the octets begin with those of {@code prefix}. */
    public boolean startsWith(Chunk prefix) {
        return octets.length >= prefix.octets.length
                && Arrays.equals(octets, 0, prefix.octets.length, prefix.octets, 0, prefix.octets.length);
    }

    /** Unsigned lexicographic order, as RFC 7296 section 2.8.1 compares nonces. */
    public int compareUnsigned(Chunk other) {
        return Arrays.compareUnsigned(octets, other.octets);
    }

    /** Compares in time that depends on the lengths only: for MACs and hashes that an attacker may guess at. */
    public boolean equalsConstantTime(Chunk other) {
        return java.security.MessageDigest.isEqual(octets, other.octets);
    }

    /** Lower-case hexadecimal digits of all octets. */
    public String toHex() {
        return HexFormat.of().formatHex(octets);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Chunk chunk && Arrays.equals(octets, chunk.octets);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(octets);
    }

    /** Length and the first octets, short enough for a log line. */
    @Override
    public String toString() {
        int shown = Math.min(SHOWN_OCTETS, octets.length);
        return octets.length + ":" + HexFormat.of().formatHex(octets, 0, shown) + (shown < octets.length ? "…" : "");
    }
}
