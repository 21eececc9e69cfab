// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.child;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.SelectorTemplate;
import org.jcharon.api.config.TrafficSelector;
import org.junit.jupiter.api.Test;

class SelectorNarrowingTest {

    private static InetAddress address(int last) {
        return Addresses.ofOctets(new byte[] {10, 0, 0, (byte) last});
    }

    private static TrafficSelector range(int protocol, int from, int to) {
        return new TrafficSelector(protocol, 0, 0xFFFF, address(from), address(to));
    }

    @Provide
    Arbitrary<List<TrafficSelector>> selectors() {
        return Combinators.combine(
                        Arbitraries.of(0, 6, 17),
                        Arbitraries.integers().between(0, 31),
                        Arbitraries.integers().between(0, 31))
                .as((protocol, a, b) -> range(protocol, Math.min(a, b), Math.max(a, b)))
                .list()
                .ofMinSize(1)
                .ofMaxSize(5);
    }

    private static boolean selects(List<TrafficSelector> selectors, int protocol, int host) {
        return selectors.stream().anyMatch(ts -> ts.includes(protocol, 80, address(host)));
    }

    /** RFC 7296 section 2.9: the answer selects what both do, and nothing else. */
    @Property
    void selectsWhatBothDo(
            @ForAll("selectors") List<TrafficSelector> policy,
            @ForAll("selectors") List<TrafficSelector> offered,
            @ForAll @IntRange(max = 31) int host) {
        List<TrafficSelector> narrowed = SelectorNarrowing.narrow(policy, offered);
        for (int protocol : new int[] {1, 6, 17}) {
            assertEquals(
                    selects(policy, protocol, host) && selects(offered, protocol, host),
                    selects(narrowed, protocol, host));
        }
    }

    @Property
    void isASubsetOfTheOffer(
            @ForAll("selectors") List<TrafficSelector> policy, @ForAll("selectors") List<TrafficSelector> offered) {
        List<TrafficSelector> narrowed = SelectorNarrowing.narrow(policy, offered);
        assertTrue(narrowed.isEmpty() || SelectorNarrowing.isSubset(narrowed, offered));
        assertTrue(narrowed.isEmpty() || SelectorNarrowing.isSubset(narrowed, policy));
    }

    @Property
    void hasThePacketOfTheFirstSelectorIfThePolicyAllowsIt(
            @ForAll("selectors") List<TrafficSelector> policy, @ForAll("selectors") List<TrafficSelector> offered) {
        TrafficSelector first = offered.get(0);
        boolean allowed = policy.stream().anyMatch(first::isSubsetOf);
        if (allowed) {
            assertTrue(SelectorNarrowing.narrow(policy, offered).stream().anyMatch(first::isSubsetOf));
        }
    }

    @Property
    void repeatsNothingThatAnotherSelectorCovers(@ForAll("selectors") List<TrafficSelector> offered) {
        List<TrafficSelector> narrowed = SelectorNarrowing.narrow(List.of(TrafficSelector.all(false)), offered);
        for (TrafficSelector one : narrowed) {
            assertEquals(1, narrowed.stream().filter(one::isSubsetOf).count());
        }
    }

    @Test
    void findsNothingAcrossFamilies() {
        assertTrue(SelectorNarrowing.narrow(List.of(TrafficSelector.all(true)), List.of(TrafficSelector.all(false)))
                .isEmpty());
    }

    @Test
    void countsAnEmptyAnswerAsNoSubset() {
        assertFalse(SelectorNarrowing.isSubset(List.of(), List.of(TrafficSelector.all(false))));
    }

    @Test
    void resolvesDynamicToAddressesOrToWholeRanges() {
        List<SelectorTemplate> dynamic = List.of(SelectorTemplate.DYNAMIC);
        List<InetAddress> both =
                List.of(address(1), Addresses.literal("2001:db8::1").orElseThrow());
        assertEquals(
                List.of(TrafficSelector.ofAddress(both.get(0)), TrafficSelector.ofAddress(both.get(1))),
                SelectorNarrowing.resolve(dynamic, both, false));
        assertEquals(
                List.of(TrafficSelector.all(false), TrafficSelector.all(true)),
                SelectorNarrowing.resolve(dynamic, both, true));
    }

    @Test
    void leavesFixedSelectorsAlone() {
        TrafficSelector fixed = range(6, 1, 9);
        assertEquals(
                List.of(fixed),
                SelectorNarrowing.resolve(List.of(SelectorTemplate.of(fixed)), List.of(address(1)), true));
    }
}
