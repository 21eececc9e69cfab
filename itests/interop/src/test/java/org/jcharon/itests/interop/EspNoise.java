// SPDX-License-Identifier: Apache-2.0
package org.jcharon.itests.interop;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Sends ESP of one SPI in UDP from {@link #PORT}, twice a second until it is ended. */
final class EspNoise {

    /** Not the daemon's own port, which is taken: a rule of the namespace has it look like that. */
    static final int PORT = 4501;

    static final int SPI = 0xC765_4321;
    private static final int OCTETS = 60;

    private EspNoise() {}

    /** Source and destination address. */
    public static void main(String[] args) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(args[0]), PORT))) {
            InetAddress destination = InetAddress.getByName(args[1]);
            for (int number = 1; ; number++) {
                byte[] esp =
                        ByteBuffer.allocate(OCTETS).putInt(SPI).putInt(number).array();
                socket.send(new DatagramPacket(esp, esp.length, destination, 4500));
                LockSupport.parkNanos(Duration.ofMillis(500).toNanos());
            }
        }
    }
}
