// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.credential;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.KeyMismatchException;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;

/** A private key in memory; signs with whichever provider the registry prefers at the time. {@link #close()} wipes it. */
public final class SoftwarePrivateKey implements PrivateKey, AutoCloseable {

    private final Secret pkcs8;
    private final PublicKey publicKey;
    private final CryptoRegistry crypto;

    /**
     * Takes over {@code pkcs8}, an unencrypted PKCS #8 key in DER.
     *
     * @throws KeyMismatchException if it is malformed or of a kind that no provider knows
     */
    public SoftwarePrivateKey(Secret pkcs8, CryptoRegistry crypto) throws KeyMismatchException {
        this.pkcs8 = pkcs8;
        this.crypto = crypto;
        this.publicKey = crypto.publicKeyOf(pkcs8);
    }

    @Override
    public PublicKey publicKey() {
        return publicKey;
    }

    @Override
    public CompletionStage<Chunk> sign(SignatureScheme scheme, Chunk data) {
        try {
            return CompletableFuture.completedFuture(Chunk.wrap(crypto.sign(scheme, pkcs8, data.toArray())));
        } catch (KeyMismatchException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public void close() {
        pkcs8.close();
    }
}
