// SPDX-License-Identifier: Apache-2.0
package org.jcharon.cryptojca;

import java.util.Arrays;
import java.util.HexFormat;
import org.jcharon.api.crypto.KeyMismatchException;

/** The object identifier inside a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7) or a PKCS #8 key (RFC 5958); the rest is the JDK's to read. */
final class KeyAlgorithm {

    /** rsaEncryption, content octets in hexadecimal. */
    static final String RSA = "2a864886f70d010101";
    /** id-RSASSA-PSS. */
    static final String RSA_PSS = "2a864886f70d01010a";
    /** id-ecPublicKey. */
    static final String EC = "2a8648ce3d0201";
    /** id-Ed25519. */
    static final String ED25519 = "2b6570";
    /** id-Ed448. */
    static final String ED448 = "2b6571";

    private static final int INTEGER = 0x02;
    private static final int OBJECT_IDENTIFIER = 0x06;
    private static final int SEQUENCE = 0x30;

    private final byte[] der;
    private int at;

    private KeyAlgorithm(byte[] der) {
        this.der = der;
    }

    static String ofSpki(byte[] der) throws KeyMismatchException {
        KeyAlgorithm reader = new KeyAlgorithm(der);
        reader.enterWhole();
        return reader.identifier();
    }

    static String ofPkcs8(byte[] der) throws KeyMismatchException {
        KeyAlgorithm reader = new KeyAlgorithm(der);
        reader.enterWhole();
        int version = reader.enter(INTEGER);
        reader.at += version;
        return reader.identifier();
    }

    private String identifier() throws KeyMismatchException {
        enter(SEQUENCE);
        int length = enter(OBJECT_IDENTIFIER);
        return HexFormat.of().formatHex(Arrays.copyOfRange(der, at, at + length));
    }

    private void enterWhole() throws KeyMismatchException {
        if (enter(SEQUENCE) != der.length - at) {
            throw new KeyMismatchException("key: octets behind the DER value");
        }
    }

    /** Goes to the content of the next value and gives its length, which lies within the array. */
    private int enter(int tag) throws KeyMismatchException {
        if (at + 2 > der.length || (der[at] & 0xFF) != tag) {
            throw wrong();
        }
        int length = der[at + 1] & 0xFF;
        at += 2;
        if (length > 0x80) {
            int count = length & 0x7F;
            if (count > 3 || at + count > der.length) {
                throw wrong();
            }
            length = 0;
            for (int i = 0; i < count; i++) {
                length = length << 8 | der[at++] & 0xFF;
            }
        } else if (length == 0x80) {
            throw wrong();
        }
        if (length > der.length - at) {
            throw wrong();
        }
        return length;
    }

    private KeyMismatchException wrong() {
        return new KeyMismatchException("key: malformed DER at octet " + at);
    }
}
