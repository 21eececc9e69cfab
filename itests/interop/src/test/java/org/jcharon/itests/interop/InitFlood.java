// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends IKE_SA_INIT requests from many addresses, all of them local (10.77.0.0/16): {@code stuck}, which answer COOKIEs and then
 * leave the responder waiting for IKE_AUTH, or {@code spoofed}, which listen to nothing.
 */
final class InitFlood {

    private static final int HEADER = 28;
    private static final int NOTIFY_COOKIE = 16390;
    private static final int FIRST_PAYLOAD = 16;
    private static final int NOTIFY = 41;
    private static final int MAX_TRIES = 4;
    private static final int SOCKETS = 500;
    private static final int PER_MILLISECOND = 10;

    private InitFlood() {}

    /** Kind, destination, number of requests, requests a second (of spoofed ones). */
    public static void main(String[] args) throws IOException {
        InetAddress destination = InetAddress.getByName(args[1]);
        int count = Integer.parseInt(args[2]);
        System.out.println(
                args[0].equals("stuck")
                        ? "stuck " + stuck(destination, count)
                        : "sent at " + spoofed(destination, count, Integer.parseInt(args[3])) + " a second");
    }

    private static InetSocketAddress source(int number) throws IOException {
        return new InetSocketAddress(
                InetAddress.getByAddress(new byte[] {10, 77, (byte) (number >> 8), (byte) number}), 0);
    }

    /** How many came so far that the responder has keys. */
    private static int stuck(InetAddress destination, int count) throws IOException {
        int there = 0;
        for (int i = 0; i < count; i++) {
            try (DatagramSocket socket = new DatagramSocket(source(i))) {
                socket.setSoTimeout(2000);
                there += reach(socket, destination) ? 1 : 0;
            }
        }
        return there;
    }

    private static boolean reach(DatagramSocket socket, InetAddress destination) throws IOException {
        byte[] request = IkeProbe.initRequest();
        byte[] now = request;
        for (int i = 0; i < MAX_TRIES; i++) {
            socket.send(new DatagramPacket(now, now.length, destination, 500));
            DatagramPacket answer = new DatagramPacket(new byte[2000], 2000);
            try {
                socket.receive(answer);
            } catch (SocketTimeoutException e) {
                continue;
            }
            byte[] cookie = cookie(answer);
            if (cookie == null) {
                return true;
            }
            now = withCookie(request, cookie);
        }
        return false;
    }

    /** The cookie that an answer asks for, null if it asks for none. */
    private static byte[] cookie(DatagramPacket answer) {
        ByteBuffer in = ByteBuffer.wrap(answer.getData(), 0, answer.getLength());
        boolean asks = in.get(FIRST_PAYLOAD) == NOTIFY && (in.getShort(HEADER + 6) & 0xFFFF) == NOTIFY_COOKIE;
        if (!asks) {
            return null;
        }
        byte[] cookie = new byte[in.getShort(HEADER + 2) - 8];
        in.position(HEADER + 8);
        in.get(cookie);
        return cookie;
    }

    /** The same request with the cookie in front (RFC 7296 section 2.6). */
    private static byte[] withCookie(byte[] request, byte[] cookie) {
        ByteBuffer out = ByteBuffer.allocate(request.length + 8 + cookie.length);
        out.put(request, 0, FIRST_PAYLOAD).put((byte) NOTIFY);
        out.put(request, FIRST_PAYLOAD + 1, HEADER - FIRST_PAYLOAD - 1 - 4).putInt(out.capacity());
        out.put(request[FIRST_PAYLOAD]).put((byte) 0).putShort((short) (8 + cookie.length));
        out.put((byte) 0).put((byte) 0).putShort((short) NOTIFY_COOKIE).put(cookie);
        out.put(request, HEADER, request.length - HEADER);
        return out.array();
    }

    /** At what rate they went. */
    private static long spoofed(InetAddress destination, int count, int rate) throws IOException {
        DatagramSocket[] sockets = new DatagramSocket[SOCKETS];
        try {
            for (int i = 0; i < SOCKETS; i++) {
                sockets[i] = new DatagramSocket(source(0x8000 + i));
            }
            long begin = System.nanoTime();
            for (int i = 0; i < count; i++) {
                byte[] request = IkeProbe.initRequest();
                sockets[i % SOCKETS].send(new DatagramPacket(request, request.length, destination, 500));
                if (i % PER_MILLISECOND == 0) {
                    long due = begin + 1_000_000_000L * i / rate;
                    LockSupport.parkNanos(due - System.nanoTime());
                }
            }
            return 1_000_000_000L * count / Math.max(1, System.nanoTime() - begin);
        } finally {
            for (DatagramSocket socket : sockets) {
                if (socket != null) {
                    socket.close();
                }
            }
        }
    }
}
