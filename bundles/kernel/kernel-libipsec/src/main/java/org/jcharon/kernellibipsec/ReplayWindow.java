// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

/**
 * Which sequence numbers have arrived (RFC 4303 section 3.4.3 and appendix A). Numbers are unsigned, of 64 bits; without
 * extended numbers the upper half stays 0. A ring of words is used as in RFC 6479, so that moving far clears words, not bits.
 * Not thread-safe.
 */
final class ReplayWindow {

    static final int MAX_PACKETS = 1 << 20;

    private static final long LOW = 0xFFFF_FFFFL;

    private final int packets;
    private final long[] words;
    private long top;

    /** A window of {@code packets}, 0 to {@link #MAX_PACKETS}; with 0 every number is taken, as often as it comes. */
    ReplayWindow(int packets) {
        this.packets = packets;
        // One word more than the window: the word of the newest number may hold a few of it only.
        this.words = new long[packets == 0 ? 0 : Integer.highestOneBit((packets + 63) / 64) * 2];
    }

    /** Highest number so far, 0 before the first. */
    long top() {
        return top;
    }

    int packets() {
        return packets;
    }

    /** The whole number that the low half on the wire stands for (RFC 4303 appendix A2.2). */
    long infer(long low) {
        long topLow = top & LOW;
        long topHigh = top >>> 32;
        long bottom = topLow - Math.max(1, packets) + 1;
        long high;
        if (bottom >= 0) {
            high = low >= bottom ? topHigh : topHigh + 1;
        } else {
            // The window reaches into the previous subspace; before the first wrap there is none.
            high = low >= (bottom & LOW) && topHigh > 0 ? topHigh - 1 : topHigh;
        }
        return high << 32 | low;
    }

    /** Whether a number is left of the window. */
    boolean isTooOld(long number) {
        return packets > 0
                && Long.compareUnsigned(number, top) <= 0
                && Long.compareUnsigned(top - number, packets) >= 0;
    }

    /** Whether a number within the window has arrived already. */
    boolean isSeen(long number) {
        return packets > 0
                && Long.compareUnsigned(number, top) <= 0
                && (words[word(number)] >>> (number & 63) & 1) != 0;
    }

    /** Notes a number that is neither too old nor seen; only after its packet was authenticated. */
    void accept(long number) {
        if (Long.compareUnsigned(number, top) > 0) {
            if (packets > 0) {
                long steps = (number >>> 6) - (top >>> 6);
                if (Long.compareUnsigned(steps, words.length) >= 0) {
                    java.util.Arrays.fill(words, 0);
                } else {
                    for (long i = 1; i <= steps; i++) {
                        words[(int) ((top >>> 6) + i & words.length - 1)] = 0;
                    }
                }
            }
            top = number;
        }
        if (packets > 0) {
            words[word(number)] |= 1L << (number & 63);
        }
    }

    /** The window's bits, newest number first, for a successor. */
    long[] snapshot() {
        return words.clone();
    }

    /** Takes over what {@link #snapshot()} of a window of equal size gave; anything else only leaves everything old as seen. */
    void restore(long newTop, long[] newWords) {
        top = newTop;
        if (newWords.length == words.length) {
            System.arraycopy(newWords, 0, words, 0, words.length);
        } else {
            java.util.Arrays.fill(words, -1);
        }
    }

    private int word(long number) {
        return (int) (number >>> 6 & words.length - 1);
    }
}
