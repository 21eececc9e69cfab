// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import java.util.List;
import org.jcharon.api.crypto.Proposal;

/**
 * Security Association payload (RFC 7296 section 3.3).
 *
 * <p>Unknown transform types and numbers are kept, so that matching can pass over just these. A decoded transform with an attribute
 * that is not a Key Length carries the number {@link #UNUSABLE}: RFC 7296 section 3.3.6 makes that transform unacceptable, not its
 * proposal.
 *
 * @param proposals in the sender's order of preference, at least one
 */
public record SaPayload(List<Proposal> proposals) implements Payload {

    /** Transform number in place of one with an attribute that is not understood: of the private range, supported by nobody. */
    public static final int UNUSABLE = 0xFFFF;

    /** Copies the list; throws {@link IllegalArgumentException} if it is empty. */
    public SaPayload {
        proposals = List.copyOf(proposals);
        if (proposals.isEmpty()) {
            throw new IllegalArgumentException("SA payload without proposal");
        }
    }

    @Override
    public PayloadType type() {
        return PayloadType.SA;
    }
}
