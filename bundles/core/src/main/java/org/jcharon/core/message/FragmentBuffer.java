// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import org.jcharon.api.wire.Chunk;

/**
 * Puts one message together from its fragments (RFC 7383 section 2.6). Not thread-safe: lease held.
 *
 * <p>It holds fragments of one message at a time, authentic ones only; a fragment of another message replaces them, so that the
 * caller gives it only messages that it waits for. Memory is bounded by {@link #MAX_OCTETS}, or less if the caller says so.
 */
public final class FragmentBuffer {

    /** Inner octets of one message, over all fragments. */
    public static final int MAX_OCTETS = 65536;

    private IkeHeader header;
    private PayloadType first = PayloadType.NONE;
    private Chunk[] parts = {};
    private int received;
    private int octets;

    /**
     * Takes a fragment.
     *
     * @param most inner octets that the message may have, at most {@link #MAX_OCTETS}
     * @return the message or its {@code ProtectedError} if it was the last one missing; the fragment itself if others are missing;
     *     {@code UnprotectedError} if it was dropped as a duplicate or outdated
     */
    public DecodeResult add(DecodeResult.Fragment fragment, int most) {
        if (header == null || !sameMessage(header, fragment.header()) || fragment.total() > parts.length) {
            // RFC 7383 section 2.6: a larger total means that the peer fragments anew into smaller pieces
            start(fragment);
        } else if (fragment.total() < parts.length) {
            return dropped("fragment of an earlier, coarser division", fragment);
        }
        int index = fragment.number() - 1;
        if (parts[index] != null) {
            return dropped("duplicate fragment", fragment);
        }
        if (octets + fragment.plaintext().length() > most) {
            IkeHeader rejected = header;
            clear();
            return new DecodeResult.ProtectedError(
                    rejected,
                    NotifyType.INVALID_SYNTAX,
                    Chunk.EMPTY,
                    "fragmented message of more than " + most + " octets");
        }
        parts[index] = fragment.plaintext();
        octets += fragment.plaintext().length();
        received++;
        if (index == 0) {
            first = fragment.first();
        }
        if (received < parts.length) {
            return fragment;
        }
        DecodeResult whole = EncryptedMessage.reassembled(header, first, Chunk.concat(parts));
        clear();
        return whole;
    }

    /** Forgets all fragments. */
    public void clear() {
        header = null;
        parts = new Chunk[0];
        received = 0;
        octets = 0;
        first = PayloadType.NONE;
    }

    /** Whether fragments of an incomplete message are held. */
    public boolean isWaiting() {
        return header != null;
    }

    private void start(DecodeResult.Fragment fragment) {
        clear();
        header = fragment.header();
        parts = new Chunk[fragment.total()];
    }

    private static boolean sameMessage(IkeHeader a, IkeHeader b) {
        return a.spii() == b.spii()
                && a.spir() == b.spir()
                && a.messageId() == b.messageId()
                && a.response() == b.response()
                && a.initiatorFlag() == b.initiatorFlag()
                && a.exchangeType().equals(b.exchangeType());
    }

    private static DecodeResult dropped(String why, DecodeResult.Fragment fragment) {
        return new DecodeResult.UnprotectedError(
                NotifyType.INVALID_SYNTAX, Chunk.EMPTY, why + ": " + fragment.number() + " of " + fragment.total());
    }
}
