// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class NetlinkMessageTest {

    private static byte[] written(NetlinkBuilder... builders) {
        ByteBuffer out = ByteBuffer.allocate(4096);
        for (NetlinkBuilder builder : builders) {
            builder.writeTo(out, 0, 7);
            out.position((out.position() + 3) & ~3);
        }
        byte[] octets = new byte[out.position()];
        out.get(0, octets);
        return octets;
    }

    @Test
    void readsWhatTheBuilderWrote() throws Exception {
        NetlinkBuilder builder = new NetlinkBuilder(20, 0x600, "test")
                .u8(2)
                .u8(200)
                .u16(60_000)
                .u32(-2)
                .u32be(0x01020304)
                .u64(-3)
                .attributeU32(1, 77)
                .attribute(2, new byte[] {1, 2, 3})
                .attributeText(3, "eth0")
                .nested(18, nest -> nest.attributeText(1, "xfrm").nested(2, data -> data.attributeU32(2, 9)))
                .attributeU8(5, 255)
                .attributeU16(6, 65_535)
                .attributeU64(7, Long.MIN_VALUE);
        byte[] octets = written(builder, new NetlinkBuilder(3, 0, "end"));
        List<NetlinkMessage> messages = NetlinkMessage.parse(octets, octets.length);
        assertEquals(2, messages.size());
        assertEquals(3, messages.get(1).type());
        NetlinkMessage message = messages.get(0);
        assertEquals(20, message.type());
        assertEquals(0x600, message.flags());
        assertEquals(7, message.sequence());
        assertEquals(200, message.u8(1));
        assertEquals(60_000, message.u16(2));
        assertEquals(-2, message.u32(4));
        assertEquals(0x01020304, message.u32be(8));
        assertEquals(0x0102, message.u16be(8));
        assertEquals(-3, message.u64(12));
        NetlinkAttributes attributes = message.attributes(20);
        assertEquals(77, attributes.u32(1));
        assertArrayEquals(new byte[] {1, 2, 3}, attributes.octets(2).orElseThrow());
        assertEquals("eth0", attributes.text(3));
        assertEquals("xfrm", attributes.nested(18).text(1));
        assertEquals(9, attributes.nested(18).nested(2).u32(2));
        assertEquals(255, attributes.u8(5));
        assertEquals(65_535, attributes.u16(6));
        assertEquals(Long.MIN_VALUE, attributes.u64(7));
        assertFalse(attributes.has(8));
        assertEquals(4, attributes.u32(8, 4));
        assertThrows(LinuxException.class, () -> attributes.u32(8));
        assertThrows(LinuxException.class, () -> attributes.u32(2));
        assertThrows(LinuxException.class, () -> message.u32(message.length() - 3));
        assertThrows(LinuxException.class, () -> message.u8(Integer.MAX_VALUE));
        assertThrows(LinuxException.class, () -> message.u8(-1));
    }

    @Test
    void theLastOfRepeatedAttributesCounts() throws Exception {
        byte[] octets =
                written(new NetlinkBuilder(1, 0, "test").attributeU8(1, 5).attributeU8(1, 6));
        NetlinkAttributes attributes =
                NetlinkMessage.parse(octets, octets.length).get(0).attributes(0);
        assertEquals(6, attributes.u8(1));
        assertEquals(2, attributes.all(1).size());
    }

    @Test
    void refusesARequestThatGrowsWithoutLimit() {
        NetlinkBuilder builder = new NetlinkBuilder(1, 0, "test").zeros(60_000);
        assertThrows(IllegalArgumentException.class, () -> builder.zeros(6_000));
    }

    @Property
    void noOctetsMakeTheParserThrowUnchecked(@ForAll @Size(max = 200) byte[] octets, @ForAll int length) {
        readAll(octets, octets.length);
        readAll(octets, length);
        // the same behind a header that is right
        ByteBuffer framed = ByteBuffer.allocate(octets.length + 16);
        new NetlinkBuilder(1, 0, "test").octets(octets).writeTo(framed, 0, 1);
        readAll(framed.array(), framed.capacity());
    }

    private static void readAll(byte[] octets, int length) {
        try {
            for (NetlinkMessage message : NetlinkMessage.parse(octets, length)) {
                NetlinkAttributes attributes = message.attributes(Math.min(8, message.length()));
                for (int type = 0; type < 4; type++) {
                    attributes.text(type);
                    attributes.nested(type).u64(1);
                }
            }
        } catch (LinuxException e) {
            assertTrue(e.errno() == Errno.EBADMSG, e.getMessage());
        }
    }
}
