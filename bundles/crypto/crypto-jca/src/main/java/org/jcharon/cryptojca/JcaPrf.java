// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.security.InvalidKeyException;
import javax.crypto.Mac;
import org.jcharon.api.crypto.Prf;
import org.jcharon.api.wire.Secret;

/** HMAC as a pseudorandom function (RFC 2104, RFC 4868). */
final class JcaPrf implements Prf {

    private final Mac mac;
    private final int octets;

    JcaPrf(String algorithm, int octets) {
        this.mac = Providers.mac(algorithm);
        this.octets = octets;
    }

    @Override
    public int octets() {
        return octets;
    }

    @Override
    public void key(Secret key) {
        // HMAC pads with zeros, so one zero octet is the empty key, which the JDK refuses.
        init(new WipedKey("HMAC", key.length() == 0 ? new byte[1] : key.reveal()));
    }

    @Override
    public void update(byte[] data, int offset, int length) {
        mac.update(data, offset, length);
    }

    @Override
    public byte[] compute() {
        return mac.doFinal();
    }

    @Override
    public void close() {
        init(WipedKey.zeros("HMAC", 1));
    }

    private void init(WipedKey key) {
        try {
            mac.init(key);
        } catch (InvalidKeyException e) {
            throw new IllegalStateException("the JDK refuses an HMAC key", e);
        } finally {
            key.destroy(); // the MAC has its own copy
        }
    }
}
