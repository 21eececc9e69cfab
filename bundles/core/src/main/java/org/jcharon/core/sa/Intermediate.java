// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.sa;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.crypto.TransformType;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.keymat.AuthOctets;

/**
 * IKE_INTERMEDIATE of an IKE_SA that comes up: IntAuth of both directions (RFC 9242 section 3.3.2) and the additional key exchanges that
 * are still to do (RFC 9370 section 2.2.2). Lease held.
 */
public final class Intermediate {

    /** Seven key exchanges, and as many messages again for what other extensions may want. */
    public static final int MAX_EXCHANGES = 14;

    private final Deque<TransformId> pending = new ArrayDeque<>();
    private Chunk requests = Chunk.EMPTY;
    private Chunk responses = Chunk.EMPTY;
    private int exchanges;

    /** The additional key exchanges that were agreed on, in order. */
    public void expect(List<TransformId> methods) {
        pending.addAll(methods);
    }

    /** The key exchange whose turn it is; empty: all are done. */
    public Optional<TransformId> next() {
        return Optional.ofNullable(pending.peek());
    }

    /** The key exchange whose turn it is has been done. */
    public void done() {
        pending.remove();
    }

    /** Exchanges begun. */
    public int exchanges() {
        return exchanges;
    }

    /**
     * A message was received or is about to be sent: AUTH will cover it, with the keys that the IKE_SA has now.
     *
     * @param plain as {@code EncryptedMessage.plain} gives it
     */
    public void cover(IkeSa ike, boolean response, Chunk plain) {
        TransformId prf = ike.proposal().first(TransformType.PRF).orElseThrow();
        if (response) {
            responses =
                    AuthOctets.intAuth(ike.services().crypto(), prf, ike.keys().skPr(), responses, plain);
        } else {
            exchanges++;
            requests =
                    AuthOctets.intAuth(ike.services().crypto(), prf, ike.keys().skPi(), requests, plain);
        }
    }

    /** What AUTH covers of it; empty if there was no such exchange. */
    public Chunk authTail() {
        // message IDs count up from IKE_SA_INIT, which is 0: the next is that of the first IKE_AUTH
        return exchanges == 0 ? Chunk.EMPTY : AuthOctets.intAuthTail(requests, responses, 1L + exchanges);
    }
}
