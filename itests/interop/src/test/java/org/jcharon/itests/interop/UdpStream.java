// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends 1,000 numbered datagrams a second, at least for 3 s, and receives those of its counterpart, from the line {@code go} on. Told {@code stop} it prints {@code sent N} and
 * sends no more; told {@code expect N} it waits until all N came or nothing has come for 5 s, and prints
 * {@code received R lost L first F twice D}.
 */
final class UdpStream {

    private static final int PORT = 9999;
    private static final long STEP_NANOS = 1_000_000;
    private static final int LEAST = 3_000;
    private static final int PATIENCE_MILLIS = 5_000;

    private final DatagramSocket socket;
    private final BitSet seen = new BitSet();
    private long twice;

    private UdpStream(DatagramSocket socket) {
        this.socket = socket;
    }

    /** Own and other address. */
    public static void main(String[] args) throws IOException, InterruptedException {
        InetSocketAddress own = new InetSocketAddress(InetAddress.getByName(args[0]), PORT);
        InetSocketAddress other = new InetSocketAddress(InetAddress.getByName(args[1]), PORT);
        try (DatagramSocket socket = new DatagramSocket(own)) {
            socket.setReceiveBufferSize(1 << 20);
            UdpStream stream = new UdpStream(socket);
            Thread receiver = new Thread(stream::receive, "receiver");
            receiver.setDaemon(true);
            receiver.start();
            System.out.println("ready");
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
            in.readLine();
            System.out.println("sent " + stream.send(other));
            in.readLine();
            int expected = Integer.parseInt(in.readLine().split(" ", 2)[1]);
            stream.report(expected);
        }
    }

    private int send(InetSocketAddress other) throws IOException {
        byte[] data = new byte[200];
        int number = 0;
        long due = System.nanoTime();
        while (number < LEAST || System.in.available() == 0) {
            ByteBuffer.wrap(data).putInt(number++);
            socket.send(new DatagramPacket(data, data.length, other));
            due += STEP_NANOS;
            for (long wait = due - System.nanoTime(); wait > 0; wait = due - System.nanoTime()) {
                LockSupport.parkNanos(wait);
            }
        }
        return number;
    }

    private void receive() {
        byte[] data = new byte[2000];
        DatagramPacket packet = new DatagramPacket(data, data.length);
        try {
            while (true) {
                packet.setLength(data.length);
                socket.receive(packet);
                int number = ByteBuffer.wrap(data).getInt();
                synchronized (seen) {
                    if (seen.get(number)) {
                        twice++;
                    }
                    seen.set(number);
                    seen.notifyAll();
                }
            }
        } catch (IOException e) {
            // closed at the end
            return;
        }
    }

    private void report(int expected) throws InterruptedException {
        synchronized (seen) {
            int before = -1;
            while (seen.cardinality() < expected && seen.cardinality() > before) {
                before = seen.cardinality();
                long end = System.nanoTime() + PATIENCE_MILLIS * 1_000_000L;
                for (long left = PATIENCE_MILLIS; left > 0 && seen.cardinality() < expected; ) {
                    seen.wait(left);
                    left = (end - System.nanoTime()) / 1_000_000L;
                }
            }
            int received = seen.cardinality();
            System.out.println("received " + received + " lost " + (expected - received) + " first "
                    + seen.nextClearBit(0) + " twice " + twice);
        }
    }
}
