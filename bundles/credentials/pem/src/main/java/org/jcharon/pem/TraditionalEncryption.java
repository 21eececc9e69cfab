// SPDX-License-Identifier: Apache-2.0
package org.jcharon.pem;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.wire.Secret;

/** Encryption in the headers of RFC 1421 as OpenSSL does it: {@code DEK-Info: AES-128-CBC,} and the initialization vector. */
final class TraditionalEncryption {

    private static final Map<String, BlockCipher> CIPHERS = Map.of(
            "AES-128-CBC", BlockCipher.AES_128,
            "AES-192-CBC", BlockCipher.AES_192,
            "AES-256-CBC", BlockCipher.AES_256,
            "DES-EDE3-CBC", BlockCipher.DES_EDE3);

    private TraditionalEncryption() {}

    /** The plain octets, wiped by the caller. */
    static byte[] decrypt(String dekInfo, byte[] encrypted, Secret password) throws DecodingException {
        int comma = dekInfo.indexOf(',');
        BlockCipher cipher = comma < 0 ? null : CIPHERS.get(dekInfo.substring(0, comma));
        if (cipher == null) {
            throw new DecodingException(
                    "DEK-Info names no supported cipher (" + String.join(", ", CIPHERS.keySet()) + ")");
        }
        byte[] iv;
        try {
            iv = HexFormat.of().parseHex(dekInfo.substring(comma + 1));
        } catch (IllegalArgumentException notHex) {
            throw new DecodingException("initialization vector in DEK-Info is not hexadecimal", notHex);
        }
        if (iv.length != cipher.blockOctets()) {
            throw new DecodingException("initialization vector in DEK-Info has " + iv.length + " octets");
        }
        if (password == null || password.length() == 0) {
            throw new DecodingException("key is encrypted, but there is no password for it");
        }
        byte[] key = derive(password, Arrays.copyOf(iv, 8), cipher.keyOctets());
        try {
            return cipher.decrypt(key, iv, encrypted);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** OpenSSL's EVP_BytesToKey with one round of MD5: weak, but what those files were written with. */
    private static byte[] derive(Secret password, byte[] salt, int length) throws DecodingException {
        byte[] secret = password.reveal();
        try {
            MessageDigest md5 = MessageDigest.getInstance("MD5");
            byte[] key = new byte[length];
            byte[] last = new byte[0];
            for (int at = 0; at < length; at += last.length) {
                md5.update(last);
                md5.update(secret);
                md5.update(salt);
                last = md5.digest();
                System.arraycopy(last, 0, key, at, Math.min(last.length, length - at));
            }
            Arrays.fill(last, (byte) 0);
            return key;
        } catch (NoSuchAlgorithmException e) {
            throw new DecodingException("MD5, which traditional PEM encryption needs, is not available here", e);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }
}
