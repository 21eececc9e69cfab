// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.math.BigInteger;
import java.util.Map;
import org.jcharon.api.crypto.Transforms;

/**
 * A MODP group (RFC 2409 section 6.2, RFC 3526): a safe prime and the generator 2.
 *
 * @param bits length of the prime
 * @param c what makes the prime one: p = 2^n - 2^(n-64) - 1 + 2^64 * (floor(2^(n-130) * pi) + c)
 * @param exponentOctets length of a private exponent: at least twice the strength that RFC 3526 section 8 gives the group
 */
record ModpGroup(int bits, int c, int exponentOctets) {

    private static final Map<Integer, ModpGroup> GROUPS = Map.of(
            Transforms.MODP_1024,
            new ModpGroup(1024, 129093, 32),
            Transforms.MODP_1536,
            new ModpGroup(1536, 741804, 32),
            Transforms.MODP_2048,
            new ModpGroup(2048, 124476, 48),
            Transforms.MODP_3072,
            new ModpGroup(3072, 1690314, 48),
            Transforms.MODP_4096,
            new ModpGroup(4096, 240904, 64),
            17,
            new ModpGroup(6144, 929484, 64),
            18,
            new ModpGroup(8192, 4743158, 64));

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

    /** The prime, computed anew: a few shifts and sums of the digits of pi. The tests compare it with the printed one. */
    BigInteger prime() {
        return BigInteger.ONE
                .shiftLeft(bits)
                .subtract(BigInteger.ONE.shiftLeft(bits - 64))
                .subtract(BigInteger.ONE)
                .add(Pi.floor(bits - 130).add(BigInteger.valueOf(c)).shiftLeft(64));
    }

    /** Digits of pi by Machin: pi = 16 arctan(1/5) - 4 arctan(1/239). Computed when the first MODP group is used. */
    private static final class Pi {

        private static final int BITS = 8192;
        private static final BigInteger DIGITS = compute();

        private Pi() {}

        /** floor(2^bits * pi). */
        static BigInteger floor(int bits) {
            return DIGITS.shiftRight(BITS - bits);
        }

        private static BigInteger compute() {
            BigInteger one = BigInteger.ONE.shiftLeft(BITS + 64); // 64 guard bits
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
}
