// SPDX-License-Identifier: Apache-2.0
package org.jcharon.lib.connections;

import java.util.List;
import org.jcharon.api.credential.Authority;
import org.jcharon.api.credential.Certificate;

/** {@code authorities.NAME}. */
record AuthorityConfig(
        String name, Certificate caCertificate, List<String> crlUris, List<String> ocspUris, String certUriBase)
        implements Authority {
    AuthorityConfig {
        crlUris = List.copyOf(crlUris);
        ocspUris = List.copyOf(ocspUris);
    }
}
