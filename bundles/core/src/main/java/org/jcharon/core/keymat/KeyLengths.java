// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.keymat;

import org.jcharon.api.crypto.TransformId;

/** Octets of key material that transforms take; they follow from the numbers, whoever implements the transforms. */
public final class KeyLengths {

    private static final int GCM_SALT = 4; // RFC 4106 section 8.1
    private static final int CCM_SALT = 3; // RFC 4309 section 7.1
    private static final int CTR_NONCE = 4; // RFC 3686 section 5.1

    private KeyLengths() {}

    /**
     * Key of a cipher with its salt or nonce.
     *
     * @throws IllegalArgumentException if the transform is unknown or lacks its key length
     */
    public static int encr(TransformId encr) {
        return switch (encr.id()) {
            case 2 -> 8;
            case 3 -> 24;
            case 11 -> 0;
            case 6, 7 -> encr.keyBits() == 0 ? 16 : key(encr);
            case 12, 23, 1026, 1027 -> key(encr);
            case 13, 24 -> key(encr) + CTR_NONCE;
            case 14, 15, 16, 25, 26, 27 -> key(encr) + CCM_SALT;
            case 18, 19, 20, 21 -> key(encr) + GCM_SALT;
            case 28 -> 32 + 4; // RFC 7634 section 2
            default -> throw new IllegalArgumentException("key length of " + encr + " is unknown");
        };
    }

    /** Key of an integrity transform; throws {@link IllegalArgumentException} if the transform is unknown. */
    public static int integ(TransformId integ) {
        return switch (integ.id()) {
            case 0 -> 0;
            case 1, 5, 6, 8 -> 16;
            case 2, 7 -> 20;
            case 9 -> 16 + GCM_SALT; // RFC 4543 section 5.4
            case 10 -> 24 + GCM_SALT;
            case 11 -> 32 + GCM_SALT;
            case 12, 1026 -> 32;
            case 13 -> 48;
            case 14 -> 64;
            default -> throw new IllegalArgumentException("key length of " + integ + " is unknown");
        };
    }

    /** Output, and so preferred key, of a PRF; throws {@link IllegalArgumentException} if the transform is unknown. */
    public static int prf(TransformId prf) {
        return switch (prf.id()) {
            case 1, 4, 8 -> 16;
            case 2 -> 20;
            case 5 -> 32;
            case 6 -> 48;
            case 7 -> 64;
            default -> throw new IllegalArgumentException("key length of " + prf + " is unknown");
        };
    }

    private static int key(TransformId encr) {
        if (encr.keyBits() == 0 || encr.keyBits() % 8 != 0) {
            throw new IllegalArgumentException(encr + " with a key of " + encr.keyBits() + " bits");
        }
        return encr.keyBits() / 8;
    }
}
