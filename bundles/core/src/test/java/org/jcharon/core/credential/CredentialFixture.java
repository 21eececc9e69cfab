// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.credential;

import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.credential.Certificate;
import org.jcharon.api.credential.CredentialDecoder.Kind;
import org.jcharon.api.credential.CredentialSet;
import org.jcharon.api.credential.DecodingException;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.credential.PrivateKey;
import org.jcharon.api.credential.SharedKey;
import org.jcharon.api.credential.SoftwarePrivateKey;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.pem.PemDecoder;
import org.jcharon.x509.NameConstraintsValidator;
import org.jcharon.x509.X509Decoder;

/** A credential manager with the real decoders and one set in memory. */
final class CredentialFixture implements CredentialSet {

    static final Instant NOW = Instant.parse("2027-01-01T00:00:00Z");

    final TestCrypto crypto = new TestCrypto();
    final CredentialManagerService manager;
    final List<Certificate> stored = new ArrayList<>();
    final List<Certificate> anchors = new ArrayList<>();
    final List<PrivateKey> keys = new ArrayList<>();
    final List<SharedKey> shared = new ArrayList<>();

    CredentialFixture() {
        this(Strength.DEFAULT);
    }

    CredentialFixture(Strength least) {
        manager = new CredentialManagerService(crypto, null, least);
        manager.addDecoder(new PemDecoder(), Map.of());
        manager.addDecoder(new X509Decoder(crypto), Map.of());
        manager.addValidator(new NameConstraintsValidator(), Map.of());
        manager.addSet(this, Map.of());
    }

    static <T> T now(CompletionStage<T> stage) {
        CompletableFuture<T> future = stage.toCompletableFuture();
        if (!future.isDone()) {
            throw new AssertionError("not complete");
        }
        return future.join();
    }

    static byte[] resource(String name) {
        try (InputStream in = CredentialFixture.class.getResourceAsStream(name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    Certificate certificate(String name) {
        return read(resource(name + ".pem"));
    }

    Certificate read(byte[] octets) {
        try {
            return manager.decode(Kind.CERTIFICATE, octets, null).get(0).certificate();
        } catch (DecodingException e) {
            throw new AssertionError(e);
        }
    }

    void key(String name) {
        try {
            keys.add(new SoftwarePrivateKey(
                    manager.decode(Kind.PRIVATE_KEY, resource(name + ".key.pem"), null)
                            .get(0)
                            .privateKey(),
                    crypto));
        } catch (DecodingException | KeyMismatchException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public CompletionStage<List<Certificate>> certificates(Identification subject) {
        return CompletableFuture.completedFuture(stored);
    }

    @Override
    public CompletionStage<List<Certificate>> trustAnchors() {
        return CompletableFuture.completedFuture(anchors);
    }

    @Override
    public CompletionStage<List<PrivateKey>> privateKeys() {
        return CompletableFuture.completedFuture(keys);
    }

    @Override
    public CompletionStage<List<SharedKey>> sharedKeys(SharedKey.Type type) {
        return CompletableFuture.completedFuture(shared);
    }
}
