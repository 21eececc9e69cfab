// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import javax.crypto.KeyAgreement;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.RandomSource;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;

/** Diffie-Hellman over a NIST curve (RFC 5903). How the private value follows from the random source is the JDK's affair. */
final class EcpKeyExchange implements KeyExchange {

    private final Curve curve;
    private KeyPair pair;

    EcpKeyExchange(Curve curve, RandomSource random) {
        this.curve = curve;
        KeyPairGenerator generator = Providers.curveKeys("EC");
        this.pair = Providers.get(() -> {
            generator.initialize(curve.spec(), RandomAdapter.of(random));
            return generator.generateKeyPair();
        });
    }

    @Override
    public boolean responderNeedsPeer() {
        return false;
    }

    @Override
    public Chunk publicValue() {
        return curve.octets(open().getPublic());
    }

    @Override
    public Secret agree(Chunk peerPublicValue) throws KeyMismatchException {
        PublicKey peer = curve.publicKey(peerPublicValue);
        KeyAgreement agreement = Providers.agreement("ECDH");
        return Providers.get(() -> {
            agreement.init(open().getPrivate());
            agreement.doPhase(peer, true);
            return Secret.own(agreement.generateSecret());
        });
    }

    @Override
    public void close() {
        pair = null; // the JDK's key cannot be wiped
    }

    private KeyPair open() {
        if (pair == null) {
            throw new IllegalStateException("key exchange was closed");
        }
        return pair;
    }
}
