// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.proposal;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.crypto.Transforms;

/** Chooses one proposal out of two lists (RFC 7296 section 2.7). Pure. */
public final class ProposalSelector {

    private ProposalSelector() {}

    /**
     * The first of {@code configured} that agrees with one of {@code offered}, with one transform of each type, in our order of
     * preference, and number and SPI of the offer. Empty if none agrees.
     */
    public static Optional<Proposal> select(List<Proposal> configured, List<Proposal> offered) {
        for (Proposal ours : configured) {
            for (Proposal theirs : offered) {
                Optional<Proposal> chosen = match(ours, theirs);
                if (chosen.isPresent()) {
                    return chosen;
                }
            }
        }
        return Optional.empty();
    }

    /**
     * Whether {@code answer}, which the responder chose, is one of what we offered: exactly one transform of each type and all of them
     * from the one proposal of that number (RFC 7296 section 2.7: "the initiator MUST check that the accepted offer is consistent").
     */
    public static boolean isChoiceOf(Proposal answer, List<Proposal> offered) {
        for (Proposal ours : offered) {
            if (ours.number() == answer.number()
                    && ours.protocol().equals(answer.protocol())
                    && match(ours, answer)
                            .filter(m ->
                                    m.transforms().size() == answer.transforms().size())
                            .isPresent()) {
                return true;
            }
        }
        return false;
    }

    /** What came closest, for a person: the first type that two proposals of one protocol do not agree in. */
    public static String mismatch(List<Proposal> configured, List<Proposal> offered) {
        String reason = "no proposal of the same protocol";
        int best = -1;
        for (Proposal ours : configured) {
            for (Proposal theirs : offered) {
                if (!ours.protocol().equals(theirs.protocol())) {
                    continue;
                }
                int agreed = 0;
                Set<TransformType> types = types(ours, theirs);
                for (TransformType type : types) {
                    if (choose(type, ours, theirs).isPresent()) {
                        agreed++;
                    } else if (agreed > best) {
                        best = agreed;
                        reason = "no common " + type + ": we accept " + ours.all(type) + ", peer offers "
                                + theirs.all(type);
                        break;
                    } else {
                        break;
                    }
                }
                if (agreed == types.size() && agreed > best) {
                    best = agreed;
                    reason = "a key exchange method would have to be used twice: we accept " + ours + ", peer offers "
                            + theirs;
                }
            }
        }
        return reason;
    }

    private static Optional<Proposal> match(Proposal ours, Proposal theirs) {
        if (!ours.protocol().equals(theirs.protocol())) {
            return Optional.empty();
        }
        List<TransformId> chosen = new ArrayList<>();
        List<TransformType> methods =
                types(ours, theirs).stream().filter(ProposalSelector::isKe).toList();
        Map<TransformType, TransformId> distinct = new HashMap<>();
        if (!chooseDistinct(methods, ours, theirs, distinct)) {
            return Optional.empty();
        }
        for (TransformType type : types(ours, theirs)) {
            Optional<TransformId> transform = isKe(type) ? Optional.of(distinct.get(type)) : choose(type, ours, theirs);
            if (transform.isEmpty()) {
                return Optional.empty();
            }
            if (!isImplied(transform.get(), theirs)) {
                chosen.add(transform.get());
            }
        }
        return Optional.of(new Proposal(theirs.number(), theirs.protocol(), theirs.spi(), chosen));
    }

    private static boolean isKe(TransformType type) {
        return type.equals(TransformType.KE) || type.isAdditionalKe();
    }

    /**
     * A key exchange method for each type, none of them twice (RFC 9370 section 2.2.1), in our order of preference with the first types
     * first. The search is bounded by what we are configured with: at most eight types.
     */
    private static boolean chooseDistinct(
            List<TransformType> types, Proposal ours, Proposal theirs, Map<TransformType, TransformId> chosen) {
        if (types.isEmpty()) {
            return true;
        }
        TransformType type = types.get(0);
        for (TransformId candidate : candidates(type, ours, theirs)) {
            boolean taken =
                    candidate.id() != 0 && chosen.values().stream().anyMatch(other -> other.id() == candidate.id());
            if (!taken) {
                chosen.put(type, candidate);
                if (chooseDistinct(types.subList(1, types.size()), ours, theirs, chosen)) {
                    return true;
                }
                chosen.remove(type);
            }
        }
        return false;
    }

    /** "None" of a type that the offer does not mention is not put into the answer either. */
    private static boolean isImplied(TransformId transform, Proposal theirs) {
        return transform.id() == 0 && !theirs.has(transform.type());
    }

    private static Set<TransformType> types(Proposal ours, Proposal theirs) {
        Set<TransformType> types = new TreeSet<>();
        ours.transforms().forEach(t -> types.add(t.type()));
        theirs.transforms().forEach(t -> types.add(t.type()));
        // what neither side mentions is missing too: no encryption without integrity (RFC 7296 section 3.3.3)
        types.add(TransformType.INTEG);
        if (!ours.protocol().equals(ProtocolId.AH)) {
            types.add(TransformType.ENCR);
        }
        return types;
    }

    private static Optional<TransformId> choose(TransformType type, Proposal ours, Proposal theirs) {
        if (type.equals(TransformType.INTEG)) {
            return chooseIntegrity(ours, theirs);
        }
        return candidates(type, ours, theirs).stream().findFirst();
    }

    private static List<TransformId> candidates(TransformType type, Proposal ours, Proposal theirs) {
        List<TransformId> mine = ours.all(type);
        List<TransformId> others = theirs.all(type);
        if (mine.isEmpty() || others.isEmpty()) {
            // RFC 7296 section 3.3.3 and RFC 9370: what one side leaves out agrees with "none" of the other
            boolean optional = isKe(type) || type.equals(TransformType.ESN);
            TransformId none = new TransformId(type, 0);
            return optional && (mine.contains(none) || others.contains(none)) ? List.of(none) : List.of();
        }
        return mine.stream().filter(others::contains).toList();
    }

    /** Beside an AEAD there is no integrity transform or NONE (RFC 5282 section 8); beside another cipher there must be one. */
    private static Optional<TransformId> chooseIntegrity(Proposal ours, Proposal theirs) {
        TransformId none = TransformId.integ(Transforms.AUTH_NONE);
        List<TransformId> mine = ours.all(TransformType.INTEG);
        List<TransformId> others = theirs.all(TransformType.INTEG);
        boolean aead = choose(TransformType.ENCR, ours, theirs)
                .filter(TransformId::isAead)
                .isPresent();
        if (aead) {
            boolean possible = (mine.isEmpty() || mine.contains(none)) && (others.isEmpty() || others.contains(none));
            return possible ? Optional.of(none) : Optional.empty();
        }
        return mine.stream().filter(t -> t.id() != 0 && others.contains(t)).findFirst();
    }
}
