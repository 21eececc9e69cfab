// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.exchange;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Keys of an IKE_SA with aes128gcm16-prfsha256, derived and used straight from the RFCs with the JDK's own algorithms: what core does is
 * compared with this.
 */
final class PlainKeys {

    private static final int PRF = 32;
    private static final int ENCR = 20;
    private static final int HEADER = 28;
    private static final int SKF = 53;

    final byte[] skD;
    final byte[] skEi;
    final byte[] skEr;
    final byte[] skPi;
    final byte[] skPr;

    /** RFC 7296 section 2.14: the keys that follow from SKEYSEED; {@code seed}: Ni | Nr | SPIi | SPIr. */
    private PlainKeys(byte[] skeyseed, byte[] seed) throws GeneralSecurityException {
        byte[] all = prfPlus(skeyseed, seed, 3 * PRF + 2 * ENCR);
        skD = Arrays.copyOfRange(all, 0, PRF);
        skEi = Arrays.copyOfRange(all, PRF, PRF + ENCR);
        skEr = Arrays.copyOfRange(all, PRF + ENCR, PRF + 2 * ENCR);
        skPi = Arrays.copyOfRange(all, PRF + 2 * ENCR, 2 * PRF + 2 * ENCR);
        skPr = Arrays.copyOfRange(all, 2 * PRF + 2 * ENCR, all.length);
    }

    /** After IKE_SA_INIT. */
    static PlainKeys initial(byte[] ni, byte[] nr, byte[] spis, byte[] shared) throws GeneralSecurityException {
        return new PlainKeys(prf(join(ni, nr), shared), join(ni, nr, spis));
    }

    /** After one more key exchange in IKE_INTERMEDIATE (RFC 9370 section 2.2.2). */
    PlainKeys next(byte[] ni, byte[] nr, byte[] spis, byte[] shared) throws GeneralSecurityException {
        return new PlainKeys(prf(skD, shared, ni, nr), join(ni, nr, spis));
    }

    /** Of an IKE_SA that replaces this one (RFC 9370 section 2.2.4). */
    PlainKeys rekeyed(byte[] ni, byte[] nr, byte[] spis, List<byte[]> shared) throws GeneralSecurityException {
        return new PlainKeys(prf(skD, seed(ni, nr, shared)), join(ni, nr, spis));
    }

    /** KEYMAT of a CHILD_SA with a cipher key of 20 octets (RFC 9370 section 2.2.4). */
    byte[] child(byte[] ni, byte[] nr, List<byte[]> shared) throws GeneralSecurityException {
        return prfPlus(skD, seed(ni, nr, shared), 2 * ENCR);
    }

    private static byte[] seed(byte[] ni, byte[] nr, List<byte[]> shared) {
        byte[] seed = join(shared.get(0), ni, nr);
        for (byte[] more : shared.subList(1, shared.size())) {
            seed = join(seed, more);
        }
        return seed;
    }

    /** The signed octets' last part (RFC 9242 section 3.3.2) over IKE_INTERMEDIATEs made ready by {@link #authenticated}. */
    static byte[] intAuth(byte[] requests, byte[] responses, int messageId) {
        return join(
                requests, responses, ByteBuffer.allocate(4).putInt(messageId).array());
    }

    /** A protected message, whole or in fragments, as RFC 9242 section 3.3.2 authenticates it. */
    byte[] authenticated(List<byte[]> datagrams) throws GeneralSecurityException {
        TreeMap<Integer, byte[]> parts = new TreeMap<>();
        byte[] head = null;
        for (byte[] message : datagrams) {
            boolean fragment = message[16] == SKF;
            int aad = HEADER + 4 + (fragment ? 4 : 0);
            int number = fragment ? ByteBuffer.wrap(message).getShort(HEADER + 4) : 1;
            parts.put(number, decrypt(message, aad));
            if (number == 1) {
                head = Arrays.copyOf(message, HEADER + 4);
            }
        }
        ByteArrayOutputStream plain = new ByteArrayOutputStream();
        parts.values().forEach(plain::writeBytes);
        byte[] all = join(head, plain.toByteArray());
        all[16] = 46; // SK
        ByteBuffer.wrap(all).putInt(24, all.length).putShort(HEADER + 2, (short) (all.length - HEADER));
        return all;
    }

    private byte[] decrypt(byte[] message, int aad) throws GeneralSecurityException {
        byte[] key = (message[19] & 0x08) != 0 ? skEi : skEr;
        byte[] nonce = join(Arrays.copyOfRange(key, 16, 20), Arrays.copyOfRange(message, aad, aad + 8));
        Cipher gcm = Cipher.getInstance("AES/GCM/NoPadding");
        gcm.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(Arrays.copyOf(key, 16), "AES"),
                new GCMParameterSpec(128, nonce));
        gcm.updateAAD(message, 0, aad);
        byte[] padded = gcm.doFinal(message, aad + 8, message.length - aad - 8);
        return Arrays.copyOf(padded, padded.length - 1 - padded[padded.length - 1]);
    }

    static byte[] prf(byte[] key, byte[]... data) throws GeneralSecurityException {
        Mac hmac = Mac.getInstance("HmacSHA256");
        hmac.init(new SecretKeySpec(key, "HmacSHA256"));
        for (byte[] part : data) {
            hmac.update(part);
        }
        return hmac.doFinal();
    }

    private static byte[] prfPlus(byte[] key, byte[] seed, int octets) throws GeneralSecurityException {
        byte[] all = {};
        byte[] last = {};
        for (int round = 1; all.length < octets; round++) {
            last = prf(key, last, seed, new byte[] {(byte) round});
            all = join(all, last);
        }
        return Arrays.copyOf(all, octets);
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
