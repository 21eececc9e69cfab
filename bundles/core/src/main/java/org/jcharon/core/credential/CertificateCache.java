// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.credential;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jcharon.api.credential.Certificate;

/** Certificates of peers whose chains were verified, the latest {@value #SIZE}; kept for whoever lists them. Any thread. */
final class CertificateCache {

    private static final int SIZE = 32;

    private final Set<Certificate> certificates = new LinkedHashSet<>(); // guarded by this; oldest first

    synchronized void add(List<Certificate> chain) {
        for (Certificate certificate : chain) {
            certificates.remove(certificate);
            certificates.add(certificate);
        }
        while (certificates.size() > SIZE) {
            certificates.remove(certificates.iterator().next());
        }
    }

    synchronized List<Certificate> certificates() {
        return List.copyOf(certificates);
    }

    synchronized void clear() {
        certificates.clear();
    }
}
