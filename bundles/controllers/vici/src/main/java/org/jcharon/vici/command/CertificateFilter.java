// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.command;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Which certificates are meant by {@code type} and {@code flag}, old and new words alike. Pure.
 *
 * @param flag ANY, or the one that an X.509 certificate has to have
 * @param x509 whether X.509 certificates are meant
 * @param publicKeys whether raw public keys are
 */
record CertificateFilter(String flag, boolean x509, boolean publicKeys) {

    private static final List<String> FLAGS = List.of("ANY", "NONE", "CA", "AA", "OCSP");
    private static final Map<String, String> OLD = Map.of("X509CA", "CA", "X509AA", "AA", "X509OCSP", "OCSP");
    private static final List<String> OTHERS = List.of("X509_AC", "X509_CRL", "OCSP_RESPONSE", "X509AC", "X509CRL");

    /** Null: not these words, or certificates of another kind. */
    static CertificateFilter of(String type, String flag) {
        String kind = type.toUpperCase(Locale.ROOT);
        String wanted = flag.toUpperCase(Locale.ROOT);
        if (!FLAGS.contains(wanted)) {
            return null;
        }
        if (OLD.containsKey(kind)) {
            return new CertificateFilter(OLD.get(kind), true, false);
        }
        return switch (kind) {
            case "ANY" -> new CertificateFilter(wanted, true, wanted.equals("ANY") || wanted.equals("NONE"));
            case "X509" -> new CertificateFilter(wanted, true, false);
            case "PUBKEY" -> new CertificateFilter(wanted, false, true);
            default -> null;
        };
    }

    /** For a list, in which flags choose only among X.509 certificates asked for by that type, as in charon. */
    static CertificateFilter ofList(String type, String flag) {
        CertificateFilter filter = of(type, flag);
        return filter != null && type.equalsIgnoreCase("ANY") ? new CertificateFilter("ANY", true, true) : filter;
    }

    /** Whether a type is one of strongSwan's. */
    static boolean isKnown(String type) {
        return OTHERS.contains(type.toUpperCase(Locale.ROOT));
    }

    boolean fits(String flagOfCertificate) {
        return x509 && (flag.equals("ANY") || flag.equals(flagOfCertificate));
    }

    boolean isCa() {
        return flag.equals("CA");
    }
}
