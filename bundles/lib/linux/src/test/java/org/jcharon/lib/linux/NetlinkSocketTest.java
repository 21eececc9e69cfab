// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.linux;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class NetlinkSocketTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int RTM_NEWLINK = 16;
    private static final int RTM_GETLINK = 18;
    private static final int RTM_NEWADDR = 20;
    private static final int RTM_DELADDR = 21;
    private static final int RTM_GETADDR = 22;
    private static final int GROUP_LINK = 1;
    private static final int GROUP_IPV4_IFADDR = 5;
    private static final int LOOPBACK_INDEX = 1;

    private final Linux linux = Linux.create();

    private static NetlinkBuilder getLinks() {
        return new NetlinkBuilder(RTM_GETLINK, 0, "RTM_GETLINK").zeros(16);
    }

    private static NetlinkBuilder address(int type, int flags, int lastOctet) {
        return new NetlinkBuilder(type, flags, "address 10.0.0." + lastOctet)
                .u8(2)
                .u8(32)
                .zeros(2)
                .u32(LOOPBACK_INDEX)
                .attribute(2, new byte[] {10, 0, 0, (byte) lastOctet});
    }

    @Test
    void dumpsTheLinks() throws Exception {
        try (NetlinkSocket socket = linux.netlink(Linux.NETLINK_ROUTE)) {
            List<String> names = new ArrayList<>();
            for (NetlinkMessage link : socket.dump(getLinks(), TIMEOUT)) {
                assertEquals(RTM_NEWLINK, link.type());
                names.add(link.attributes(16).text(3));
            }
            assertTrue(names.contains("lo"), names.toString());
        }
    }

    @Test
    void addsAndDumpsManyAddressesInAFreshNamespace() throws Exception {
        Namespaced.run(linux, () -> {
            try (NetlinkSocket socket = linux.netlink(Linux.NETLINK_ROUTE)) {
                for (int i = 1; i <= 250; i++) {
                    socket.request(address(RTM_NEWADDR, NetlinkBuilder.NLM_F_CREATE, i), TIMEOUT);
                }
                List<NetlinkMessage> dump =
                        socket.dump(new NetlinkBuilder(RTM_GETADDR, 0, "RTM_GETADDR").zeros(8), TIMEOUT);
                assertEquals(250, dump.size());
                assertEquals(10, dump.get(0).attributes(8).octets(2).orElseThrow()[0]);
                socket.request(address(RTM_DELADDR, 0, 1), TIMEOUT);
            }
        });
    }

    @Test
    void givesTheKernelsErrorWithNameAndExplanation() throws Exception {
        Namespaced.run(linux, () -> {
            try (NetlinkSocket socket = linux.netlink(Linux.NETLINK_ROUTE)) {
                int exclusive = NetlinkBuilder.NLM_F_CREATE | NetlinkBuilder.NLM_F_EXCL;
                socket.request(address(RTM_NEWADDR, exclusive, 1), TIMEOUT);
                LinuxException exists = assertThrows(
                        LinuxException.class, () -> socket.request(address(RTM_NEWADDR, exclusive, 1), TIMEOUT));
                assertEquals("EEXIST", exists.errnoName());
                assertTrue(exists.getMessage().startsWith("address 10.0.0.1: EEXIST"), exists.getMessage());
                NetlinkBuilder wrong = new NetlinkBuilder(RTM_NEWADDR, exclusive, "short").zeros(4);
                assertThrows(LinuxException.class, () -> socket.request(wrong, TIMEOUT));
                NetlinkBuilder noLink = new NetlinkBuilder(RTM_GETLINK, 0, "link").zeros(16);
                LinuxException explained = assertThrows(LinuxException.class, () -> socket.request(noLink, TIMEOUT));
                assertEquals(Errno.EINVAL, explained.errno());
            }
        });
    }

    @Test
    void deliversEventsOfTheGroupsThatWereJoined() throws Exception {
        Namespaced.run(linux, () -> {
            try (NetlinkSocket socket = linux.netlink(Linux.NETLINK_ROUTE);
                    NetlinkEvents events = linux.netlinkEvents(Linux.NETLINK_ROUTE, GROUP_LINK, GROUP_IPV4_IFADDR)) {
                socket.request(address(RTM_NEWADDR, NetlinkBuilder.NLM_F_CREATE, 1), TIMEOUT);
                List<NetlinkMessage> seen = new ArrayList<>();
                while (seen.isEmpty()) {
                    assertTrue(events.receive(seen::add));
                }
                assertEquals(RTM_NEWADDR, seen.get(0).type());
                assertEquals(LOOPBACK_INDEX, seen.get(0).u32(4));
            }
        });
    }

    @Test
    void aWakeAndTheCloseEndABlockedReceive() throws Exception {
        NetlinkEvents events = linux.netlinkEvents(Linux.NETLINK_ROUTE, GROUP_LINK);
        CompletableFuture<Boolean> woken = CompletableFuture.supplyAsync(() -> receive(events));
        events.wake();
        assertTrue(woken.get(5, TimeUnit.SECONDS));
        CompletableFuture<Boolean> closed = CompletableFuture.supplyAsync(() -> receive(events));
        events.close();
        assertFalse(closed.get(5, TimeUnit.SECONDS));
    }

    @Test
    void refusesRequestsOnceClosed() throws Exception {
        NetlinkSocket socket = linux.netlink(Linux.NETLINK_ROUTE);
        socket.close();
        LinuxException refused = assertThrows(LinuxException.class, () -> socket.dump(getLinks(), TIMEOUT));
        assertEquals(Errno.EBADF, refused.errno());
    }

    private static boolean receive(NetlinkEvents events) {
        try {
            return events.receive(message -> {});
        } catch (LinuxException e) {
            throw new IllegalStateException(e);
        }
    }
}
