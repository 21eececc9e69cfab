// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.der;

import org.jcharon.api.wire.WireWriter;

/** Writes DER elements. */
public final class Der {

    private Der() {}

    /** An element with the concatenated parts as its content, in an array that the caller owns. */
    public static byte[] tlv(int tag, byte[]... parts) {
        int length = 0;
        for (byte[] part : parts) {
            length = Math.addExact(length, part.length);
        }
        WireWriter header = new WireWriter(8).u8(tag);
        if (length < 0x80) {
            header.u8(length);
        } else if (length < 0x100) {
            header.u8(0x81).u8(length);
        } else if (length < 0x10000) {
            header.u8(0x82).u16(length);
        } else if (length < 0x1000000) {
            header.u8(0x83).u8(length >> 16).u16(length & 0xFFFF);
        } else {
            header.u8(0x84).u32(length);
        }
        // straight into the result: a growing buffer would leave copies of a private key behind
        byte[] element = new byte[Math.addExact(header.length(), length)];
        header.toChunk().copyTo(element, 0);
        int at = header.length();
        for (byte[] part : parts) {
            System.arraycopy(part, 0, element, at, part.length);
            at += part.length;
        }
        return element;
    }
}
