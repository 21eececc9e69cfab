// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.math.BigInteger;
import java.util.Arrays;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;

/**
 * Diffie-Hellman over a MODP group. The exponent is drawn as octets of the group's exponent length.
 *
 * <p>{@code BigInteger.modPow} does not run in constant time; the exponent is used twice and never again, which leaves nothing to
 * average over. Its copies inside {@code BigInteger} cannot be wiped, only dropped.
 */
final class ModpKeyExchange implements KeyExchange {

    private final ModpGroup group;
    private final BigInteger prime;
    private BigInteger exponent;

    ModpKeyExchange(ModpGroup group, RandomSource random) {
        this.group = group;
        this.prime = group.prime();
        byte[] octets = random.octets(group.exponentOctets());
        exponent = new BigInteger(1, octets);
        Arrays.fill(octets, (byte) 0);
    }

    @Override
    public boolean responderNeedsPeer() {
        return false;
    }

    @Override
    public Chunk publicValue() {
        return Chunk.wrap(padded(BigInteger.TWO.modPow(open(), prime)));
    }

    @Override
    public Secret agree(Chunk peerPublicValue) throws KeyMismatchException {
        // RFC 7296 section 3.4: the length of the public value must be that of the prime.
        if (peerPublicValue.length() != group.octets()) {
            throw new KeyMismatchException(
                    "MODP public value of " + peerPublicValue.length() + " octets instead of " + group.octets());
        }
        BigInteger y = new BigInteger(1, peerPublicValue.toArray());
        // RFC 6989 section 2.1: 1 < y < p-1.
        if (y.compareTo(BigInteger.ONE) <= 0 || y.compareTo(prime.subtract(BigInteger.ONE)) >= 0) {
            throw new KeyMismatchException("MODP public value is not in 1 < y < p-1");
        }
        return Secret.own(padded(y.modPow(open(), prime)));
    }

    @Override
    public void close() {
        exponent = BigInteger.ZERO;
    }

    private BigInteger open() {
        if (exponent.signum() == 0) {
            throw new IllegalStateException("key exchange was closed");
        }
        return exponent;
    }

    private byte[] padded(BigInteger value) {
        byte[] octets = value.toByteArray();
        byte[] padded = new byte[group.octets()];
        int skip = Math.max(0, octets.length - padded.length); // sign octet
        System.arraycopy(octets, skip, padded, padded.length - (octets.length - skip), octets.length - skip);
        Arrays.fill(octets, (byte) 0);
        return padded;
    }
}
