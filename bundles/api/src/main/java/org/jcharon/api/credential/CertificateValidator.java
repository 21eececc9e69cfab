// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.credential;

import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Says whether a certificate in a trust chain may be used: constraints, revocation; plugins register it. Any thread. Lifetime, CA
 * flag, path length, key usage and signatures are checked by core before.
 */
@ConsumerType
public interface CertificateValidator {

    /** A verdict; {@code reason} is logged. */
    record Verdict(boolean accepted, String reason) {
        /** Accepted. */
        public static final Verdict GOOD = new Verdict(true, "");
    }

    /**
     * Judges one certificate. May wait.
     *
     * @param chain end entity first, trust anchor last
     * @param index the certificate in question
     */
    CompletionStage<Verdict> validate(List<Certificate> chain, int index, Instant now);
}
