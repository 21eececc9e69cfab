// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptobc;

import java.util.Arrays;
import org.jcharon.api.crypto.Mac;
import org.jcharon.api.wire.Secret;

/** AES-XCBC-MAC-96 (RFC 3566) and AES-CMAC-96 (RFC 4494): the PRF's output cut to 12 octets, with keys of 16 octets only. */
final class AesMac implements Mac {

    private static final int KEY = 16;
    private static final int ICV = 12;

    private final AesPrf prf;

    AesMac(AesPrf prf) {
        this.prf = prf;
    }

    @Override
    public int keyOctets() {
        return KEY;
    }

    @Override
    public int icvOctets() {
        return ICV;
    }

    @Override
    public void key(Secret key) {
        if (key.length() != KEY) {
            throw new IllegalArgumentException("integrity key of " + key.length() + " octets instead of " + KEY);
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
        System.arraycopy(whole, 0, target, offset, ICV);
        Arrays.fill(whole, (byte) 0);
    }

    @Override
    public void close() {
        prf.close();
    }
}
