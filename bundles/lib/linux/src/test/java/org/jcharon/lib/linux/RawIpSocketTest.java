// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assumptions.abort;

import java.net.InetAddress;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class RawIpSocketTest {

    /** For experiments (RFC 3692). */
    private static final int PROTOCOL = 253;

    private final Linux linux = Linux.create();

    private RawIpSocket open(boolean ipv6) {
        try {
            return linux.rawIp(PROTOCOL, ipv6);
        } catch (LinuxException e) {
            return abort(e.getMessage());
        }
    }

    @Test
    void carriesPacketsOfItsProtocolOverIpv4() throws Exception {
        check(false, "127.0.0.1", "127.0.0.2");
    }

    @Test
    void carriesPacketsOfItsProtocolOverIpv6() throws Exception {
        check(true, "::1", "::1");
    }

    private void check(boolean ipv6, String from, String to) throws Exception {
        try (RawIpSocket socket = open(ipv6)) {
            byte[] payload = {1, 2, 3, 4, 5};
            byte[] room = new byte[9];
            System.arraycopy(payload, 0, room, 3, 5);
            try {
                socket.send(room, 3, 5, address(to), address(from), 0xB9);
            } catch (LinuxException e) {
                abort(e.getMessage());
            }
            byte[] packet = new byte[2000];
            int length = socket.receive(packet, 10, 1000);
            int header = ipv6 ? 0 : 20;
            if (!ipv6) {
                assertEquals((byte) 0xB9, packet[11]);
            }
            assertEquals(header + 5, length);
            assertArrayEquals(payload, Arrays.copyOfRange(packet, 10 + header, 10 + length));
        }
    }

    @Test
    void refusesAnAddressOfTheOtherFamily() throws Exception {
        try (RawIpSocket socket = open(false)) {
            InetAddress other = InetAddress.getByAddress(new byte[16]);
            LinuxException refused =
                    assertThrows(LinuxException.class, () -> socket.send(new byte[4], 0, 4, other, null, 0));
            assertEquals("EAFNOSUPPORT", refused.errnoName());
        }
    }

    @Test
    void aWakeAndTheCloseEndABlockedReceive() throws Exception {
        RawIpSocket socket = open(false);
        CompletableFuture<Integer> woken = CompletableFuture.supplyAsync(() -> receive(socket));
        socket.wake();
        assertEquals(0, woken.get(5, TimeUnit.SECONDS));
        CompletableFuture<Integer> closed = CompletableFuture.supplyAsync(() -> receive(socket));
        socket.close();
        assertEquals(-1, closed.get(5, TimeUnit.SECONDS));
    }

    private static InetAddress address(String literal) {
        return new java.net.InetSocketAddress(literal, 0).getAddress();
    }

    private static int receive(RawIpSocket socket) {
        try {
            return socket.receive(new byte[100], 0, 100);
        } catch (LinuxException e) {
            throw new IllegalStateException(e);
        }
    }
}
