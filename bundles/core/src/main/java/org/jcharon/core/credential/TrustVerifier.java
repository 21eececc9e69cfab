// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.credential;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.AuthConfig;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CertificateValidator;
import org.jcharon.api.credential.CertificateValidator.Verdict;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.core.credential.TrustResult.TrustedKey;
import org.jcharon.core.plugin.Whiteboard;

/** Decides which certificates of a peer are trusted. Any thread. */
final class TrustVerifier {

    /** As many as a peer's CERT payloads are looked at; an honest chain has {@link PathBuilder#MAX_CHAIN}. */
    private static final int MAX_RECEIVED = 32;

    private static final int MAX_CANDIDATES = 8;
    private static final Log LOG = Log.of("cfg");

    private final CryptoRegistry crypto;
    private final Whiteboard<CertificateValidator> validators;
    private final Strength least;

    TrustVerifier(CryptoRegistry crypto, Whiteboard<CertificateValidator> validators, Strength least) {
        this.crypto = crypto;
        this.validators = validators;
        this.least = least;
    }

    CompletionStage<TrustResult> verify(
            Identification id,
            AuthConfig remote,
            List<Certificate> received,
            List<Certificate> stored,
            List<Certificate> anchors,
            Instant now) {
        List<String> failures = new ArrayList<>();
        Strength strength;
        try {
            strength = least.narrowedBy(remote.trustConstraints());
        } catch (IllegalArgumentException e) {
            return refused(e.getMessage());
        }
        List<Certificate> firstReceived = received.subList(0, Math.min(received.size(), MAX_RECEIVED));
        List<Certificate> candidates = candidates(id, remote, firstReceived, stored, failures);
        if (candidates.isEmpty() && firstReceived.isEmpty() && anchors.isEmpty()) {
            failures.add("no CA certificate is loaded, so that the peer was not asked for its certificate");
        }

        List<Certificate> between = new ArrayList<>(firstReceived);
        between.addAll(stored);
        List<Certificate> ends = new ArrayList<>(anchors);
        // a configured CA certificate is an anchor even if no plugin says so, as it is in strongSwan
        remote.caCertificates().stream().filter(ca -> !anchors.contains(ca)).forEach(ends::add);
        // a configured certificate of the peer is trusted by itself, unless a CA is demanded
        List<Certificate> pinned = remote.caCertificates().isEmpty() ? remote.certificates() : List.of();
        pinned.stream().filter(certificate -> !ends.contains(certificate)).forEach(ends::add);

        List<Path> paths = new ArrayList<>();
        for (Certificate candidate : candidates) {
            PathBuilder builder = new PathBuilder(crypto, ends, between, strength, now);
            List<List<Certificate>> found = builder.paths(candidate);
            List<String> reasons = new ArrayList<>(builder.failures());
            for (List<Certificate> chain : found) {
                Optional<Certificate> checkable = revocable(remote, chain);
                if (checkable.isPresent()) {
                    reasons.add("remote.revocation is ifuri, and " + checkable.get()
                            + " says where its revocation is told, but nothing asks there");
                } else if (remote.caCertificates().isEmpty()
                        || chain.stream().anyMatch(remote.caCertificates()::contains)) {
                    paths.add(new Path(candidate, chain));
                } else {
                    reasons.add("chain of " + candidate + " has none of the demanded CA certificates");
                }
            }
            if (found.isEmpty()
                    || paths.stream().noneMatch(path -> path.endEntity().equals(candidate))) {
                reasons.forEach(reason -> LOG.control("{}", reason));
                failures.addAll(reasons);
            }
        }
        return validated(paths, 0, new ArrayList<>(), failures, now);
    }

    /** The trust anchor is trusted whatever is said about it. */
    private static Optional<Certificate> revocable(AuthConfig remote, List<Certificate> chain) {
        return remote.revocation().equals("ifuri")
                ? chain.subList(0, Math.max(1, chain.size() - 1)).stream()
                        .filter(certificate -> !certificate.crlUris().isEmpty()
                                || !certificate.ocspUris().isEmpty())
                        .findFirst()
                : Optional.empty();
    }

    private record Path(Certificate endEntity, List<Certificate> chain) {}

    private static CompletionStage<TrustResult> refused(String reason) {
        LOG.control("{}", reason);
        return CompletableFuture.completedFuture(new TrustResult(List.of(), List.of(reason)));
    }

    /** Received ones first, since the peer says that it uses them; then what we have of it. */
    private static List<Certificate> candidates(
            Identification id,
            AuthConfig remote,
            List<Certificate> received,
            List<Certificate> stored,
            List<String> failures) {
        Set<Certificate> all = new LinkedHashSet<>(received);
        all.addAll(remote.certificates());
        all.addAll(stored);
        List<Certificate> candidates = new ArrayList<>();
        for (Certificate certificate : all) {
            // RFC 7296 section 3.5: the identity is what the certificate says, of the same type
            if (!certificate.carries(id)) {
                if (received.indexOf(certificate) == 0) {
                    failures.add("received certificate " + certificate + " does not carry the identity '" + id + "'");
                }
            } else if (!remote.certificates().isEmpty()
                    && !remote.certificates().contains(certificate)) {
                failures.add("certificate " + certificate + " is none of the configured ones");
            } else if (candidates.size() < MAX_CANDIDATES) {
                candidates.add(certificate);
            }
        }
        if (candidates.isEmpty()) {
            failures.add("no certificate found for '" + id + "'");
        }
        return candidates;
    }

    /** Asks the validators about one chain after the other; of each end entity certificate the first chain that passes is kept. */
    private CompletionStage<TrustResult> validated(
            List<Path> paths, int index, List<TrustedKey> usable, List<String> failures, Instant now) {
        if (index == paths.size()) {
            return CompletableFuture.completedFuture(new TrustResult(usable, failures));
        }
        Path path = paths.get(index);
        if (usable.stream().anyMatch(key -> key.certificate().equals(path.endEntity()))) {
            return validated(paths, index + 1, usable, failures, now);
        }
        return judge(path.chain(), now).thenCompose(reasons -> {
            if (reasons.isEmpty()) {
                report(path.chain());
                usable.add(new TrustedKey(path.chain()));
            } else {
                reasons.forEach(reason -> LOG.control("{}", reason));
                failures.addAll(reasons);
            }
            return validated(paths, index + 1, usable, failures, now);
        });
    }

    private CompletionStage<List<String>> judge(List<Certificate> chain, Instant now) {
        CompletionStage<List<String>> all = CompletableFuture.completedFuture(List.of());
        for (int i = 0; i < chain.size(); i++) {
            int index = i;
            for (CompletionStage<Verdict> verdict : validators.start(v -> v.validate(chain, index, now))) {
                // a validator that fails has not agreed
                CompletionStage<List<String>> reason = verdict.handle((said, fault) -> {
                    if (said == null) {
                        return List.of("a validator failed for " + chain.get(index));
                    }
                    return said.accepted() ? List.of() : List.of(said.reason());
                });
                all = all.thenCombine(reason, (before, more) -> {
                    List<String> both = new ArrayList<>(before);
                    both.addAll(more);
                    return both;
                });
            }
        }
        return all;
    }

    private static void report(List<Certificate> chain) {
        LOG.control("  using certificate {}", chain.get(0));
        for (int i = 1; i < chain.size(); i++) {
            LOG.control(
                    i == chain.size() - 1
                            ? "  using trusted ca certificate {}"
                            : "  using untrusted intermediate certificate {}",
                    chain.get(i));
        }
        if (chain.get(chain.size() - 1).isSelfIssued()) {
            LOG.control("  reached self-signed root ca with a path length of {}", Math.max(0, chain.size() - 2));
        }
    }
}
