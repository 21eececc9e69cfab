// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.core.keymat.IkeKeys;
import org.jcharon.core.sa.IkeSa;

/** Postquantum preshared keys and the keys of an IKE_SA with one of them mixed in (RFC 8784 section 3). Lease held. */
final class PpkKeys {

    private PpkKeys() {}

    /** The key that fits an identity best. */
    static Optional<SharedKey> find(List<SharedKey> ppks, Identification id) {
        return ppks.stream()
                .filter(key -> key.quality(id) > Identification.NO_MATCH)
                .max(Comparator.comparingInt(key -> key.quality(id)));
    }

    /** The IKE_SA's keys with {@code ppk}; they belong to the caller. */
    static IkeKeys mix(IkeSa ike, SharedKey ppk) {
        return ike.keys().withPpk(ike.services().crypto(), AuthContext.prf(ike), ppk.secret());
    }
}
