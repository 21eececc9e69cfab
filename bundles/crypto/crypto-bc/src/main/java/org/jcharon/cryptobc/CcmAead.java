// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptobc;

import java.util.Arrays;
import org.bouncycastle.crypto.InvalidCipherTextException;
import org.bouncycastle.crypto.engines.AESEngine;
import org.bouncycastle.crypto.modes.CCMBlockCipher;
import org.bouncycastle.crypto.modes.CCMModeCipher;
import org.bouncycastle.crypto.params.AEADParameters;
import org.bouncycastle.crypto.params.KeyParameter;
import org.jcharon.api.crypto.Aead;
import org.jcharon.api.crypto.IntegrityException;
import org.jcharon.api.wire.Secret;

/** AES-CCM (RFC 4309, RFC 5282): a salt of 3 octets and an IV of 8 are the nonce. */
final class CcmAead implements Aead {

    private static final int SALT = 3;
    private static final int IV = 8;

    private final int aesOctets;
    private final int icvOctets;
    private final CCMModeCipher ccm = CCMBlockCipher.newInstance(AESEngine.newInstance());
    private final byte[] nonce = new byte[SALT + IV];
    private byte[] key = new byte[0];

    CcmAead(int bits, int icvOctets) {
        this.aesOctets = bits / 8;
        this.icvOctets = icvOctets;
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
        return icvOctets;
    }

    @Override
    public void key(Secret keyAndSalt) {
        if (keyAndSalt.length() != keyOctets()) {
            throw new IllegalArgumentException(
                    "AEAD key of " + keyAndSalt.length() + " octets instead of " + keyOctets());
        }
        close();
        byte[] octets = keyAndSalt.reveal();
        key = Arrays.copyOf(octets, aesOctets);
        System.arraycopy(octets, aesOctets, nonce, 0, SALT);
        Arrays.fill(octets, (byte) 0);
    }

    @Override
    public void encrypt(
            byte[] iv, int ivOffset, byte[] aad, int aadOffset, int aadLength, byte[] data, int offset, int length) {
        try {
            ccm.init(true, parameters(iv, ivOffset, aad, aadOffset, aadLength));
            ccm.processBytes(data, offset, length, data, offset); // kept aside by the library until the end
            ccm.doFinal(data, offset);
        } catch (InvalidCipherTextException e) {
            throw new IllegalStateException("CCM refuses to encrypt", e);
        }
    }

    @Override
    public void decrypt(
            byte[] iv, int ivOffset, byte[] aad, int aadOffset, int aadLength, byte[] data, int offset, int length)
            throws IntegrityException {
        try {
            ccm.init(false, parameters(iv, ivOffset, aad, aadOffset, aadLength));
            // Aside: the library writes plaintext before it knows whether the ICV matches.
            byte[] plain = new byte[length];
            ccm.processBytes(data, offset, length + icvOctets, plain, 0);
            ccm.doFinal(plain, 0);
            System.arraycopy(plain, 0, data, offset, length);
            Arrays.fill(plain, (byte) 0);
        } catch (InvalidCipherTextException e) {
            throw new IntegrityException();
        }
    }

    @Override
    public void close() {
        Arrays.fill(key, (byte) 0);
        Arrays.fill(nonce, (byte) 0);
        key = new byte[0];
    }

    private AEADParameters parameters(byte[] iv, int ivOffset, byte[] aad, int aadOffset, int aadLength) {
        if (key.length == 0) {
            throw new IllegalStateException("cipher has no key");
        }
        System.arraycopy(iv, ivOffset, nonce, SALT, IV);
        return new AEADParameters(
                new KeyParameter(key),
                icvOctets * 8,
                nonce.clone(),
                Arrays.copyOfRange(aad, aadOffset, aadOffset + aadLength));
    }
}
