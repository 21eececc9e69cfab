// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.keymat;

import org.jcharon.api.crypto.CryptoRegistry;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.wire.Chunk;
import org.jcharon.api.wire.Secret;
import org.jcharon.api.wire.WireWriter;

/** What an AUTH payload signs (RFC 7296 section 2.15, RFC 9242 section 3.3.2). */
public final class AuthOctets {

    private AuthOctets() {}

    /**
     * The signed octets of one side: message | nonce of the other | prf(SK_p, ID body) | IntAuth.
     *
     * @param message the side's own IKE_SA_INIT message, from the first octet of its header (the last one sent, with cookie)
     * @param otherNonce data of the other side's nonce payload
     * @param skP SK_pi for the initiator's AUTH, SK_pr for the responder's; borrowed
     * @param idBody the side's ID payload without generic header
     * @param intAuth {@link #intAuthTail}, empty without IKE_INTERMEDIATE
     * @throws IllegalStateException if no provider has the PRF
     */
    public static Chunk of(
            CryptoRegistry crypto,
            TransformId prf,
            Chunk message,
            Chunk otherNonce,
            Secret skP,
            Chunk idBody,
            Chunk intAuth) {
        Chunk macedId = Chunk.wrap(PrfPlus.prf(crypto, prf, skP, idBody.toArray()));
        return Chunk.concat(message, otherNonce, macedId, intAuth);
    }

    /** The signed octets of an IKE_SA without IKE_INTERMEDIATE. */
    public static Chunk of(
            CryptoRegistry crypto, TransformId prf, Chunk message, Chunk otherNonce, Secret skP, Chunk idBody) {
        return of(crypto, prf, message, otherNonce, skP, idBody, Chunk.EMPTY);
    }

    /**
     * IntAuth of one direction after one more IKE_INTERMEDIATE message: prf(SK_p, previous | plain message).
     *
     * @param skP SK_pi for requests, SK_pr for responses, those in force for that very message; borrowed
     * @param previous IntAuth of this direction before, empty at first
     * @param plain the message as {@code EncryptedMessage.plain} gives it
     */
    public static Chunk intAuth(CryptoRegistry crypto, TransformId prf, Secret skP, Chunk previous, Chunk plain) {
        return Chunk.wrap(PrfPlus.prf(crypto, prf, skP, previous.toArray(), plain.toArray()));
    }

    /**
     * What IKE_INTERMEDIATE adds to the signed octets: IntAuth of requests | IntAuth of responses | message ID.
     *
     * @param ikeAuthMessageId message ID of the first IKE_AUTH request
     */
    public static Chunk intAuthTail(Chunk requests, Chunk responses, long ikeAuthMessageId) {
        return new WireWriter()
                .chunk(requests)
                .chunk(responses)
                .u32(ikeAuthMessageId)
                .toChunk();
    }
}
