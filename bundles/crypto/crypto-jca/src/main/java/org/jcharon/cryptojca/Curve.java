// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.math.BigInteger;
import java.security.AlgorithmParameters;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.ECFieldFp;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.ECParameterSpec;
import java.security.spec.ECPoint;
import java.security.spec.ECPublicKeySpec;
import java.util.Arrays;
import java.util.List;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.wire.Chunk;

/** A NIST curve over a prime field, and its points as RFC 5903 writes them: x and y, without the octet 04. */
final class Curve {

    static final Curve P256 = new Curve("secp256r1", 256);
    static final Curve P384 = new Curve("secp384r1", 384);
    static final Curve P521 = new Curve("secp521r1", 521);
    static final List<Curve> ALL = List.of(P256, P384, P521);

    private final int bits;
    private final ECParameterSpec spec;
    private final BigInteger prime;

    private Curve(String name, int bits) {
        this.bits = bits;
        this.spec = Providers.get(() -> {
            AlgorithmParameters parameters = AlgorithmParameters.getInstance("EC", Providers.EC);
            parameters.init(new ECGenParameterSpec(name));
            return parameters.getParameterSpec(ECParameterSpec.class);
        });
        this.prime = ((ECFieldFp) spec.getCurve().getField()).getP();
    }

    int bits() {
        return bits;
    }

    int octets() {
        return (bits + 7) / 8;
    }

    ECParameterSpec spec() {
        return spec;
    }

    /** The curve with these parameters; throws for any other. */
    static Curve of(ECParameterSpec parameters) throws KeyMismatchException {
        for (Curve curve : ALL) {
            if (curve.spec.getCurve().equals(parameters.getCurve())
                    && curve.spec.getOrder().equals(parameters.getOrder())
                    && curve.spec.getGenerator().equals(parameters.getGenerator())) {
                return curve;
            }
        }
        throw new KeyMismatchException("curve is none of P-256, P-384, P-521");
    }

    Chunk octets(PublicKey key) {
        ECPoint point = ((ECPublicKey) key).getW();
        byte[] both = new byte[2 * octets()];
        put(point.getAffineX(), both, 0);
        put(point.getAffineY(), both, octets());
        return Chunk.wrap(both);
    }

    /** The key with the given point; throws unless the point is on the curve. */
    PublicKey publicKey(Chunk octets) throws KeyMismatchException {
        if (octets.length() != 2 * octets()) {
            throw new KeyMismatchException(
                    "point of " + octets.length() + " octets on P-" + bits + " instead of " + 2 * octets());
        }
        byte[] both = octets.toArray();
        ECPoint point = new ECPoint(
                new BigInteger(1, Arrays.copyOf(both, octets())),
                new BigInteger(1, Arrays.copyOfRange(both, octets(), both.length)));
        return publicKey(point);
    }

    PublicKey publicKey(ECPoint point) throws KeyMismatchException {
        check(point);
        return Providers.get(
                () -> Providers.keyFactory("EC", Providers.EC).generatePublic(new ECPublicKeySpec(point, spec)));
    }

    /** RFC 6989 section 2.3: both coordinates are below p and the point is on the curve; the cofactor of these curves is 1. */
    void check(ECPoint point) throws KeyMismatchException {
        if (point.equals(ECPoint.POINT_INFINITY)
                || outside(point.getAffineX())
                || outside(point.getAffineY())
                || !point.getAffineY().modPow(BigInteger.TWO, prime).equals(rightSide(point.getAffineX()))) {
            throw new KeyMismatchException("point is not on P-" + bits);
        }
    }

    /** One of the two points with an x coordinate that is known to be of the curve; the other has p - y. */
    ECPoint pointOf(BigInteger x) {
        // p = 3 mod 4 for all three curves
        return new ECPoint(x, rightSide(x).modPow(prime.add(BigInteger.ONE).shiftRight(2), prime));
    }

    ECPoint negated(ECPoint point) {
        return new ECPoint(point.getAffineX(), prime.subtract(point.getAffineY()));
    }

    /** Writes a number into {@link #octets()} octets of {@code target}. */
    void put(BigInteger number, byte[] target, int offset) {
        byte[] octets = number.toByteArray();
        int skip = Math.max(0, octets.length - octets());
        int length = octets.length - skip;
        System.arraycopy(octets, skip, target, offset + octets() - length, length);
    }

    private BigInteger rightSide(BigInteger x) {
        return x.multiply(x)
                .add(spec.getCurve().getA())
                .multiply(x)
                .add(spec.getCurve().getB())
                .mod(prime);
    }

    private boolean outside(BigInteger coordinate) {
        return coordinate.signum() < 0 || coordinate.compareTo(prime) >= 0;
    }
}
