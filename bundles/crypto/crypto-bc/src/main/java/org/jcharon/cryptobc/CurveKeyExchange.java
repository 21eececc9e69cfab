// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptobc;

import java.math.BigInteger;
import java.util.Arrays;
import org.bouncycastle.asn1.x9.X9ECParameters;
import org.bouncycastle.crypto.agreement.ECDHBasicAgreement;
import org.bouncycastle.crypto.params.ECDomainParameters;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.bouncycastle.util.BigIntegers;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;

/**
 * Diffie-Hellman over a prime curve (RFC 5903, RFC 6954). The private value is drawn as octets of the order's length, with the
 * surplus bits cleared, until it lies within the order.
 */
final class CurveKeyExchange implements KeyExchange {

    private final ECDomainParameters domain;
    private final int octets;
    private BigInteger scalar;

    CurveKeyExchange(X9ECParameters curve, RandomSource random) {
        this.domain = new ECDomainParameters(curve);
        this.octets = (curve.getCurve().getFieldSize() + 7) / 8;
        this.scalar = draw(random);
    }

    private BigInteger draw(RandomSource random) {
        BigInteger order = domain.getN();
        byte[] drawn = new byte[(order.bitLength() + 7) / 8];
        BigInteger value;
        do {
            random.fill(drawn);
            drawn[0] &= (byte) (0xFF >>> (drawn.length * 8 - order.bitLength()));
            value = new BigInteger(1, drawn);
        } while (value.signum() == 0 || value.compareTo(order) >= 0);
        Arrays.fill(drawn, (byte) 0);
        return value;
    }

    @Override
    public boolean responderNeedsPeer() {
        return false;
    }

    @Override
    public Chunk publicValue() {
        byte[] encoded = new FixedPointCombMultiplier()
                .multiply(domain.getG(), open())
                .normalize()
                .getEncoded(false);
        return Chunk.of(encoded, 1, encoded.length - 1); // RFC 5903 section 7: x and y, without the octet 04
    }

    @Override
    public Secret agree(Chunk peerPublicValue) throws KeyMismatchException {
        if (peerPublicValue.length() != 2 * octets) {
            throw new KeyMismatchException("point of " + peerPublicValue.length() + " octets instead of " + 2 * octets);
        }
        byte[] encoded = new byte[1 + 2 * octets];
        encoded[0] = 4;
        peerPublicValue.copyTo(encoded, 1);
        ECPublicKeyParameters peer;
        try {
            // RFC 6989 section 2.3: decoding checks both coordinates and that the point is on the curve and in its
            // subgroup.
            peer = new ECPublicKeyParameters(domain.getCurve().decodePoint(encoded), domain);
        } catch (IllegalArgumentException e) {
            throw new KeyMismatchException("point is not on the curve");
        }
        ECDHBasicAgreement agreement = new ECDHBasicAgreement();
        agreement.init(new ECPrivateKeyParameters(open(), domain));
        return Secret.own(BigIntegers.asUnsignedByteArray(octets, agreement.calculateAgreement(peer)));
    }

    @Override
    public void close() {
        scalar = BigInteger.ZERO; // its octets cannot be wiped, only dropped
    }

    private BigInteger open() {
        if (scalar.signum() == 0) {
            throw new IllegalStateException("key exchange was closed");
        }
        return scalar;
    }
}
