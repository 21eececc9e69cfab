// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.wire;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * Octets that are wiped when their one owner closes them. Never printed, compared in constant time.
 *
 * <p>Any thread may use an instance; closing while another thread uses it is the owner's mistake.
 */
public final class Secret implements AutoCloseable {

    private final byte[] octets;
    private volatile boolean closed; // publishes the wipe: a reader after it throws instead of using zeros

    private Secret(byte[] octets) {
        this.octets = octets;
    }

    /** Copies {@code octets}; the caller keeps its array and wipes it. */
    public static Secret copyOf(byte[] octets) {
        return new Secret(octets.clone());
    }

    /** Takes the array over without a copy; it is wiped on {@link #close()}. */
    public static Secret own(byte[] octets) {
        return new Secret(octets);
    }

    /** Number of octets. */
    public int length() {
        return octets.length;
    }

    /** A copy, owned and to be wiped by the caller. Throws {@link IllegalStateException} after {@link #close()}. */
    public byte[] reveal() {
        return open().clone();
    }

    /** Copies {@code length} octets from {@code from} into a secret of its own. */
    public Secret slice(int from, int length) {
        java.util.Objects.checkFromIndexSize(from, length, octets.length);
        return new Secret(Arrays.copyOfRange(open(), from, from + length));
    }

    /** An independent copy for another owner. */
    public Secret copy() {
        return new Secret(reveal());
    }

    /** Constant-time comparison. */
    public boolean matches(Secret other) {
        return MessageDigest.isEqual(open(), other.open());
    }

    /** Lends the octets for the duration of {@code use}, without a copy; they must be neither kept nor written. */
    public <T> T with(java.util.function.Function<byte[], T> use) {
        return use.apply(open());
    }

    /** Whether {@link #close()} was called. */
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        Arrays.fill(octets, (byte) 0);
    }

    private byte[] open() {
        if (closed) {
            throw new IllegalStateException("secret was wiped");
        }
        return octets;
    }

    @Override
    public String toString() {
        return "Secret[" + octets.length + "]";
    }
}
