// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.message;

import org.jcharon.api.wire.Chunk;

/** What came out of received octets. */
public sealed interface DecodeResult {

    /**
     * A whole message that follows the rules of its exchange.
     *
     * @param message the message
     * @param plain a protected message as RFC 9242 section 3.3.2 authenticates it, from the IKE header to the last inner payload
     *     (see {@link EncryptedMessage#plain}); empty for a message that was not protected
     */
    record Whole(IkeMessage message, Chunk plain) implements DecodeResult {
        /** A message that was not protected. */
        public Whole(IkeMessage message) {
            this(message, Chunk.EMPTY);
        }
    }

    /**
     * One authentic fragment of a message, to be given to a {@link FragmentBuffer}.
     *
     * @param header header of the fragment
     * @param number 1 to {@code total}
     * @param total fragments of the message, 1 to 255
     * @param plaintext this part of the inner payloads
     * @param first type of the first inner payload if {@code number} is 1, otherwise {@code NONE}
     */
    record Fragment(IkeHeader header, int number, int total, Chunk plaintext, PayloadType first)
            implements DecodeResult {
        /** strongSwan's form, such as {@code IKE_AUTH request 1 [ EF(2/3) ]}. */
        public String summary() {
            return MessageSummary.ofFragment(
                    header.exchangeType(), header.response(), header.messageId(), number, total);
        }
    }

    /**
     * Nothing proves that the peer sent this: to be dropped, or answered at most with an unprotected notify where RFC 7296
     * section 2.21 allows one (a new IKE_SA_INIT request).
     *
     * @param notifyType the notify that would fit
     * @param data its data
     * @param reason what was expected and what came
     */
    record UnprotectedError(NotifyType notifyType, Chunk data, String reason) implements DecodeResult {}

    /**
     * The message is authentic and wrong: a request is answered with the notify, a response ends the exchange.
     *
     * @param header header of the message
     * @param notifyType type of the notify
     * @param data its data
     * @param reason what was expected and what came
     */
    record ProtectedError(IkeHeader header, NotifyType notifyType, Chunk data, String reason) implements DecodeResult {}
}
