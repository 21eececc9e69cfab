// SPDX-License-Identifier: Apache-2.0
package org.jcharon.x509;

import java.lang.reflect.Proxy;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.KeyType;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.wire.Chunk;

/** A registry that only tells kinds of keys apart; a decoder may ask it for nothing else. */
final class KeyReadingCrypto {

    private KeyReadingCrypto() {}

    static CryptoRegistry create() {
        return (CryptoRegistry) Proxy.newProxyInstance(
                CryptoRegistry.class.getClassLoader(), new Class<?>[] {CryptoRegistry.class}, (proxy, method, args) -> {
                    if (!method.getName().equals("readPublicKey")) {
                        throw new UnsupportedOperationException(method.getName());
                    }
                    return read((Chunk) args[0]);
                });
    }

    private static PublicKey read(Chunk spki) throws KeyMismatchException {
        String hex = spki.toHex();
        if (hex.contains("06092a864886f70d010101")) {
            return new PublicKey(KeyType.RSA, 2048, spki);
        } else if (hex.contains("06072a8648ce3d0201")) {
            return new PublicKey(KeyType.ECDSA, 256, spki);
        } else if (hex.contains("06032b6570")) {
            return new PublicKey(KeyType.ED25519, 256, spki);
        }
        return new PublicKey(KeyType.UNKNOWN, 0, spki);
    }
}
