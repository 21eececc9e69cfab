// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.credential;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * A source of certificates and keys; plugins register it. Any thread. Each method may wait; what a set has in memory is returned as
 * a completed stage. When it leaves, the next authentication no longer sees its credentials.
 */
@ConsumerType
public interface CredentialSet {

    /** Certificates whose subject or a subjectAltName is {@code subject} ({@code %any}: all), CA certificates included. */
    default CompletionStage<List<Certificate>> certificates(Identification subject) {
        return none();
    }

    /** Certificates that end a trust chain. */
    default CompletionStage<List<Certificate>> trustAnchors() {
        return none();
    }

    /** Private keys. */
    default CompletionStage<List<PrivateKey>> privateKeys() {
        return none();
    }

    /** Shared keys of a type; the manager ranks them by their owners. */
    default CompletionStage<List<SharedKey>> sharedKeys(SharedKey.Type type) {
        return none();
    }

    /** Authorities that are configured by name; in memory. */
    default List<Authority> authorities() {
        return List.of();
    }

    private static <T> CompletionStage<List<T>> none() {
        return CompletableFuture.completedFuture(List.of());
    }
}
