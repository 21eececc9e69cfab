// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

import org.jcharon.api.wire.Secret;

/**
 * A cipher with integrity (AES-GCM, AES-CCM, ChaCha20-Poly1305) in its form for IKE and ESP: the nonce is a salt from the
 * key material followed by the IV that is sent (RFC 4106, 4309, 5282, 7634). Not thread-safe; {@link #close()} wipes the key. Pure.
 */
public interface Aead extends AutoCloseable {

    /** Length of the key material in octets: key, then salt. */
    int keyOctets();

    /** Length of the IV sent with each message, in octets (8). It must never repeat under one key. */
    int ivOctets();

    /** Length of the ICV in octets. */
    int icvOctets();

    /** Sets key and salt; throws {@link IllegalArgumentException} unless it has {@link #keyOctets()}. The octets are copied. */
    void key(Secret keyAndSalt);

    /**
     * Encrypts {@code length} octets of {@code data} at {@code offset} in place and writes the ICV right behind them.
     *
     * @param iv holds the IV at {@code ivOffset}
     * @param aad holds {@code aadLength} octets of associated data at {@code aadOffset}; may be the same array as {@code data}
     */
    void encrypt(
            byte[] iv, int ivOffset, byte[] aad, int aadOffset, int aadLength, byte[] data, int offset, int length);

    /**
     * Verifies the ICV behind {@code length} octets of ciphertext at {@code offset}, then decrypts these in place. When it throws, the
     * ciphertext is as it was or zeros, as the implementation likes, and nothing else was written.
     *
     * @throws IntegrityException if the ICV does not match
     */
    void decrypt(byte[] iv, int ivOffset, byte[] aad, int aadOffset, int aadLength, byte[] data, int offset, int length)
            throws IntegrityException;

    @Override
    void close();
}
