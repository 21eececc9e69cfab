// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.XECPrivateKeySpec;
import java.security.spec.XECPublicKeySpec;
import java.util.Arrays;
import javax.crypto.KeyAgreement;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;

/** X25519 and X448 (RFC 7748, RFC 8031). The private value is drawn as the octets of the scalar. */
final class XdhKeyExchange implements KeyExchange {

    private final NamedParameterSpec curve;
    private final int octets;
    private final int basePoint;
    private PrivateKey scalar;

    private XdhKeyExchange(NamedParameterSpec curve, int octets, int basePoint, RandomSource random) {
        this.curve = curve;
        this.octets = octets;
        this.basePoint = basePoint;
        byte[] drawn = random.octets(octets);
        try {
            scalar = Providers.get(() -> factory().generatePrivate(new XECPrivateKeySpec(curve, drawn)));
        } finally {
            Arrays.fill(drawn, (byte) 0);
        }
    }

    static XdhKeyExchange x25519(RandomSource random) {
        return new XdhKeyExchange(NamedParameterSpec.X25519, 32, 9, random);
    }

    static XdhKeyExchange x448(RandomSource random) {
        return new XdhKeyExchange(NamedParameterSpec.X448, 56, 5, random);
    }

    @Override
    public boolean responderNeedsPeer() {
        return false;
    }

    @Override
    public Chunk publicValue() {
        try {
            return Chunk.wrap(multiply(BigInteger.valueOf(basePoint)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK refuses the base point", e);
        }
    }

    @Override
    public Secret agree(Chunk peerPublicValue) throws KeyMismatchException {
        if (peerPublicValue.length() != octets) {
            throw new KeyMismatchException(
                    curve.getName() + " value of " + peerPublicValue.length() + " octets instead of " + octets);
        }
        byte[] u = peerPublicValue.toArray();
        if (octets == 32) {
            u[31] &= 0x7F; // RFC 7748 section 5: the unused bit is ignored
        }
        for (int i = 0; i < octets / 2; i++) { // little endian
            byte kept = u[i];
            u[i] = u[octets - 1 - i];
            u[octets - 1 - i] = kept;
        }
        try {
            return Secret.own(multiply(new BigInteger(1, u)));
        } catch (InvalidKeyException e) {
            // RFC 8031 section 2.3 with RFC 7748 section 6: the JDK refuses a point of small order, which gives zero.
            throw new KeyMismatchException(curve.getName() + " gives zero");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK refuses " + curve.getName(), e);
        }
    }

    @Override
    public void close() {
        scalar = null; // the JDK's key cannot be wiped
    }

    private byte[] multiply(BigInteger u) throws GeneralSecurityException {
        if (scalar == null) {
            throw new IllegalStateException("key exchange was closed");
        }
        PublicKey point = factory().generatePublic(new XECPublicKeySpec(curve, u));
        KeyAgreement agreement = Providers.agreement("XDH");
        agreement.init(scalar);
        agreement.doPhase(point, true);
        return agreement.generateSecret();
    }

    private static KeyFactory factory() {
        return Providers.keyFactory("XDH", Providers.EC);
    }
}
