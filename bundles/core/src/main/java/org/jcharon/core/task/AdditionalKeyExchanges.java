// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.KePayload;
import org.jcharon.core.sa.IkeSa;

/** The key exchanges of a proposal beside the main one (RFC 9370 section 2.2.1). Lease held. */
final class AdditionalKeyExchanges {

    private AdditionalKeyExchanges() {}

    /** Those of an agreed proposal, in the order in which they are done, without those agreed to be none. */
    static List<TransformId> of(Proposal agreed) {
        return agreed.transforms().stream()
                .filter(t -> t.type().isAdditionalKe() && t.id() != 0)
                .sorted((a, b) -> a.type().compareTo(b.type()))
                .map(t -> TransformId.ke(t.id()))
                .toList();
    }

    /** Whether any of the proposals asks for one. */
    static boolean isIn(List<Proposal> proposals) {
        return proposals.stream().anyMatch(proposal -> !of(proposal).isEmpty());
    }

    /**
     * The proposals of a peer that cannot do any: where it offers to do without, that is what is left of its offer, otherwise the
     * proposal is left out.
     */
    static List<Proposal> without(List<Proposal> offered) {
        return offered.stream()
                .filter(proposal -> proposal.transforms().stream()
                        .map(TransformId::type)
                        .filter(TransformType::isAdditionalKe)
                        .allMatch(type -> proposal.all(type).contains(new TransformId(type, 0))))
                .map(proposal -> new Proposal(
                        proposal.number(),
                        proposal.protocol(),
                        proposal.spi(),
                        proposal.transforms().stream()
                                .filter(t -> !t.type().isAdditionalKe() || t.id() == 0)
                                .toList()))
                .toList();
    }

    /** Our side of one that we begin; empty if no crypto plugin has it now. */
    static Optional<KeyExchange> begin(IkeSa ike, TransformId method) {
        return ike.services().crypto().keyExchange(method, true);
    }

    /** Answers the peer's value; refuses one of another method than {@code method}, whose turn it is. */
    static KeyExchangeAnswer answer(IkeSa ike, TransformId method, KePayload ke) throws IkeProtocolException {
        checkMethod(method, ke);
        return KeyExchangeAnswer.to(ike, method, ke);
    }

    /** The secret that the answer to ours makes. */
    static Secret finish(KeyExchange ours, TransformId method, KePayload ke) throws IkeProtocolException {
        checkMethod(method, ke);
        return ChildNegotiation.agree(ours, ke.data());
    }

    private static void checkMethod(TransformId method, KePayload ke) throws IkeProtocolException {
        if (ke.method() != method.id()) {
            throw Required.syntax("key exchange " + TransformId.ke(ke.method()) + ", " + method + " expected");
        }
    }
}
