// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.HexFormat;

/** Sends one made-up IKE message from a free port and prints {@code answer HEX}. */
final class IkeProbe {

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int PORT = 500;

    private IkeProbe() {}

    /** Source, destination, and {@code half-open} for an IKE_SA_INIT request or {@code ikev1} for the first of main mode. */
    public static void main(String[] args) throws IOException {
        byte[] message = "ikev1".equals(args[2]) ? mainMode() : initRequest();
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(args[0]), 0))) {
            socket.setSoTimeout(10_000);
            socket.send(new DatagramPacket(message, message.length, InetAddress.getByName(args[1]), PORT));
            DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
            socket.receive(answer);
            System.out.println("answer " + HexFormat.of().formatHex(answer.getData(), 0, answer.getLength()));
        }
    }

    /** An IKE_SA_INIT request for AES-GCM-128, PRF-HMAC-SHA-256 and X25519 (RFC 7296 section 3). */
    static byte[] initRequest() {
        HexFormat hex = HexFormat.of();
        byte[] transforms = hex.parseHex("0300000c01000014800e0080" + "0300000802000005" + "000000080400001f");
        ByteBuffer out = ByteBuffer.allocate(28 + 12 + transforms.length + 40 + 36);
        out.put(random(8)).put(new byte[8]);
        out.put(hex.parseHex("21202208")).putInt(0).putInt(out.capacity());
        out.putShort((short) 0x2200).putShort((short) (12 + transforms.length));
        out.putShort((short) 0).putShort((short) (8 + transforms.length)).put(hex.parseHex("01010003"));
        out.put(transforms);
        out.put(hex.parseHex("28000028001f0000")).put(random(32));
        out.put(hex.parseHex("00000024")).put(random(32));
        return out.array();
    }

    /** The first message of IKEv1's main mode: an SA payload, here empty of proposals. */
    private static byte[] mainMode() {
        ByteBuffer out = ByteBuffer.allocate(28 + 12);
        out.put(random(8)).put(new byte[8]);
        out.put(HexFormat.of().parseHex("01100200")).putInt(0).putInt(out.capacity());
        out.put(HexFormat.of().parseHex("0000000c0000000100000001"));
        return out.array();
    }

    private static byte[] random(int octets) {
        byte[] bytes = new byte[octets];
        RANDOM.nextBytes(bytes);
        return bytes;
    }
}
