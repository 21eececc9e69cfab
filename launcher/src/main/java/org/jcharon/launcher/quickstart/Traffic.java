// SPDX-License-Identifier: Apache-2.0
package org.jcharon.launcher.quickstart;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;

/** Echo requests and a TCP transfer, for machines without ping and netcat. */
final class Traffic {
    private static final int PING_MILLIS = 2000;
    private static final int TTL = 64;
    private static final int IDLE_MILLIS = 20_000;
    private static final int MIB = 1 << 20;
    private static final long SEED = 1;

    private Traffic() {}

    /**
     * One of {@code ping INTERFACE ADDRESS COUNT}, {@code receive ADDRESS PORT}, {@code send FROM TO PORT MEBIBYTES}.
     * Ping prints the number of answers; receive and send print the SHA-256 of what they saw.
     */
    public static void main(String[] args) throws IOException, GeneralSecurityException {
        switch (args[0]) {
            case "ping" -> ping(args[1], InetAddress.getByName(args[2]), Integer.parseInt(args[3]));
            case "receive" -> receive(new InetSocketAddress(args[1], Integer.parseInt(args[2])));
            case "send" ->
                send(
                        new InetSocketAddress(args[1], 0),
                        new InetSocketAddress(args[2], Integer.parseInt(args[3])),
                        Integer.parseInt(args[4]));
            default -> throw new IllegalArgumentException("unknown subcommand " + args[0]);
        }
    }

    /** With the right to open a raw socket this is an ICMP echo request, else a SYN to the echo port. */
    private static void ping(String from, InetAddress to, int count) throws IOException {
        NetworkInterface netif = NetworkInterface.getByName(from);
        int answers = 0;
        for (int i = 0; i < count; i++) {
            if (to.isReachable(netif, TTL, PING_MILLIS)) {
                answers++;
            }
        }
        System.out.println(answers);
    }

    private static void receive(InetSocketAddress at) throws IOException, GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (ServerSocket server = new ServerSocket()) {
            server.setReuseAddress(true);
            server.setSoTimeout(IDLE_MILLIS);
            server.bind(at);
            System.out.println("listening");
            try (Socket socket = server.accept()) {
                socket.setSoTimeout(IDLE_MILLIS);
                try (InputStream in = new DigestInputStream(socket.getInputStream(), digest)) {
                    in.transferTo(OutputStream.nullOutputStream());
                }
            }
        }
        System.out.println(HexFormat.of().formatHex(digest.digest()));
    }

    private static void send(InetSocketAddress from, InetSocketAddress to, int mebibytes)
            throws IOException, GeneralSecurityException {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        Random random = new Random(SEED); // only the digest matters
        byte[] block = new byte[MIB];
        try (Socket socket = new Socket()) {
            socket.bind(from);
            socket.connect(to, IDLE_MILLIS);
            try (OutputStream out = new DigestOutputStream(socket.getOutputStream(), digest)) {
                for (int i = 0; i < mebibytes; i++) {
                    random.nextBytes(block);
                    out.write(block);
                }
            }
        }
        System.out.println(HexFormat.of().formatHex(digest.digest()));
    }
}
