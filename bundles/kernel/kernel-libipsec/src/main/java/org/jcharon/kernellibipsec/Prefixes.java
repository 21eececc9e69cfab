// SPDX-License-Identifier: Apache-2.0
package org.jcharon.kernellibipsec;

import java.math.BigInteger;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.config.TrafficSelector;

/** Splits address ranges into prefixes, for routes. */
final class Prefixes {

    /** A prefix. */
    record Prefix(InetAddress address, int length) {}

    private Prefixes() {}

    /** The fewest prefixes that cover exactly the range: at most 62 for IPv4, 254 for IPv6. */
    static List<Prefix> of(TrafficSelector range) {
        int octets = range.from().getAddress().length;
        int bits = octets * 8;
        BigInteger at = new BigInteger(1, range.from().getAddress());
        BigInteger end = new BigInteger(1, range.to().getAddress()).add(BigInteger.ONE);
        List<Prefix> prefixes = new ArrayList<>();
        while (at.compareTo(end) < 0) {
            int aligned = at.signum() == 0 ? bits : Math.min(bits, at.getLowestSetBit());
            int fitting = end.subtract(at).bitLength() - 1;
            int host = Math.min(aligned, fitting);
            prefixes.add(new Prefix(address(at, octets), bits - host));
            at = at.add(BigInteger.ONE.shiftLeft(host));
        }
        return List.copyOf(prefixes);
    }

    private static InetAddress address(BigInteger value, int octets) {
        byte[] digits = value.toByteArray();
        byte[] address = new byte[octets];
        int length = Math.min(octets, digits.length);
        System.arraycopy(digits, digits.length - length, address, octets - length, length);
        return Addresses.ofOctets(address);
    }
}
