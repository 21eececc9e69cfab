// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.credential;

import java.util.List;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.crypto.PublicKey;

/**
 * Whether a peer's certificates can be trusted.
 *
 * @param usable keys that may have made the AUTH payload, in the order in which to try them; empty: none
 * @param failures why the other candidates were not taken, for the log
 */
public record TrustResult(List<TrustedKey> usable, List<String> failures) {

    /** Copies the lists. */
    public TrustResult {
        usable = List.copyOf(usable);
        failures = List.copyOf(failures);
    }

    /** Raw public keys that may have made the AUTH payload, and why others were not taken. */
    public record RawKeys(List<PublicKey> usable, List<String> failures) {

        /** Copies the lists. */
        public RawKeys {
            usable = List.copyOf(usable);
            failures = List.copyOf(failures);
        }
    }

    /**
     * A public key and why it is trusted.
     *
     * @param chain end entity first, trust anchor last; one certificate if that itself is the anchor
     */
    public record TrustedKey(List<Certificate> chain) {

        /** Copies the list. */
        public TrustedKey {
            chain = List.copyOf(chain);
        }

        /** Peer's own certificate. */
        public Certificate certificate() {
            return chain.get(0);
        }

        /** What verifies the AUTH payload. */
        public PublicKey publicKey() {
            return certificate().publicKey();
        }
    }
}
