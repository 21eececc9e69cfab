// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.credential;

import java.util.concurrent.CompletionStage;
import org.jcharon.api.crypto.PublicKey;
import org.jcharon.api.crypto.SignatureScheme;
import org.jcharon.api.wire.Chunk;
import org.osgi.annotation.versioning.ConsumerType;

/** A private key, in memory, on a token or with an agent. Any thread. Asked for per authentication and not kept longer. */
@ConsumerType
public interface PrivateKey {

    /** The public half. */
    PublicKey publicKey();

    /**
     * Signs {@code data} (not its hash). May wait.
     *
     * @return fails with {@link org.jcharon.api.crypto.KeyMismatchException} if the key does not fit the scheme
     */
    CompletionStage<Chunk> sign(SignatureScheme scheme, Chunk data);
}
