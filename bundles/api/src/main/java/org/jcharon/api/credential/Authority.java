// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.credential;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/** What is configured about a certification authority beside its certificate. Immutable; any thread. */
@ConsumerType
public interface Authority {

    /** Name of its section. */
    String name();

    /** Its certificate. */
    Certificate caCertificate();

    /** Where its revocation lists are, first choice first. */
    List<String> crlUris();

    /** Its OCSP responders, first choice first. */
    List<String> ocspUris();

    /** Where certificates that it issued are found by their hash; empty: nowhere. */
    String certUriBase();
}
