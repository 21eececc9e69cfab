// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

import org.jcharon.api.wire.Secret;

/**
 * A cipher without integrity (CBC, CTR, NULL). Not thread-safe; {@link #close()} wipes the key. Pure.
 *
 * <p>Key material of a CTR cipher is the key followed by a nonce of 4 octets (RFC 3686).
 */
public interface Cipher extends AutoCloseable {

    /** Length of the key material in octets, nonce included. */
    int keyOctets();

    /** Length of the IV sent with each message, in octets. */
    int ivOctets();

    /** Block size in octets, 1 for stream ciphers; plaintext and ciphertext are multiples of it. */
    int blockOctets();

    /** Sets the key; throws {@link IllegalArgumentException} unless it has {@link #keyOctets()}. The octets are copied. */
    void key(Secret key);

    /** Encrypts {@code length} octets of {@code data} at {@code offset} in place, with the IV at {@code iv[ivOffset..]}. */
    void encrypt(byte[] iv, int ivOffset, byte[] data, int offset, int length);

    /** Decrypts {@code length} octets of {@code data} at {@code offset} in place, with the IV at {@code iv[ivOffset..]}. */
    void decrypt(byte[] iv, int ivOffset, byte[] data, int offset, int length);

    @Override
    void close();
}
