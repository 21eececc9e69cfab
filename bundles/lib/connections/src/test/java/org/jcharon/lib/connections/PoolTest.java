// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.connections;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.credential.Identification;
import org.junit.jupiter.api.Test;

class PoolTest {

    private static final Identification CAROL = Identification.ofFqdn("carol");
    private static final Identification DAVE = Identification.ofFqdn("dave");
    private static final Identification EVE = Identification.ofFqdn("eve");
    private static final InetAddress ANY = address("0.0.0.0");

    private final Pool pool = new Pool(new PoolConfig("p", address("10.3.0.0"), address("10.3.0.1"), 2, List.of()));

    private static InetAddress address(String text) {
        return Addresses.literal(text).orElseThrow();
    }

    private String acquire(Identification peer, InetAddress wish) {
        return pool.acquire(peer, wish).map(InetAddress::getHostAddress).orElse("none");
    }

    @Test
    void peerGetsItsAddressAgain() {
        assertEquals("10.3.0.1", acquire(CAROL, ANY));
        pool.release(CAROL, address("10.3.0.1"));
        assertEquals("10.3.0.2", acquire(DAVE, ANY));
        assertEquals("10.3.0.1", acquire(CAROL, ANY));
    }

    @Test
    void wishIsGrantedIfNobodyHadTheAddress() {
        assertEquals("10.3.0.2", acquire(CAROL, address("10.3.0.2")));
        assertEquals("10.3.0.1", acquire(DAVE, address("10.3.0.2")));
        assertEquals("none", acquire(EVE, address("192.0.2.1")));
    }

    @Test
    void oldestReleasedAddressGoesToOthersWhenThePoolIsUsedUp() {
        acquire(CAROL, ANY);
        acquire(DAVE, ANY);
        assertEquals("none", acquire(EVE, ANY));
        pool.release(EVE, address("10.3.0.1"));
        assertEquals("none", acquire(EVE, ANY));
        pool.release(DAVE, address("10.3.0.2"));
        pool.release(CAROL, address("10.3.0.1"));
        assertEquals("10.3.0.2", acquire(EVE, ANY));
    }

    @Test
    void hugePoolOfIpv6Works() {
        Pool large = new Pool(new PoolConfig("v6", address("fec3::"), address("fec3::1"), (1L << 31) - 2, List.of()));
        assertEquals(Optional.of(address("fec3::1")), large.acquire(CAROL, address("::")));
        assertTrue(large.isFamilyOf(address("fec0::")));
    }
}
