// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Takes one connection and reads it to its end. Prints {@code listening}, then count and SHA-256. */
final class TcpReceiver {

    private TcpReceiver() {}

    /** Address and port. */
    public static void main(String[] args) throws IOException, GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        byte[] block = new byte[64 * 1024];
        long received = 0;
        try (ServerSocket server = new ServerSocket(Integer.parseInt(args[1]), 1, InetAddress.getByName(args[0]))) {
            System.out.println("listening");
            try (Socket socket = server.accept()) {
                socket.setSoTimeout(60_000);
                InputStream in = socket.getInputStream();
                for (int n = in.read(block); n > 0; n = in.read(block)) {
                    digest.update(block, 0, n);
                    received += n;
                }
            }
        }
        System.out.println("received " + received + " " + HexFormat.of().formatHex(digest.digest()));
    }
}
