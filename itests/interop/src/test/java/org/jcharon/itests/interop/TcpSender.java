// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;

/** Sends octets by TCP: at least as many as asked for, and until it is told to stop. Prints count and SHA-256. */
final class TcpSender {

    private static final int BLOCK = 64 * 1024;

    private TcpSender() {}

    /** Source, destination, port, least number of octets. */
    public static void main(String[] args) throws IOException, GeneralSecurityException {
        long least = Long.parseLong(args[3]);
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        Random random = new Random(7);
        byte[] block = new byte[BLOCK];
        long sent = 0;
        boolean full = false;
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(InetAddress.getByName(args[0]), 0));
            socket.connect(new InetSocketAddress(InetAddress.getByName(args[1]), Integer.parseInt(args[2])), 10_000);
            OutputStream out = socket.getOutputStream();
            while (!full || System.in.available() == 0) {
                random.nextBytes(block);
                digest.update(block);
                out.write(block);
                sent += block.length;
                if (!full && sent >= least) {
                    full = true;
                    System.out.println("enough");
                }
            }
            socket.shutdownOutput();
            // the other side closes when it has read all
            if (socket.getInputStream().read() != -1) {
                throw new IOException("unexpected octets");
            }
        }
        System.out.println("sent " + sent + " " + HexFormat.of().formatHex(digest.digest()));
    }
}
