// SPDX-License-Identifier: Apache-2.0
package org.jcharon.pem;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.api.wire.WireException;
import org.jcharon.lib.der.DerReader;

/** PBES2 with PBKDF2 (RFC 8018): how OpenSSL and strongSwan encrypt PKCS #8 keys. */
final class Pbes2 {

    /** OpenSSL writes 2048, careful people some hundred thousand; more only holds up the reload. */
    private static final int MAX_ITERATIONS = 10_000_000;

    private static final String PBES2 = "1.2.840.113549.1.5.13";
    private static final String PBKDF2 = "1.2.840.113549.1.5.12";
    private static final Map<String, String> PRFS = Map.of(
            "1.2.840.113549.2.7", "HmacSHA1",
            "1.2.840.113549.2.8", "HmacSHA224",
            "1.2.840.113549.2.9", "HmacSHA256",
            "1.2.840.113549.2.10", "HmacSHA384",
            "1.2.840.113549.2.11", "HmacSHA512");
    private static final Map<String, BlockCipher> CIPHERS = Map.of(
            "2.16.840.1.101.3.4.1.2", BlockCipher.AES_128,
            "2.16.840.1.101.3.4.1.22", BlockCipher.AES_192,
            "2.16.840.1.101.3.4.1.42", BlockCipher.AES_256,
            "1.2.840.113549.3.7", BlockCipher.DES_EDE3);

    private Pbes2() {}

    /** The plain octets, wiped by the caller. */
    static byte[] decrypt(DerReader algorithm, byte[] encrypted, Secret password)
            throws DecodingException, WireException {
        String scheme = algorithm.oid("encryptionAlgorithm");
        if (!scheme.equals(PBES2)) {
            throw new DecodingException("key encrypted with " + scheme + ", only PBES2 (" + PBES2 + ") is supported");
        }
        DerReader parameters = algorithm.enter(DerReader.SEQUENCE, "PBES2");
        DerReader kdf = parameters.enter(DerReader.SEQUENCE, "keyDerivationFunc");
        DerReader encryption = parameters.enter(DerReader.SEQUENCE, "encryptionScheme");
        String function = kdf.oid("keyDerivationFunc");
        if (!function.equals(PBKDF2)) {
            throw new DecodingException(
                    "key derivation " + function + " is not supported, only PBKDF2 (" + PBKDF2 + ")");
        }
        String cipherOid = encryption.oid("encryptionScheme");
        BlockCipher cipher = CIPHERS.get(cipherOid);
        if (cipher == null) {
            throw new DecodingException("key encrypted with the unsupported cipher " + cipherOid);
        }
        Chunk iv = encryption.value(DerReader.OCTET_STRING, "initialization vector");
        DerReader pbkdf2 = kdf.enter(DerReader.SEQUENCE, "PBKDF2");
        Chunk salt = pbkdf2.value(DerReader.OCTET_STRING, "salt");
        int iterations = pbkdf2.integer(1, MAX_ITERATIONS, "iterationCount");
        if (pbkdf2.nextIs(DerReader.INTEGER)) {
            pbkdf2.integer(cipher.keyOctets(), cipher.keyOctets(), "keyLength");
        }
        String prf = "HmacSHA1"; // RFC 8018 appendix A.2: the default
        if (pbkdf2.nextIs(DerReader.SEQUENCE)) {
            String oid = pbkdf2.enter(DerReader.SEQUENCE, "prf").oid("prf");
            prf = PRFS.get(oid);
            if (prf == null) {
                throw new DecodingException("PBKDF2 with the unsupported function " + oid);
            }
        }
        pbkdf2.end("PBKDF2");
        if (password == null || password.length() == 0) {
            throw new DecodingException("key is encrypted, but there is no password for it");
        }
        byte[] key = derive(prf, password, salt, iterations, cipher.keyOctets());
        try {
            return cipher.decrypt(key, iv.toArray(), encrypted);
        } finally {
            Arrays.fill(key, (byte) 0);
        }
    }

    /** PBKDF2 on octets: the JDK's own takes characters and so would change passwords that are not text. */
    static byte[] derive(String prf, Secret password, Chunk salt, int iterations, int length) throws DecodingException {
        byte[] secret = password.reveal();
        try {
            Mac mac = Mac.getInstance(prf);
            mac.init(new SecretKeySpec(secret, prf));
            byte[] key = new byte[length];
            byte[] block = new byte[mac.getMacLength()];
            byte[] sum = new byte[mac.getMacLength()];
            for (int index = 1, at = 0; at < length; index++, at += sum.length) {
                mac.update(salt.toArray());
                mac.update(new byte[] {(byte) (index >> 24), (byte) (index >> 16), (byte) (index >> 8), (byte) index});
                mac.doFinal(block, 0);
                System.arraycopy(block, 0, sum, 0, sum.length);
                for (int i = 1; i < iterations; i++) {
                    mac.update(block);
                    mac.doFinal(block, 0);
                    for (int j = 0; j < sum.length; j++) {
                        sum[j] ^= block[j];
                    }
                }
                System.arraycopy(sum, 0, key, at, Math.min(sum.length, length - at));
            }
            Arrays.fill(block, (byte) 0);
            Arrays.fill(sum, (byte) 0);
            return key;
        } catch (GeneralSecurityException e) {
            throw new DecodingException("PBKDF2 with " + prf + " is not available here", e);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }
}
