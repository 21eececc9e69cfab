// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.Optional;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class TrafficSelectorTest {

    private static InetAddress address(String text) {
        return Addresses.literal(text).orElseThrow();
    }

    private static TrafficSelector prefix(String address, int length) {
        return TrafficSelector.ofPrefix(address(address), length);
    }

    private static TrafficSelector range(String from, String to) {
        return new TrafficSelector(0, 0, 0xFFFF, address(from), address(to));
    }

    @Test
    void printsAsStrongSwanDoes() {
        TrafficSelector net = prefix("10.1.2.3", 16);
        assertEquals("10.1.0.0/16", net.toString());
        assertEquals(
                "10.1.0.5/32", TrafficSelector.ofAddress(address("10.1.0.5")).toString());
        assertEquals("10.1.0.1..10.1.0.9", range("10.1.0.1", "10.1.0.9").toString());
        assertEquals("10.1.0.0/16[tcp/http]", net.with(6, 80, 80).toString());
        assertEquals("10.1.0.0/16[udp/ipsec-nat-t]", net.with(17, 4500, 4500).toString());
        assertEquals("10.1.0.0/16[udp/80]", net.with(17, 80, 80).toString());
        assertEquals("10.1.0.0/16[ospf]", net.with(89, 0, 0xFFFF).toString());
        assertEquals("10.1.0.0/16[udp/4500-4510]", net.with(17, 4500, 4510).toString());
        assertEquals("10.1.0.0/16[icmp/8]", net.with(1, 0x0800, 0x0800).toString());
        assertEquals("10.1.0.0/16[icmp/8]", net.with(1, 0x0800, 0x08FF).toString());
        assertEquals("10.1.0.0/16[icmp/8-9(1)]", net.with(1, 0x0800, 0x0901).toString());
        assertEquals("10.1.0.0/16[/OPAQUE]", net.with(0, 0xFFFF, 0).toString());
        assertEquals("10.1.0.0/16[gre]", net.with(47, 0, 0xFFFF).toString());
    }

    @Test
    void intersects() {
        TrafficSelector net = prefix("10.1.0.0", 16);
        assertEquals(Optional.of(prefix("10.1.7.0", 24)), net.intersect(prefix("10.1.7.0", 24)));
        assertEquals(Optional.of(range("10.1.255.0", "10.1.255.255")), net.intersect(range("10.1.255.0", "10.2.0.5")));
        assertTrue(net.intersect(prefix("10.2.0.0", 16)).isEmpty());
        assertTrue(net.intersect(TrafficSelector.all(true)).isEmpty());
        assertEquals(Optional.of(net.with(6, 80, 80)), net.with(6, 0, 0xFFFF).intersect(net.with(0, 80, 80)));
        assertTrue(net.with(6, 0, 0xFFFF).intersect(net.with(17, 0, 0xFFFF)).isEmpty());
        assertTrue(net.with(6, 1, 9).intersect(net.with(6, 10, 20)).isEmpty());
    }

    @Test
    void opaqueMeetsOnlyAllPortsAndItself() {
        TrafficSelector all = prefix("10.1.0.0", 16);
        TrafficSelector opaque = all.with(6, 0xFFFF, 0);
        assertEquals(Optional.of(opaque), opaque.intersect(all));
        assertEquals(Optional.of(opaque), opaque.intersect(opaque));
        assertTrue(opaque.intersect(all.with(6, 80, 80)).isEmpty());
    }

    @Test
    void prefixesAcrossIpv4MappedAddressesStayOfOneFamily() {
        TrafficSelector wide = TrafficSelector.ofPrefix(Addresses.ofOctets(new byte[16]), 80);
        assertTrue(wide.isIpv6());
        assertEquals(80, wide.prefixLength());
    }

    @Test
    void knowsWhichPacketsItSelects() {
        TrafficSelector web = prefix("10.1.0.0", 16).with(6, 80, 80);
        assertTrue(web.includes(6, 80, address("10.1.2.3")));
        assertFalse(web.includes(6, 81, address("10.1.2.3")));
        assertFalse(web.includes(17, 80, address("10.1.2.3")));
        assertFalse(web.includes(6, -1, address("10.1.2.3")));
        assertTrue(prefix("10.1.0.0", 16).includes(6, -1, address("10.1.2.3")));
        assertFalse(web.includes(6, 80, address("2001:db8::1")));
    }

    @ParameterizedTest
    @CsvSource({"10.0.0.0, 33", "10.0.0.0, -1", "2001:db8::, 129"})
    void refusesPrefixLengthsOutOfRange(String address, int length) {
        assertThrows(IllegalArgumentException.class, () -> prefix(address, length));
    }

    @Test
    void refusesRangesThatAreNone() {
        assertThrows(IllegalArgumentException.class, () -> range("10.0.0.2", "10.0.0.1"));
        assertThrows(IllegalArgumentException.class, () -> range("10.0.0.2", "2001:db8::1"));
        assertThrows(IllegalArgumentException.class, () -> prefix("10.0.0.0", 8).with(256, 0, 0));
    }

    @Property
    void anIntersectionIsASubsetOfBothAndTheSameFromBothSides(
            @ForAll("selectors") TrafficSelector one, @ForAll("selectors") TrafficSelector other) {
        Optional<TrafficSelector> both = one.intersect(other);
        assertEquals(both, other.intersect(one));
        both.ifPresent(common -> {
            assertTrue(common.isSubsetOf(one));
            assertTrue(common.isSubsetOf(other));
        });
        assertTrue(one.isSubsetOf(one));
    }

    @Provide
    Arbitrary<TrafficSelector> selectors() {
        Arbitrary<Integer> octet = Arbitraries.integers().between(0, 255);
        Arbitrary<Integer> port = Arbitraries.of(0, 22, 80, 0xFFFF);
        return Combinators.combine(octet, Arbitraries.integers().between(8, 32), Arbitraries.of(0, 6, 17), port, port)
                .as((last, length, protocol, from, to) -> {
                    boolean opaque = from == 0xFFFF && to == 0;
                    return TrafficSelector.ofPrefix(address("10.0.0." + last), length)
                            .with(protocol, opaque ? from : Math.min(from, to), opaque ? to : Math.max(from, to));
                });
    }
}
