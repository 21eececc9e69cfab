// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.util.Arrays;
import org.jcharon.api.crypto.Mac;
import org.jcharon.api.wire.Secret;

/** HMAC truncated to its ICV (RFC 2404, RFC 4868). */
final class JcaMac implements Mac {

    private final JcaPrf prf;
    private final int icvOctets;

    JcaMac(String algorithm, int octets, int icvOctets) {
        this.prf = new JcaPrf(algorithm, octets);
        this.icvOctets = icvOctets;
    }

    @Override
    public int keyOctets() {
        return prf.octets();
    }

    @Override
    public int icvOctets() {
        return icvOctets;
    }

    @Override
    public void key(Secret key) {
        if (key.length() != keyOctets()) {
            throw new IllegalArgumentException(
                    "integrity key of " + key.length() + " octets instead of " + keyOctets());
        }
        prf.key(key);
    }

    @Override
    public void update(byte[] octets, int offset, int length) {
        prf.update(octets, offset, length);
    }

    @Override
    public void icv(byte[] target, int offset) {
        byte[] whole = prf.compute();
        System.arraycopy(whole, 0, target, offset, icvOctets);
        Arrays.fill(whole, (byte) 0);
    }

    @Override
    public void close() {
        prf.close();
    }
}
