// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.config;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** Addresses written as text, without ever asking a resolver. */
public final class Addresses {

    private static final Pattern V4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern V6 = Pattern.compile("[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

    private Addresses() {}

    /** The address that {@code text} spells; empty for names and for malformed addresses. */
    public static Optional<InetAddress> literal(String text) {
        boolean v4 = V4.matcher(text).matches();
        if (!v4 && !V6.matcher(text).matches()) {
            return Optional.empty();
        }
        if (v4) {
            for (String part : text.split("\\.", -1)) {
                if (Integer.parseInt(part) > 255) {
                    return Optional.empty();
                }
            }
        }
        try {
            return Optional.of(InetAddress.getByName(text));
        } catch (UnknownHostException malformed) {
            return Optional.empty();
        }
    }

    /** An address in its canonical form (RFC 5952): the longest run of zero groups of IPv6 is left out. No scope. */
    public static String text(InetAddress address) {
        byte[] octets = address.getAddress();
        if (octets.length != 16) {
            return address.getHostAddress();
        }
        int[] groups = new int[8];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = (octets[2 * i] & 0xFF) << 8 | octets[2 * i + 1] & 0xFF;
        }
        int from = 0;
        int most = 1; // one zero alone is written
        for (int i = 0; i < groups.length; i++) {
            int zeros = 0;
            while (i + zeros < groups.length && groups[i + zeros] == 0) {
                zeros++;
            }
            if (zeros > most) {
                from = i;
                most = zeros;
            }
        }
        StringBuilder text = new StringBuilder(39);
        for (int i = 0; i < groups.length; i++) {
            if (most > 1 && i == from) {
                text.append("::");
                i += most - 1;
                continue;
            }
            if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
                text.append(':');
            }
            text.append(Integer.toHexString(groups[i]));
        }
        return text.toString();
    }

    /** {@code address} plus {@code offset}, carried through all octets; negative offsets go down. Wraps at the end. */
    public static InetAddress plus(InetAddress address, long offset) {
        byte[] octets = address.getAddress();
        java.math.BigInteger size = java.math.BigInteger.ONE.shiftLeft(octets.length * 8);
        byte[] sum = new java.math.BigInteger(1, octets)
                .add(java.math.BigInteger.valueOf(offset))
                .mod(size)
                .toByteArray();
        byte[] padded = new byte[octets.length];
        int from = Math.max(0, sum.length - octets.length);
        System.arraycopy(sum, from, padded, octets.length - (sum.length - from), sum.length - from);
        return ofOctets(padded);
    }

    /**
     * The address with these 4 or 16 octets, of the family that their number says, IPv4-mapped ones included; throws
     * {@link IllegalArgumentException} for any other length.
     */
    public static InetAddress ofOctets(byte[] octets) {
        try {
            // InetAddress would turn an IPv4-mapped address into an IPv4 one, and so a range into one of two families
            return octets.length == 16 ? Inet6Address.getByAddress(null, octets, -1) : InetAddress.getByAddress(octets);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException(octets.length + " octets are no address", e);
        }
    }
}
