// SPDX-License-Identifier: Apache-2.0
package org.jcharon.pem;

import java.security.GeneralSecurityException;
import javax.crypto.BadPaddingException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jcharon.api.credential.DecodingException;

/** Ciphers of encrypted keys, all in CBC mode with the padding of PKCS #5. */
enum BlockCipher {
    AES_128("AES", 16, 16),
    AES_192("AES", 24, 16),
    AES_256("AES", 32, 16),
    DES_EDE3("DESede", 24, 8);

    private final String algorithm;
    private final int keyOctets;
    private final int blockOctets;

    BlockCipher(String algorithm, int keyOctets, int blockOctets) {
        this.algorithm = algorithm;
        this.keyOctets = keyOctets;
        this.blockOctets = blockOctets;
    }

    int keyOctets() {
        return keyOctets;
    }

    int blockOctets() {
        return blockOctets;
    }

    /** The plain octets, wiped by the caller. */
    byte[] decrypt(byte[] key, byte[] iv, byte[] encrypted) throws DecodingException {
        if (iv.length != blockOctets || encrypted.length == 0 || encrypted.length % blockOctets != 0) {
            throw new DecodingException("encrypted key: " + encrypted.length
                    + " octets with an initialization vector of " + iv.length + " do not fit " + this);
        }
        try {
            Cipher cipher = Cipher.getInstance(algorithm + "/CBC/PKCS5Padding");
            cipher.init(Cipher.DECRYPT_MODE, new SecretKeySpec(key, algorithm), new IvParameterSpec(iv));
            return cipher.doFinal(encrypted);
        } catch (BadPaddingException wrong) {
            throw new DecodingException("the password of the encrypted key is wrong", wrong);
        } catch (GeneralSecurityException e) {
            throw new DecodingException(this + " is not available here", e);
        }
    }
}
