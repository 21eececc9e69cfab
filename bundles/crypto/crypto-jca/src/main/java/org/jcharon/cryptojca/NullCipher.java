// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import org.jcharon.api.crypto.Cipher;
import org.jcharon.api.wire.Secret;

/** ENCR_NULL (RFC 2410): leaves the data as it is. */
final class NullCipher implements Cipher {

    @Override
    public int keyOctets() {
        return 0;
    }

    @Override
    public int ivOctets() {
        return 0;
    }

    @Override
    public int blockOctets() {
        return 1;
    }

    @Override
    public void key(Secret key) {
        if (key.length() != 0) {
            throw new IllegalArgumentException("NULL has no key, but " + key.length() + " octets came");
        }
    }

    @Override
    public void encrypt(byte[] iv, int ivOffset, byte[] data, int offset, int length) {}

    @Override
    public void decrypt(byte[] iv, int ivOffset, byte[] data, int offset, int length) {}

    @Override
    public void close() {}
}
