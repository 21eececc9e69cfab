// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class FramesTest {
    @Property(tries = 100)
    void whatIsWrittenIsRead(@ForAll byte[] data) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Frames.write(out, Frames.OUT, data, 0, data.length);
        Frames.Frame frame = Frames.read(new ByteArrayInputStream(out.toByteArray()));
        assertEquals(Frames.OUT, frame.kind());
        assertArrayEquals(data, frame.data());
    }

    @Test
    void splitsWhatIsLongerThanAFrame() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Frames.output(out, Frames.ERR).write(new byte[Frames.MAX_OCTETS + 1]);
        InputStream in = new ByteArrayInputStream(out.toByteArray());
        assertEquals(Frames.MAX_OCTETS, Frames.read(in).data().length);
        assertEquals(1, Frames.read(in).data().length);
    }

    @Test
    void refusesFramesThatClaimTooMuch() {
        byte[] huge = {'c', 0x7f, 0, 0, 0};
        assertThrows(IOException.class, () -> Frames.read(new ByteArrayInputStream(huge)));
        byte[] negative = {'c', (byte) 0xff, 0, 0, 0};
        assertThrows(IOException.class, () -> Frames.read(new ByteArrayInputStream(negative)));
    }

    @Test
    void reportsATruncatedFrame() {
        byte[] half = {'c', 0, 0, 0, 4, 1, 2};
        assertThrows(EOFException.class, () -> Frames.read(new ByteArrayInputStream(half)));
    }
}
