// SPDX-License-Identifier: Apache-2.0
package org.jcharon.loadtester;

import java.math.BigInteger;
import java.net.InetAddress;
import org.jcharon.api.config.Addresses;

/**
 * Consecutive addresses of one family.
 *
 * @param first the lowest
 * @param size how many, at least 1
 */
record AddressRange(InetAddress first, long size) {

    private static final long MOST = 1L << 24;

    /**
     * An address, {@code FIRST-LAST}, or a prefix, of which the first and the last address are left out if there are others. Throws
     * {@link IllegalArgumentException} for anything else.
     */
    static AddressRange parse(String text) {
        int dash = text.indexOf('-');
        if (dash > 0) {
            InetAddress first = address(text.substring(0, dash).strip());
            InetAddress last = address(text.substring(dash + 1).strip());
            BigInteger size = number(last).subtract(number(first)).add(BigInteger.ONE);
            if (first.getAddress().length != last.getAddress().length || size.signum() <= 0) {
                throw new IllegalArgumentException("the range ends before it begins");
            }
            return bounded(first, size);
        }
        int slash = text.indexOf('/');
        if (slash < 0) {
            return new AddressRange(address(text), 1);
        }
        InetAddress base = address(text.substring(0, slash));
        int bits = base.getAddress().length * 8;
        int prefix = prefix(text.substring(slash + 1), bits);
        BigInteger size = BigInteger.ONE.shiftLeft(bits - prefix);
        BigInteger skipped = number(base).mod(size);
        InetAddress network = Addresses.plus(base, -skipped.longValueExact());
        return bits - prefix < 2
                ? bounded(network, size)
                : bounded(Addresses.plus(network, 1), size.subtract(BigInteger.TWO));
    }

    /** The address at a place, from 0. */
    InetAddress address(long at) {
        return Addresses.plus(first, at);
    }

    private static AddressRange bounded(InetAddress first, BigInteger size) {
        return new AddressRange(first, size.min(BigInteger.valueOf(MOST)).longValueExact());
    }

    private static BigInteger number(InetAddress address) {
        return new BigInteger(1, address.getAddress());
    }

    private static InetAddress address(String text) {
        return Addresses.literal(text).orElseThrow(() -> new IllegalArgumentException("no IP address"));
    }

    private static int prefix(String text, int bits) {
        // below 64 host bits the part that is skipped fits a long
        int least = Math.max(0, bits - 62);
        if (!text.matches("\\d{1,3}") || Integer.parseInt(text) < least || Integer.parseInt(text) > bits) {
            throw new IllegalArgumentException("a prefix has " + least + " to " + bits + " bits");
        }
        return Integer.parseInt(text);
    }
}
