// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/** Sends random and mutated datagrams to both ports of a daemon, as many of each as asked for. */
final class Flood {

    private static final int[] LENGTHS = {0, 1, 3, 4, 5, 27, 28, 29, 32, 60, 400, 1400, 9000};
    private static final int[] EXCHANGES = {0, 34, 35, 36, 37, 38, 43, 44, 255};

    private final Random random;

    private Flood(long seed) {
        this.random = new Random(seed);
    }

    /** Source, destination, number of each kind, seed. */
    public static void main(String[] args) throws IOException {
        InetAddress destination = InetAddress.getByName(args[1]);
        int each = Integer.parseInt(args[2]);
        Flood flood = new Flood(Long.parseLong(args[3]));
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(args[0]), 0))) {
            for (int i = 0; i < 2 * each; i++) {
                byte[] data = i % 2 == 0 ? flood.anything() : flood.mutated();
                boolean floated = flood.random.nextBoolean();
                if (floated && flood.random.nextInt(10) < 7) {
                    data = marked(data);
                }
                socket.send(new DatagramPacket(data, data.length, destination, floated ? 4500 : 500));
                // so that the receive buffer of the daemon is not what the test is about
                if (i % 10 == 0) {
                    LockSupport.parkNanos(2_000_000);
                }
            }
        }
        System.out.println("done");
    }

    private byte[] anything() {
        byte[] data = new byte[LENGTHS[random.nextInt(LENGTHS.length)]];
        random.nextBytes(data);
        return data;
    }

    private byte[] mutated() {
        byte[] data = IkeProbe.initRequest();
        if (random.nextInt(4) == 0) {
            // another exchange, for an SPI that is not there
            data[18] = (byte) EXCHANGES[random.nextInt(EXCHANGES.length)];
            data[15] = (byte) random.nextInt(256);
        }
        int changes = random.nextInt(7);
        for (int i = 0; i < changes && data.length > 0; i++) {
            if (random.nextInt(5) == 0) {
                data = Arrays.copyOf(data, random.nextInt(data.length + 40));
            } else {
                data[random.nextInt(data.length)] = (byte) random.nextInt(256);
            }
        }
        return data;
    }

    /** With the marker that tells IKE from ESP on port 4500 (RFC 7296 section 2.23). */
    private static byte[] marked(byte[] data) {
        byte[] all = new byte[data.length + 4];
        System.arraycopy(data, 0, all, 4, data.length);
        return all;
    }
}
