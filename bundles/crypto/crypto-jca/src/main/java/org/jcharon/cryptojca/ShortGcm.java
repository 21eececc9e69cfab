// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import org.jcharon.api.crypto.Aead;
import org.jcharon.api.crypto.IntegrityException;
import org.jcharon.api.wire.Secret;

/**
 * AES-GCM with an ICV of 8 octets (RFC 4106 section 6.2), which the JDK does not know: the tag of 16 octets is cut, and to verify,
 * the ciphertext is decrypted in counter mode aside and encrypted again. Twice the work, for a transform that few ask for.
 */
final class ShortGcm implements Aead {

    private static final int SALT = 4;
    private static final int IV = 8;
    private static final int ICV = 8;
    private static final int TAG = 16;

    private final int aesOctets;
    private final byte[] counterBlock = new byte[16];
    private WipedKey key;

    ShortGcm(int bits) {
        this.aesOctets = bits / 8;
        this.key = WipedKey.none("AES");
    }

    @Override
    public int keyOctets() {
        return aesOctets + SALT;
    }

    @Override
    public int ivOctets() {
        return IV;
    }

    @Override
    public int icvOctets() {
        return ICV;
    }

    @Override
    public void key(Secret keyAndSalt) {
        if (keyAndSalt.length() != keyOctets()) {
            throw new IllegalArgumentException(
                    "AEAD key of " + keyAndSalt.length() + " octets instead of " + keyOctets());
        }
        byte[] octets = keyAndSalt.reveal();
        key.destroy();
        key = new WipedKey("AES", Arrays.copyOf(octets, aesOctets));
        System.arraycopy(octets, aesOctets, counterBlock, 0, SALT);
        Arrays.fill(octets, (byte) 0);
    }

    @Override
    public void encrypt(
            byte[] iv, int ivOffset, byte[] aad, int aadOffset, int aadLength, byte[] data, int offset, int length) {
        byte[] sealed = seal(iv, ivOffset, aad, aadOffset, aadLength, data, offset, length);
        System.arraycopy(sealed, 0, data, offset, length + ICV);
    }

    @Override
    public void decrypt(
            byte[] iv, int ivOffset, byte[] aad, int aadOffset, int aadLength, byte[] data, int offset, int length)
            throws IntegrityException {
        byte[] plain;
        try {
            System.arraycopy(iv, ivOffset, counterBlock, SALT, IV);
            counterBlock[15] = 2; // SP 800-38D: block 1 masks the tag, the data begin with block 2
            Cipher counter = Providers.cipher("AES/CTR/NoPadding");
            counter.init(Cipher.DECRYPT_MODE, open(), new IvParameterSpec(counterBlock));
            plain = counter.doFinal(data, offset, length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK refuses to decrypt: " + e.getMessage(), e);
        }
        byte[] sealed = seal(iv, ivOffset, aad, aadOffset, aadLength, plain, 0, length);
        boolean good = MessageDigest.isEqual(
                Arrays.copyOfRange(sealed, length, length + ICV),
                Arrays.copyOfRange(data, offset + length, offset + length + ICV));
        if (good) {
            System.arraycopy(plain, 0, data, offset, length);
        }
        Arrays.fill(plain, (byte) 0);
        if (!good) {
            throw new IntegrityException();
        }
    }

    @Override
    public void close() {
        key.destroy();
        Arrays.fill(counterBlock, (byte) 0);
    }

    private byte[] seal(
            byte[] iv, int ivOffset, byte[] aad, int aadOffset, int aadLength, byte[] data, int offset, int length) {
        try {
            System.arraycopy(iv, ivOffset, counterBlock, SALT, IV);
            // A new object each time: a kept one refuses an IV that comes twice, as it does from an attacker.
            Cipher cipher = Providers.cipher("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE, open(), new GCMParameterSpec(TAG * 8, Arrays.copyOf(counterBlock, SALT + IV)));
            cipher.updateAAD(aad, aadOffset, aadLength);
            return cipher.doFinal(data, offset, length);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK refuses to encrypt: " + e.getMessage(), e);
        }
    }

    private WipedKey open() {
        if (key.isDestroyed()) {
            throw new IllegalStateException("cipher has no key");
        }
        return key;
    }
}
