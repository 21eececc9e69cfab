// SPDX-License-Identifier: Apache-2.0
package org.jcharon.api.crypto;

import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;

/**
 * One side of one key exchange: MODP, ECP, X25519 or a KEM. Not thread-safe; used once; {@link #close()} wipes the private
 * value. Pure (a large MODP group may take some milliseconds).
 *
 * <p>The initiator calls {@link #publicValue()}, then {@link #agree}. The responder calls {@link #agree} with the initiator's
 * value first when {@link #responderNeedsPeer()} (a KEM's ciphertext depends on it), then {@link #publicValue()}.
 */
public interface KeyExchange extends AutoCloseable {

    /** Whether the responder's public value exists only after {@link #agree}. */
    boolean responderNeedsPeer();

    /** What goes into the KE payload, in the format of the method's RFC (ECP without the leading 04, MODP padded to the prime). */
    Chunk publicValue();

    /**
     * The shared secret, owned by the caller: MODP padded to the length of the prime, ECP the x coordinate.
     *
     * @throws KeyMismatchException if the value has the wrong length, is not in 1 &lt; y &lt; p-1, is not on the curve, or gives
     *     an all-zero result; leads to INVALID_SYNTAX
     */
    Secret agree(Chunk peerPublicValue) throws KeyMismatchException;

    @Override
    void close();
}
