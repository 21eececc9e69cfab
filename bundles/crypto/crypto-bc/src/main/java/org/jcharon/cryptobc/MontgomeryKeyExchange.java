// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptobc;

import java.util.Arrays;
import org.bouncycastle.math.ec.rfc7748.X25519;
import org.bouncycastle.math.ec.rfc7748.X448;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;

/** X25519 and X448 (RFC 7748, RFC 8031). The private value is drawn as the octets of the scalar. */
final class MontgomeryKeyExchange implements KeyExchange {

    private final boolean small;
    private final byte[] scalar;
    private boolean closed;

    private MontgomeryKeyExchange(boolean small, RandomSource random) {
        this.small = small;
        this.scalar = random.octets(small ? X25519.SCALAR_SIZE : X448.SCALAR_SIZE);
    }

    static MontgomeryKeyExchange x25519(RandomSource random) {
        return new MontgomeryKeyExchange(true, random);
    }

    static MontgomeryKeyExchange x448(RandomSource random) {
        return new MontgomeryKeyExchange(false, random);
    }

    @Override
    public boolean responderNeedsPeer() {
        return false;
    }

    @Override
    public Chunk publicValue() {
        byte[] value = new byte[scalar.length];
        if (small) {
            X25519.generatePublicKey(open(), 0, value, 0);
        } else {
            X448.generatePublicKey(open(), 0, value, 0);
        }
        return Chunk.wrap(value);
    }

    @Override
    public Secret agree(Chunk peerPublicValue) throws KeyMismatchException {
        if (peerPublicValue.length() != scalar.length) {
            throw new KeyMismatchException(
                    "public value of " + peerPublicValue.length() + " octets instead of " + scalar.length);
        }
        byte[] peer = peerPublicValue.toArray();
        byte[] shared = new byte[scalar.length];
        boolean good = small
                ? X25519.calculateAgreement(open(), 0, peer, 0, shared, 0)
                : X448.calculateAgreement(open(), 0, peer, 0, shared, 0);
        if (!good) {
            throw new KeyMismatchException("public value of small order gives zero"); // RFC 8031 section 2.3
        }
        return Secret.own(shared);
    }

    @Override
    public void close() {
        closed = true;
        Arrays.fill(scalar, (byte) 0);
    }

    private byte[] open() {
        if (closed) {
            throw new IllegalStateException("key exchange was closed");
        }
        return scalar;
    }
}
