// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.crypto;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;

/** The order in which algorithms are listed, strongest recommendation first; what is not named comes last, by number. */
final class Preferences {

    private static final int[] KEY_BITS = {128, 192, 256};

    /** AEAD with an ICV of 16 octets, then shorter ICVs, then AES-CBC and -CTR; NULL last. */
    static final List<TransformId> ENCR = encr(20, 28, 16, 19, 15, 18, 14, 12, 13, 11);
    /** SHA-2, then AES, SHA-1 last. */
    static final List<TransformId> PRF = list(TransformType.PRF, 5, 6, 7, 4, 8, 2);
    /** SHA-2, then AES, SHA-1 last. */
    static final List<TransformId> INTEG = list(TransformType.INTEG, 12, 13, 14, 5, 8, 2);
    /** Fast curves, the NIST curves, post-quantum methods, MODP of 3072 bits and more, 2048; the weak ones last. */
    static final List<TransformId> KE =
            list(TransformType.KE, 31, 19, 20, 21, 28, 29, 30, 32, 36, 37, 35, 15, 16, 17, 18, 14, 5, 2);

    private Preferences() {}

    static Comparator<TransformId> order() {
        return Comparator.<TransformId>comparingInt(Preferences::place)
                .thenComparingInt(TransformId::id)
                .thenComparingInt(TransformId::keyBits);
    }

    private static int place(TransformId transform) {
        int at = switch (transform.type().value()) {
            case 1 -> ENCR.indexOf(transform);
            case 2 -> PRF.indexOf(transform);
            case 3 -> INTEG.indexOf(transform);
            case 4 -> KE.indexOf(transform);
            default -> -1;
        };
        return at < 0 ? Integer.MAX_VALUE : at;
    }

    /** Each cipher with its three key lengths; ChaCha20-Poly1305 (28) and NULL (11) have none. */
    static List<TransformId> encr(int... ids) {
        List<TransformId> list = new ArrayList<>();
        for (int id : ids) {
            if (id == 28 || id == 11) {
                list.add(TransformId.encr(id, 0));
            } else {
                for (int bits : KEY_BITS) {
                    list.add(TransformId.encr(id, bits));
                }
            }
        }
        return List.copyOf(list);
    }

    static List<TransformId> list(TransformType type, int... ids) {
        List<TransformId> list = new ArrayList<>();
        for (int id : ids) {
            list.add(new TransformId(type, id));
        }
        return List.copyOf(list);
    }
}
