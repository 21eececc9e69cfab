// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.security.GeneralSecurityException;
import java.security.spec.AlgorithmParameterSpec;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.IvParameterSpec;
import org.jcharon.api.crypto.Aead;
import org.jcharon.api.crypto.IntegrityException;
import org.jcharon.api.wire.Secret;

/**
 * AES-GCM with ICVs of 12 and 16 octets (RFC 4106) and ChaCha20-Poly1305 (RFC 7634). One object of the JDK for each direction is
 * kept and given each message's nonce: this is the way of each ESP packet.
 */
final class JcaAead implements Aead {

    private static final int SALT = 4;
    private static final int IV = 8;
    private static final String CHACHA = "ChaCha20-Poly1305";

    private final boolean gcm;
    private final int cipherKeyOctets;
    private final int icvOctets;
    private final byte[] nonce = new byte[SALT + IV];
    private final byte[] lastOpened = new byte[IV];
    private Cipher encryptor;
    private Cipher decryptor;
    private WipedKey key;

    private JcaAead(boolean gcm, int cipherKeyOctets, int icvOctets) {
        this.gcm = gcm;
        this.cipherKeyOctets = cipherKeyOctets;
        this.icvOctets = icvOctets;
        this.key = WipedKey.none(keyName());
        renew();
    }

    static JcaAead gcm(int bits, int icvOctets) {
        return new JcaAead(true, bits / 8, icvOctets);
    }

    static JcaAead chaCha20Poly1305() {
        return new JcaAead(false, 32, 16);
    }

    @Override
    public int keyOctets() {
        return cipherKeyOctets + SALT;
    }

    @Override
    public int ivOctets() {
        return IV;
    }

    @Override
    public int icvOctets() {
        return icvOctets;
    }

    @Override
    public void key(Secret keyAndSalt) {
        if (keyAndSalt.length() != keyOctets()) {
            throw new IllegalArgumentException(
                    "AEAD key of " + keyAndSalt.length() + " octets instead of " + keyOctets());
        }
        byte[] octets = keyAndSalt.reveal();
        forget();
        key = new WipedKey(keyName(), Arrays.copyOf(octets, cipherKeyOctets));
        System.arraycopy(octets, cipherKeyOctets, nonce, 0, SALT);
        Arrays.fill(octets, (byte) 0);
        renew(); // the JDK's objects remember the last key and IV, and refuse the pair when it comes again
    }

    @Override
    public void encrypt(
            byte[] iv, int ivOffset, byte[] aad, int aadOffset, int aadLength, byte[] data, int offset, int length) {
        try {
            encryptor.init(Cipher.ENCRYPT_MODE, open(), parameters(iv, ivOffset));
            encryptor.updateAAD(aad, aadOffset, aadLength);
            encryptor.doFinal(data, offset, length, data, offset);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK refuses to encrypt: " + e.getMessage(), e);
        }
    }

    @Override
    public void decrypt(
            byte[] iv, int ivOffset, byte[] aad, int aadOffset, int aadLength, byte[] data, int offset, int length)
            throws IntegrityException {
        try {
            if (!gcm && Arrays.equals(lastOpened, 0, IV, iv, ivOffset, ivOffset + IV)) {
                // JDK 17 refuses a ChaCha20 nonce that comes twice even to decrypt, but a sender decides what we get.
                decryptor = Providers.cipher(CHACHA);
            }
            System.arraycopy(iv, ivOffset, lastOpened, 0, IV);
            decryptor.init(Cipher.DECRYPT_MODE, open(), parameters(iv, ivOffset));
            decryptor.updateAAD(aad, aadOffset, aadLength);
            decryptor.doFinal(data, offset, length + icvOctets, data, offset);
        } catch (AEADBadTagException e) {
            // JDK 25 decrypts in place before it looks at the tag, and leaves the plaintext of a forgery there
            Arrays.fill(data, offset, offset + length, (byte) 0);
            throw new IntegrityException();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK refuses to decrypt: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        forget();
        renew();
    }

    private WipedKey open() {
        if (key.isDestroyed()) {
            throw new IllegalStateException("cipher has no key");
        }
        return key;
    }

    private AlgorithmParameterSpec parameters(byte[] iv, int ivOffset) {
        System.arraycopy(iv, ivOffset, nonce, SALT, IV);
        return gcm ? new GCMParameterSpec(icvOctets * 8, nonce) : new IvParameterSpec(nonce);
    }

    private String keyName() {
        return gcm ? "AES" : "ChaCha20";
    }

    private void renew() {
        String name = gcm ? "AES/GCM/NoPadding" : CHACHA;
        encryptor = Providers.cipher(name);
        decryptor = Providers.cipher(name);
    }

    /** Wipes the key; giving the old objects another one makes the JDK wipe its own copy, which only AES does. */
    private void forget() {
        key.destroy();
        Arrays.fill(nonce, (byte) 0);
        WipedKey zeros = WipedKey.zeros(keyName(), cipherKeyOctets);
        byte[] unused = new byte[IV];
        unused[0] = 1;
        Providers.get(() -> {
            encryptor.init(Cipher.DECRYPT_MODE, zeros, parameters(unused, 0));
            decryptor.init(Cipher.DECRYPT_MODE, zeros, parameters(unused, 0));
            return zeros;
        });
    }
}
