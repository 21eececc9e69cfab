// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.spec.IvParameterSpec;
import org.jcharon.api.crypto.Cipher;
import org.jcharon.api.wire.Secret;

/** AES-CBC (RFC 3602) and AES-CTR (RFC 3686). One object of the JDK for each direction is kept and given each message's IV. */
final class JcaBlockCipher implements Cipher {

    private static final int BLOCK = 16;
    private static final int CTR_NONCE = 4;
    private static final int CTR_IV = 8;

    private final boolean counter;
    private final int aesOctets;
    private final javax.crypto.Cipher encryptor;
    private final javax.crypto.Cipher decryptor;
    private final byte[] counterBlock = new byte[BLOCK];
    private WipedKey key;

    private JcaBlockCipher(boolean counter, int aesOctets) {
        String name = counter ? "AES/CTR/NoPadding" : "AES/CBC/NoPadding";
        this.counter = counter;
        this.aesOctets = aesOctets;
        this.encryptor = Providers.cipher(name);
        this.decryptor = Providers.cipher(name);
        this.key = WipedKey.none("AES");
    }

    static JcaBlockCipher cbc(int bits) {
        return new JcaBlockCipher(false, bits / 8);
    }

    static JcaBlockCipher ctr(int bits) {
        return new JcaBlockCipher(true, bits / 8);
    }

    @Override
    public int keyOctets() {
        return counter ? aesOctets + CTR_NONCE : aesOctets;
    }

    @Override
    public int ivOctets() {
        return counter ? CTR_IV : BLOCK;
    }

    @Override
    public int blockOctets() {
        return counter ? 1 : BLOCK;
    }

    @Override
    public void key(Secret material) {
        if (material.length() != keyOctets()) {
            throw new IllegalArgumentException(
                    "cipher key of " + material.length() + " octets instead of " + keyOctets());
        }
        byte[] octets = material.reveal();
        key.destroy();
        key = new WipedKey("AES", Arrays.copyOf(octets, aesOctets));
        if (counter) {
            // RFC 3686 section 4: nonce, IV, and a block counter that begins with one.
            System.arraycopy(octets, aesOctets, counterBlock, 0, CTR_NONCE);
            counterBlock[BLOCK - 1] = 1;
        }
        Arrays.fill(octets, (byte) 0);
    }

    @Override
    public void encrypt(byte[] iv, int ivOffset, byte[] data, int offset, int length) {
        process(encryptor, javax.crypto.Cipher.ENCRYPT_MODE, iv, ivOffset, data, offset, length);
    }

    @Override
    public void decrypt(byte[] iv, int ivOffset, byte[] data, int offset, int length) {
        process(decryptor, javax.crypto.Cipher.DECRYPT_MODE, iv, ivOffset, data, offset, length);
    }

    @Override
    public void close() {
        key.destroy();
        Arrays.fill(counterBlock, (byte) 0);
        WipedKey zeros = WipedKey.zeros("AES", aesOctets);
        IvParameterSpec iv = new IvParameterSpec(counterBlock);
        Providers.get(() -> {
            encryptor.init(javax.crypto.Cipher.ENCRYPT_MODE, zeros, iv);
            decryptor.init(javax.crypto.Cipher.DECRYPT_MODE, zeros, iv);
            return zeros;
        });
    }

    private void process(
            javax.crypto.Cipher cipher, int mode, byte[] iv, int ivOffset, byte[] data, int offset, int length) {
        if (length % blockOctets() != 0) {
            throw new IllegalArgumentException(length + " octets are no multiple of the block size");
        }
        if (key.isDestroyed()) {
            throw new IllegalStateException("cipher has no key");
        }
        try {
            cipher.init(mode, key, parameters(iv, ivOffset));
            cipher.doFinal(data, offset, length, data, offset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK refuses AES: " + e.getMessage(), e);
        }
    }

    private IvParameterSpec parameters(byte[] iv, int ivOffset) {
        if (!counter) {
            return new IvParameterSpec(iv, ivOffset, BLOCK);
        }
        System.arraycopy(iv, ivOffset, counterBlock, CTR_NONCE, CTR_IV);
        return new IvParameterSpec(counterBlock);
    }
}
