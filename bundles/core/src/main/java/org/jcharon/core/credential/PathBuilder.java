// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.credential;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.wire.Chunk;

/**
 * Finds trust chains from an end entity certificate to a trust anchor (RFC 5280 section 6) and checks all that needs nobody else.
 * For one authentication and one thread.
 *
 * <p>Received certificates can be crafted so that very many chains seem possible: signatures verified and chains handed out are
 * bounded.
 */
final class PathBuilder {

    /** Certificates in a chain, both ends counted. */
    static final int MAX_CHAIN = 7;

    private static final int MAX_SIGNATURES = 64;
    private static final int MAX_PATHS = 8;
    private static final int MAX_FAILURES = 32;

    private static final int DIGITAL_SIGNATURE = 1;
    private static final int NON_REPUDIATION = 1 << 1;
    private static final int KEY_CERT_SIGN = 1 << 5;

    private final CryptoRegistry crypto;
    private final List<Certificate> anchors;
    private final List<Certificate> others;
    private final Strength strength;
    private final Instant now;
    private final List<List<Certificate>> paths = new ArrayList<>();
    private final Set<String> failures = new java.util.LinkedHashSet<>();
    private int signatures;

    /** {@code others}: certificates that may stand between, trusted by nobody. */
    PathBuilder(
            CryptoRegistry crypto,
            List<Certificate> anchors,
            List<Certificate> others,
            Strength strength,
            Instant now) {
        this.crypto = crypto;
        this.anchors = anchors;
        Set<Certificate> known = new HashSet<>(anchors);
        this.others = others.stream()
                .filter(certificate -> certificate.isCa() && known.add(certificate))
                .toList();
        this.strength = strength;
        this.now = now;
    }

    /** Chains that hold, shortest way up first; the reasons of those that do not are in {@link #failures()}. */
    List<List<Certificate>> paths(Certificate endEntity) {
        paths.clear();
        failures.clear();
        signatures = 0;
        int usage = endEntity.keyUsage();
        if (usage >= 0 && (usage & (DIGITAL_SIGNATURE | NON_REPUDIATION)) == 0) {
            // RFC 4945 section 5.1.3.2
            failures.add("key usage of " + endEntity + " does not allow signatures");
            return List.of();
        }
        if (acceptable(endEntity)) {
            extend(List.of(endEntity));
        }
        return List.copyOf(paths);
    }

    /** Why chains failed, in the order in which it was found out; some may be left out. */
    List<String> failures() {
        return List.copyOf(failures);
    }

    private void extend(List<Certificate> chain) {
        Certificate last = chain.get(chain.size() - 1);
        if (anchors.contains(last)) {
            paths.add(chain);
            return;
        }
        Optional<String> weak = strength.objectionToSignature(last);
        if (weak.isPresent()) {
            fail(weak.get());
            return;
        }
        boolean any = false;
        for (List<Certificate> pool : List.of(anchors, others)) {
            for (Certificate issuer : pool) {
                if (paths.size() == MAX_PATHS) {
                    return;
                }
                if (mayHaveIssued(issuer, last) && !chain.contains(issuer)) {
                    any = true;
                    if (chain.size() == MAX_CHAIN) {
                        fail("chain of " + chain.get(0) + " is longer than " + MAX_CHAIN + " certificates");
                        return;
                    }
                    List<Certificate> longer = new ArrayList<>(chain);
                    longer.add(issuer);
                    if (acceptable(issuer) && mayIssue(issuer, longer) && verifies(last, issuer)) {
                        extend(longer);
                    }
                }
            }
        }
        if (!any) {
            fail("no issuer certificate found for " + last + ", issued by '" + last.issuer() + "'");
        }
    }

    /** By names and, if both have them, key identifiers: cheap. */
    static boolean mayHaveIssued(Certificate issuer, Certificate subject) {
        Chunk wanted = subject.authorityKeyId();
        Chunk found = issuer.subjectKeyId();
        return issuer.subject().equals(subject.issuer())
                && (wanted.isEmpty() || found.isEmpty() || wanted.equals(found));
    }

    /** What holds for each certificate of a chain. */
    private boolean acceptable(Certificate certificate) {
        if (now.isBefore(certificate.notBefore()) || now.isAfter(certificate.notAfter())) {
            return fail("subject certificate invalid (valid from " + certificate.notBefore() + " to "
                    + certificate.notAfter() + "): " + certificate);
        }
        // RFC 5280 section 4.2: "MUST reject the certificate if it encounters a critical extension it does not
        // recognize"
        if (!certificate.unknownCriticalExtensions().isEmpty()) {
            return fail("critical extension "
                    + certificate.unknownCriticalExtensions().get(0) + " of " + certificate + " is not supported");
        }
        Optional<String> weak = strength.objectionToKey(certificate);
        return weak.isEmpty() || fail(weak.get());
    }

    /** What holds for an issuer, the last of {@code chain}. */
    private boolean mayIssue(Certificate issuer, List<Certificate> chain) {
        if (!issuer.isCa()) {
            return fail("issuer " + issuer + " is no CA");
        }
        if (issuer.keyUsage() >= 0 && (issuer.keyUsage() & KEY_CERT_SIGN) == 0) {
            return fail("key usage of " + issuer + " does not allow it to sign certificates");
        }
        long below = chain.subList(1, chain.size() - 1).stream()
                .filter(certificate -> !certificate.isSelfIssued())
                .count();
        // RFC 5280 section 4.2.1.9: non-self-issued intermediate certificates that may follow
        if (issuer.pathLength() >= 0 && below > issuer.pathLength()) {
            return fail("path length of " + below + " violates constraint of " + issuer.pathLength() + " in " + issuer);
        }
        return true;
    }

    private boolean verifies(Certificate subject, Certificate issuer) {
        if (++signatures > MAX_SIGNATURES) {
            return fail("over " + MAX_SIGNATURES + " signatures to verify");
        }
        boolean good = subject.signatureScheme()
                .map(scheme -> crypto.verify(
                        scheme,
                        issuer.publicKey(),
                        subject.tbs().toArray(),
                        subject.signature().toArray()))
                .orElse(false);
        return good || fail("signature of " + subject + " by " + issuer + " is bad");
    }

    private boolean fail(String reason) {
        if (failures.size() < MAX_FAILURES) {
            failures.add(reason);
        }
        return false;
    }
}
