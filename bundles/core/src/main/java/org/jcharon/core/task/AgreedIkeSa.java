// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.manager.Newborn;
import org.jcharon.core.sa.IkeSa;

/**
 * What an exchange that rekeys the IKE_SA agreed on, until it is known whether its IKE_SA succeeds the old one or is redundant (RFC 7296
 * section 2.8.2). Owns the newborn and the secrets; messages for the newborn wait meanwhile. Lease of the old one held.
 */
final class AgreedIkeSa implements AutoCloseable {

    private final Newborn newborn;
    private final boolean weInitiated;
    private final Proposal chosen;
    private final List<Secret> shared;
    private final Chunk initiatorNonce;
    private final Chunk responderNonce;
    private boolean decided;

    AgreedIkeSa(
            Newborn newborn,
            boolean weInitiated,
            Proposal chosen,
            List<Secret> shared,
            Chunk initiatorNonce,
            Chunk responderNonce) {
        this.newborn = newborn;
        this.weInitiated = weInitiated;
        this.chosen = chosen;
        this.shared = List.copyOf(shared);
        this.initiatorNonce = initiatorNonce;
        this.responderNonce = responderNonce;
    }

    /** The lower one of the nonces of the exchange. */
    Chunk lowerNonce() {
        return Nonces.lower(initiatorNonce, responderNonce);
    }

    /** It takes the place of {@code old}, with everything that belongs to it. */
    IkeSa succeed(IkeSa old) {
        decided = true;
        try {
            return IkeSuccession.replace(old, newborn, weInitiated, chosen, shared, initiatorNonce, responderNonce);
        } finally {
            shared.forEach(Secret::close);
        }
    }

    /** It exists only to be deleted by the side that initiated it. */
    IkeSa redundant(IkeSa old) {
        decided = true;
        try {
            return IkeSuccession.redundant(old, newborn, weInitiated, chosen, shared, initiatorNonce, responderNonce);
        } finally {
            shared.forEach(Secret::close);
        }
    }

    /** Gives it up if nothing was decided. */
    @Override
    public void close() {
        shared.forEach(Secret::close);
        if (!decided) {
            decided = true;
            newborn.discard();
        }
    }
}
