// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.server;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.jcharon.api.wire.WireException;
import org.jcharon.vici.message.Packet;
import org.junit.jupiter.api.Test;

class AssemblerTest {

    @Property(tries = 300)
    void segmentsArriveHoweverTheyAreCut(
            @ForAll @Size(min = 1, max = 8) List<@IntRange(min = 1, max = 2_000) Integer> lengths,
            @ForAll @IntRange(min = 1, max = 700) int piece)
            throws WireException {
        ByteBuffer stream = ByteBuffer.allocate(20_000);
        for (int length : lengths) {
            stream.putInt(length);
            for (int i = 0; i < length; i++) {
                stream.put((byte) (length + i));
            }
        }
        stream.flip();
        Assembler assembler = new Assembler();
        List<Integer> got = new ArrayList<>();
        while (stream.hasRemaining()) {
            ByteBuffer part = stream.slice(stream.position(), Math.min(piece, stream.remaining()));
            stream.position(stream.position() + part.remaining());
            for (byte[] one = assembler.next(part); one != null; one = assembler.next(part)) {
                got.add(one.length);
                assertEquals((byte) (one.length + one.length - 1), one[one.length - 1]);
            }
        }
        assertEquals(lengths, got);
        assertFalse(assembler.isPartial());
        assertEquals(0, assembler.held());
    }

    @Test
    void impossibleLengthsAreRefused() {
        for (int length : new int[] {0, -1, Integer.MAX_VALUE, Packet.MAX_SEGMENT + 1}) {
            ByteBuffer in = ByteBuffer.allocate(4).putInt(length).flip();
            assertThrows(WireException.class, () -> new Assembler().next(in));
        }
    }

    @Test
    void aClaimAloneTakesNoMemory() throws WireException {
        Assembler assembler = new Assembler();
        ByteBuffer in = ByteBuffer.allocate(6)
                .putInt(Packet.MAX_SEGMENT)
                .put(new byte[2])
                .flip();
        assertNull(assembler.next(in));
        assertTrue(assembler.isPartial());
        assertTrue(assembler.held() < 1_024, "holds " + assembler.held());
        assembler.wipe();
        assertEquals(0, assembler.held());
        assertArrayEquals(
                new byte[] {9},
                assembler.next(ByteBuffer.allocate(5).putInt(1).put((byte) 9).flip()));
    }
}
