// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.credential;

import java.util.List;
import org.jcharon.api.wire.Secret;

/**
 * A shared secret and who it belongs to.
 *
 * @param type what it is for
 * @param secret owned by the {@link CredentialSet}; who borrows it uses it for one operation and never closes it
 * @param owners identities that it is shared between; empty means everyone; unmodifiable
 */
public record SharedKey(Type type, Secret secret, List<Identification> owners) {

    /** What a shared key is for. */
    public enum Type {
        /** Pre-shared key of IKE. */
        IKE,
        /** Password of EAP or XAuth. */
        EAP,
        /** NT hash. */
        NTLM,
        /** Post-quantum preshared key (RFC 8784). */
        PPK,
        /** PIN of a token. */
        PIN
    }

    /** Copies the list. */
    public SharedKey {
        owners = List.copyOf(owners);
    }

    /** How well the owners fit {@code id}: {@link Identification#matchQuality} of the best, {@code MATCH_ANY} without owners. */
    public int quality(Identification id) {
        int best = owners.isEmpty() ? Identification.MATCH_ANY : Identification.NO_MATCH;
        for (Identification owner : owners) {
            best = Math.max(best, id.matchQuality(owner));
        }
        return best;
    }
}
