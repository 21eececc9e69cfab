// SPDX-License-Identifier: Apache-2.0
package org.jcharon.vici.event;

import java.util.Optional;
import org.jcharon.api.crypto.Proposal;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.vici.message.Section;

/** A negotiated proposal as keys of a message. Pure. */
final class AlgorithmKeys {

    private static final int ADDITIONAL = 7;

    private AlgorithmKeys() {}

    /** {@code encr-alg} and so on; the PRF only for an IKE_SA, {@code esn} only for a CHILD_SA. */
    static void put(Proposal proposal, boolean ike, Section.Builder out) {
        sized(proposal, TransformType.ENCR, "encr-alg", "encr-keysize", out);
        sized(proposal, TransformType.INTEG, "integ-alg", "integ-keysize", out);
        if (ike) {
            proposal.first(TransformType.PRF).ifPresent(prf -> out.put("prf-alg", name(prf)));
        }
        present(proposal, TransformType.KE).ifPresent(ke -> out.put("dh-group", name(ke)));
        for (int number = 1; number <= ADDITIONAL; number++) {
            String key = "ake" + number;
            present(proposal, TransformType.additionalKe(number))
                    .ifPresent(ke -> out.put(key, name(new TransformId(TransformType.KE, ke.id()))));
        }
        if (!ike && present(proposal, TransformType.ESN).isPresent()) {
            out.put("esn", 1);
        }
    }

    private static void sized(Proposal proposal, TransformType type, String key, String size, Section.Builder out) {
        present(proposal, type).ifPresent(transform -> {
            out.put(key, name(transform));
            if (transform.keyBits() > 0) {
                out.put(size, transform.keyBits());
            }
        });
    }

    /** The transform of a type, unless it is the one that stands for none. */
    private static Optional<TransformId> present(Proposal proposal, TransformType type) {
        return proposal.first(type).filter(transform -> transform.id() != 0);
    }

    private static String name(TransformId transform) {
        return new TransformId(transform.type(), transform.id()).toString();
    }
}
