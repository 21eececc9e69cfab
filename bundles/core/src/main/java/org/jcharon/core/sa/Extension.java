// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.util.Locale;

/** Extensions that the peer announced. */
public enum Extension {
    /** IKE fragmentation (RFC 7383). */
    FRAGMENTATION,
    /** Signature authentication with announced hashes (RFC 7427). */
    SIGNATURE_AUTH,
    /** MOBIKE (RFC 4555). */
    MOBIKE,
    /** Exchanges between IKE_SA_INIT and IKE_AUTH (RFC 9242). */
    INTERMEDIATE,
    /** Postquantum preshared keys (RFC 8784). */
    PPK,
    /** Childless initiation (RFC 6023). */
    CHILDLESS,
    /** Synchronisation of message IDs (RFC 6311). */
    MESSAGE_ID_SYNC,
    /** Redirect (RFC 5685). */
    REDIRECT;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
