// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.config.ChildConfig;
import org.jcharon.api.config.IkeConfig;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.sa.IkeSa;

/** Proposals of a configuration as they are offered: numbered, without transforms that no crypto plugin provides now. */
final class IkeProposals {

    private IkeProposals() {}

    static List<Proposal> of(IkeSa ike) {
        return of(ike, ike.ikeConfig());
    }

    static List<Proposal> of(IkeSa ike, IkeConfig config) {
        List<Proposal> configured = config.proposals().isEmpty()
                ? ike.services().defaultIkeProposals().get()
                : config.proposals();
        return usable(ike, configured);
    }

    /** @param withKeyExchange false in IKE_AUTH, where the IKE_SA's own key exchange serves (RFC 7296 section 1.2) */
    static List<Proposal> ofChild(IkeSa ike, ChildConfig config, boolean withKeyExchange) {
        List<Proposal> configured = config.proposals().isEmpty()
                ? ike.services().defaultEspProposals().get()
                : config.proposals();
        List<Proposal> usable = usable(ike, configured);
        if (withKeyExchange) {
            return usable;
        }
        return usable.stream().map(IkeProposals::withoutKeyExchange).toList();
    }

    static Proposal withoutKeyExchange(Proposal proposal) {
        return new Proposal(
                proposal.number(),
                proposal.protocol(),
                proposal.spi(),
                proposal.transforms().stream()
                        .filter(t ->
                                !t.type().equals(TransformType.KE) && !t.type().isAdditionalKe())
                        .toList());
    }

    /** The first key exchange method of the first proposal that has one; null if none has. */
    static TransformId firstMethod(List<Proposal> proposals) {
        return proposals.stream()
                .flatMap(p -> p.all(TransformType.KE).stream())
                .filter(t -> t.id() != 0)
                .findFirst()
                .orElse(null);
    }

    /**
     * The method that an INVALID_KE_PAYLOAD asks for (RFC 7296 section 1.3), if it is one of {@code proposals} and not the one that was
     * sent.
     */
    static Optional<TransformId> requestedMethod(List<Proposal> proposals, TransformId sent, Chunk data) {
        if (data.length() != 2) {
            return Optional.empty();
        }
        TransformId wanted = TransformId.ke(data.at(0) << 8 | data.at(1));
        boolean offered =
                proposals.stream().anyMatch(p -> p.all(TransformType.KE).contains(wanted));
        return offered && !wanted.equals(sent) ? Optional.of(wanted) : Optional.empty();
    }

    /** Whether one of them has this key exchange method. */
    static boolean offers(List<Proposal> proposals, TransformId method) {
        return proposals.stream()
                .anyMatch(proposal -> proposal.all(TransformType.KE).contains(method));
    }

    private static List<Proposal> usable(IkeSa ike, List<Proposal> configured) {
        List<Proposal> usable = new ArrayList<>();
        for (Proposal proposal : configured) {
            List<TransformId> transforms = proposal.transforms().stream()
                    .filter(ike.services().crypto()::supports)
                    .toList();
            boolean complete = proposal.transforms().stream()
                    .map(TransformId::type)
                    .distinct()
                    .allMatch(type -> transforms.stream().anyMatch(t -> t.type().equals(type)));
            if (complete) {
                usable.add(new Proposal(usable.size() + 1, proposal.protocol(), proposal.spi(), transforms));
            }
        }
        return usable;
    }
}
