// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.jcharon.api.wire.Chunk;
import org.junit.jupiter.api.Test;

/** RFC 7383 section 2.6. */
final class FragmentBufferTest {

    private static final Chunk VENDOR = Chunk.ofHex("00000006abcd");

    private final FragmentBuffer buffer = new FragmentBuffer();

    @Test
    void waitsForTheMissingFragments() {
        DecodeResult.Fragment first = fragment(1, 1, 2, VENDOR.slice(0, 3));
        assertSame(first, add(first));
        assertEquals("INFORMATIONAL request 1 [ EF(1/2) ]", first.summary());
        assertTrue(buffer.isWaiting());
        DecodeResult whole = add(fragment(1, 2, 2, VENDOR.slice(3, 6)));
        assertInstanceOf(DecodeResult.Whole.class, whole);
        assertFalse(buffer.isWaiting());
    }

    @Test
    void takesAFragmentOfOne() {
        assertInstanceOf(DecodeResult.Whole.class, add(fragment(1, 1, 1, VENDOR)));
    }

    @Test
    void dropsDuplicates() {
        add(fragment(1, 1, 2, VENDOR.slice(0, 3)));
        assertInstanceOf(DecodeResult.UnprotectedError.class, add(fragment(1, 1, 2, VENDOR.slice(0, 3))));
    }

    @Test
    void startsAnewWhenThePeerUsesSmallerFragments() {
        add(fragment(1, 1, 2, VENDOR.slice(0, 3)));
        add(fragment(1, 3, 3, VENDOR.slice(4, 6)));
        assertInstanceOf(DecodeResult.UnprotectedError.class, add(fragment(1, 2, 2, VENDOR.slice(3, 6))), "coarser");
        add(fragment(1, 1, 3, VENDOR.slice(0, 2)));
        assertInstanceOf(DecodeResult.Whole.class, add(fragment(1, 2, 3, VENDOR.slice(2, 4))));
    }

    @Test
    void forgetsAnotherMessage() {
        add(fragment(1, 1, 2, VENDOR.slice(0, 3)));
        add(fragment(2, 2, 2, VENDOR.slice(3, 6)));
        DecodeResult whole = add(fragment(2, 1, 2, VENDOR.slice(0, 3)));
        assertEquals(2, ((DecodeResult.Whole) whole).message().messageId());
    }

    @Test
    void boundsTheOctetsOfAMessage() {
        Chunk big = Chunk.of(new byte[FragmentBuffer.MAX_OCTETS / 2]);
        add(fragment(1, 1, 3, big));
        add(fragment(1, 2, 3, big));
        assertInstanceOf(DecodeResult.ProtectedError.class, add(fragment(1, 3, 3, Chunk.ofHex("00"))));
        assertFalse(buffer.isWaiting());
    }

    @Test
    void reportsWhatDoesNotDecode() {
        add(fragment(1, 1, 2, VENDOR.slice(0, 3)));
        assertInstanceOf(DecodeResult.ProtectedError.class, add(fragment(1, 2, 2, Chunk.ofHex("ff"))));
    }

    /** The caller has less room than usual. */
    @Test
    void boundsTheOctetsOfAMessageAsToldTo() {
        Chunk ten = Chunk.of(new byte[10]);
        buffer.add(fragment(1, 1, 3, ten), 20);
        buffer.add(fragment(1, 2, 3, ten), 20);
        assertInstanceOf(DecodeResult.ProtectedError.class, buffer.add(fragment(1, 3, 3, Chunk.ofHex("00")), 20));
        assertFalse(buffer.isWaiting());
    }

    private DecodeResult add(DecodeResult.Fragment fragment) {
        return buffer.add(fragment, FragmentBuffer.MAX_OCTETS);
    }

    private static DecodeResult.Fragment fragment(long messageId, int number, int total, Chunk octets) {
        IkeHeader header = new IkeHeader(
                1, 2, PayloadType.SKF, IkeHeader.VERSION, ExchangeType.INFORMATIONAL, true, false, messageId, 0);
        return new DecodeResult.Fragment(
                header, number, total, octets, number == 1 ? PayloadType.VENDOR : PayloadType.NONE);
    }
}
