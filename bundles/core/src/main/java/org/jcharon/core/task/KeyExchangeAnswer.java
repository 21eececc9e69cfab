// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.Optional;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.KePayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;

/**
 * What we answer to a key exchange of the peer.
 *
 * @param shared owned by whoever gets this
 */
record KeyExchangeAnswer(KePayload payload, Secret shared) {

    /** Agrees on a secret with the peer's value, which is one of {@code method}. */
    static KeyExchangeAnswer to(IkeSa ike, TransformId method, KePayload ke) throws IkeProtocolException {
        try (KeyExchange exchange = ike.services()
                .crypto()
                .keyExchange(method, false)
                .orElseThrow(() -> ChildNegotiation.childError(
                        NotifyType.NO_PROPOSAL_CHOSEN, "no crypto plugin provides " + method))) {
            Chunk early = exchange.responderNeedsPeer() ? null : exchange.publicValue();
            Secret shared = ChildNegotiation.agree(exchange, ke.data());
            return new KeyExchangeAnswer(
                    new KePayload(method.id(), early != null ? early : exchange.publicValue()), shared);
        }
    }

    /** INVALID_KE_PAYLOAD (RFC 7296 section 1.3): {@code method} was agreed on, and the peer's value is of another. */
    static IkeProtocolException wanted(TransformId method, Optional<KePayload> got) {
        return new IkeProtocolException(
                NotifyType.INVALID_KE_PAYLOAD,
                Chunk.of((byte) (method.id() >> 8), (byte) method.id()),
                "KE payload for "
                        + got.map(ke -> TransformId.ke(ke.method()).toString()).orElse("nothing") + ", " + method
                        + " wanted");
    }
}
