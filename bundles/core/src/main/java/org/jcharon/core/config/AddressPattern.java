// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.config;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.TrafficSelector;

/**
 * One entry of {@code local_addrs} or {@code remote_addrs}: an address, a prefix, a range, {@code %any} (also {@code %any4},
 * {@code %any6}), a DNS name, or a name behind {@code %}, which stands for anyone too. Immutable.
 *
 * @param range addresses that it spells out; null for names and for anyone of both families
 * @param name DNS name to be looked up; empty if it is none
 * @param any whether everyone matches, at the lowest quality
 */
public record AddressPattern(TrafficSelector range, String name, boolean any) {

    /** Quality of an address that is named as such; of a prefix its length plus 1. */
    static final int EXACT = 129;
    /** Quality of {@code %any}. */
    static final int ANY = 1;
    /** Does not match. */
    static final int NONE = 0;

    private static final AddressPattern EVERYONE = new AddressPattern(null, "", true);
    private static final AddressPattern NOBODY = new AddressPattern(null, "", false);

    /** Never throws: what is malformed matches nobody, and whoever read the configuration has said so. */
    public static AddressPattern parse(String text) {
        String entry = text.strip();
        switch (entry) {
            case "%any", "0.0.0.0", "::", "%any/0" -> {
                return EVERYONE;
            }
            case "%any4", "0.0.0.0/0" -> {
                return new AddressPattern(TrafficSelector.all(false), "", false);
            }
            case "%any6", "::/0" -> {
                return new AddressPattern(TrafficSelector.all(true), "", false);
            }
            default -> {
                return entry.startsWith("%")
                        ? new AddressPattern(null, entry.substring(1), true)
                        : spelledOut(entry)
                                .map(range -> new AddressPattern(range, "", false))
                                .orElseGet(() -> named(entry));
            }
        }
    }

    private static AddressPattern named(String entry) {
        boolean plain = !entry.isEmpty() && entry.chars().allMatch(AddressPattern::isHostCharacter);
        return plain ? new AddressPattern(null, entry, false) : NOBODY;
    }

    private static boolean isHostCharacter(int c) {
        return c == '.' || c == '-' || c == '_' || Character.isLetterOrDigit(c);
    }

    private static Optional<TrafficSelector> spelledOut(String entry) {
        int slash = entry.indexOf('/');
        int dash = entry.indexOf('-');
        try {
            if (slash > 0) {
                int length = Integer.parseInt(entry.substring(slash + 1));
                return Addresses.literal(entry.substring(0, slash)).map(a -> TrafficSelector.ofPrefix(a, length));
            }
            if (dash > 0) {
                Optional<InetAddress> from =
                        Addresses.literal(entry.substring(0, dash).strip());
                Optional<InetAddress> to =
                        Addresses.literal(entry.substring(dash + 1).strip());
                return from.isPresent() && to.isPresent()
                        ? Optional.of(new TrafficSelector(0, 0, 0xFFFF, from.get(), to.get()))
                        : Optional.empty();
            }
            return Addresses.literal(entry).map(TrafficSelector::ofAddress);
        } catch (IllegalArgumentException malformed) {
            return Optional.empty();
        }
    }

    /** How well an address fits; {@code resolved} are the addresses that {@link #name} has now. */
    int quality(InetAddress address, List<InetAddress> resolved) {
        if (resolved.contains(address)) {
            return EXACT;
        }
        if (range != null && range.contains(address)) {
            int shared = sharedBits(range.from(), range.to());
            return shared == 8 * address.getAddress().length ? EXACT : Math.max(ANY, shared + 1);
        }
        return any ? ANY : NONE;
    }

    /** Length of the smallest prefix around a range. */
    private static int sharedBits(InetAddress from, InetAddress to) {
        byte[] low = from.getAddress();
        byte[] high = to.getAddress();
        int bits = 0;
        while (bits < low.length * 8 && ((low[bits / 8] ^ high[bits / 8]) >> (7 - bits % 8) & 1) == 0) {
            bits++;
        }
        return bits;
    }
}
