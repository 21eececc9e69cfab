// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.math.BigInteger;
import java.util.Map;
import org.jcharon.api.crypto.Transforms;

/**
 * A MODP group (RFC 2409 section 6.2, RFC 3526): a safe prime and the generator 2.
 *
 * @param bits length of the prime
 * @param prime the prime
 * @param exponentOctets length of a private exponent: at least twice the strength that RFC 3526 section 8 gives the group
 */
record ModpGroup(int bits, BigInteger prime, int exponentOctets) {

    private static final Map<Integer, ModpGroup> GROUPS = Map.of(
            Transforms.MODP_1024,
            of(1024, 129093, 32),
            Transforms.MODP_1536,
            of(1536, 741804, 32),
            Transforms.MODP_2048,
            of(2048, 124476, 48),
            Transforms.MODP_3072,
            of(3072, 1690314, 48),
            Transforms.MODP_4096,
            of(4096, 240904, 64),
            17,
            of(6144, 929484, 64),
            18,
            of(8192, 4743158, 64));

    /** The group with an IANA number, or null. */
    static ModpGroup find(int number) {
        return GROUPS.get(number);
    }

    /** All numbers. */
    static Iterable<Integer> numbers() {
        return GROUPS.keySet();
    }

    int octets() {
        return bits / 8;
    }

    /** p = 2^n - 2^(n-64) - 1 + 2^64 * (floor(2^(n-130) * pi) + c): short to write, and the tests compare it with the printed primes. */
    private static ModpGroup of(int bits, long c, int exponentOctets) {
        BigInteger middle = pi(bits - 130).add(BigInteger.valueOf(c)).shiftLeft(64);
        BigInteger prime = BigInteger.ONE
                .shiftLeft(bits)
                .subtract(BigInteger.ONE.shiftLeft(bits - 64))
                .subtract(BigInteger.ONE)
                .add(middle);
        return new ModpGroup(bits, prime, exponentOctets);
    }

    /** floor(2^bits * pi), by Machin: pi = 16 arctan(1/5) - 4 arctan(1/239), with 64 guard bits. */
    private static BigInteger pi(int bits) {
        BigInteger one = BigInteger.ONE.shiftLeft(bits + 64);
        return arctanOfInverse(5, one)
                .shiftLeft(4)
                .subtract(arctanOfInverse(239, one).shiftLeft(2))
                .shiftRight(64);
    }

    private static BigInteger arctanOfInverse(int x, BigInteger one) {
        BigInteger square = BigInteger.valueOf((long) x * x);
        BigInteger power = one.divide(BigInteger.valueOf(x));
        BigInteger sum = power;
        for (int n = 3; power.signum() != 0; n += 2) {
            power = power.divide(square).negate();
            sum = sum.add(power.divide(BigInteger.valueOf(n)));
        }
        return sum;
    }
}
