// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernelnetlink;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.jcharon.lib.linux.Errno;
import org.jcharon.lib.linux.LinuxException;
import org.junit.jupiter.api.Test;

final class NextHopReaderTest {

    @Property
    void noOctetsMakeItThrowUnchecked(@ForAll @Size(max = 60) byte[] octets) {
        try {
            NextHopReader.read(octets);
        } catch (LinuxException e) {
            assertEquals(Errno.EBADMSG, e.errno());
        }
    }

    @Test
    void comparesPrefixesByBits() {
        byte[] one = {10, 1, (byte) 0x80, 0};
        byte[] other = {10, 1, (byte) 0xC0, 0};
        assertTrue(Rt.samePrefix(one, other, 0));
        assertTrue(Rt.samePrefix(one, other, 16));
        assertTrue(Rt.samePrefix(one, other, 17));
        assertFalse(Rt.samePrefix(one, other, 18));
        assertFalse(Rt.samePrefix(one, other, 33));
        assertFalse(Rt.samePrefix(one, new byte[16], 0));
    }
}
