// SPDX-License-Identifier: Apache-2.0
package org.jcharon.x509;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CertificateValidator;
import org.jcharon.api.wire.WireException;
import org.jcharon.lib.der.DerReader;
import org.osgi.service.component.annotations.Component;

/** Enforces the nameConstraints of CA certificates on everything below them. In the bundle of the decoder that accepts them. */
@Component
public final class NameConstraintsValidator implements CertificateValidator {

    @Override
    public CompletionStage<Verdict> validate(List<Certificate> chain, int index, Instant now) {
        return CompletableFuture.completedFuture(judge(chain, index));
    }

    private static Verdict judge(List<Certificate> chain, int index) {
        Certificate issuer = chain.get(index);
        try {
            Optional<DerReader> extension = GeneralName.extension(issuer, ExtensionsReader.NAME_CONSTRAINTS);
            if (extension.isEmpty()) {
                return Verdict.GOOD;
            }
            NameConstraints constraints = NameConstraints.read(extension.get());
            for (int below = 0; below < index; below++) {
                Certificate certificate = chain.get(below);
                // RFC 5280 section 6.1.3 (b): self-issued certificates are exempt, but for the last one
                if (below > 0 && certificate.isSelfIssued()) {
                    continue;
                }
                Optional<String> violation = constraints.violation(GeneralName.of(certificate));
                if (violation.isPresent()) {
                    return new Verdict(false, "name constraints of " + issuer + ": " + violation.get());
                }
            }
            return Verdict.GOOD;
        } catch (WireException e) {
            return new Verdict(false, "malformed certificate " + issuer + ": " + e.getMessage());
        }
    }
}
