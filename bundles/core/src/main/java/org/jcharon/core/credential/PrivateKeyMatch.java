// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.credential;

import java.util.List;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.PrivateKey;

/**
 * What we authenticate with.
 *
 * @param key belongs to a plugin: used for this authentication and not kept
 * @param certificate our end entity certificate, whose public key it is
 * @param intermediates CA certificates that lead towards the root, which is left out, nearest first; to be sent behind ours
 */
public record PrivateKeyMatch(PrivateKey key, Certificate certificate, List<Certificate> intermediates) {

    /** Copies the list. */
    public PrivateKeyMatch {
        intermediates = List.copyOf(intermediates);
    }
}
