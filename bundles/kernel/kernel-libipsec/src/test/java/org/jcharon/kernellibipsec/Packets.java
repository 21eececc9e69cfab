// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** IP packets for tests. */
final class Packets {

    private Packets() {}

    static byte[] udp(String source, String destination, int sourcePort, int destinationPort, int payload) {
        byte[] from = Side.address(source).getAddress();
        byte[] to = Side.address(destination).getAddress();
        boolean ipv6 = from.length == 16;
        int length = (ipv6 ? 40 : 20) + 8 + payload;
        ByteBuffer packet = ByteBuffer.allocate(length);
        if (ipv6) {
            packet.putInt(0x60000000)
                    .putShort((short) (8 + payload))
                    .put((byte) 17)
                    .put((byte) 64);
        } else {
            packet.putShort((short) 0x4500)
                    .putShort((short) length)
                    .putInt(0)
                    .put((byte) 64)
                    .put((byte) 17);
            packet.putShort((short) 0);
        }
        packet.put(from).put(to);
        packet.putShort((short) sourcePort).putShort((short) destinationPort).putShort((short) (8 + payload));
        packet.putShort((short) 0);
        byte[] text = "jcharon ".getBytes(StandardCharsets.US_ASCII);
        while (packet.hasRemaining()) {
            packet.put(text[packet.position() % text.length]);
        }
        return packet.array();
    }

    static byte[] any() {
        return udp("10.1.0.1", "10.2.0.1", 1000, 2000, 64);
    }
}
