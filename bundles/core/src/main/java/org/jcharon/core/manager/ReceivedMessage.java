// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.manager;

import org.jcharon.api.processing.Priority;
import org.jcharon.api.socket.Packet;

/** A message that arrived; of its content only the header was looked at. */
public record ReceivedMessage(Packet packet, IkeHeader header) {

    /** As charon ranks exchanges: established SAs first, expensive authentication last. */
    public Priority priority() {
        return switch (header.exchangeType()) {
            case IkeHeader.INFORMATIONAL -> Priority.HIGH;
            case IkeHeader.IKE_AUTH -> Priority.LOW;
            default -> Priority.MEDIUM;
        };
    }

    /** Message ID and direction of the exchange in one number; of a fragment -1, since its siblings look alike. */
    long exchangeKey() {
        return header.isFragment() ? -1 : keyOf(header.messageId(), header.isResponse());
    }

    static long keyOf(long messageId, boolean response) {
        return messageId << 1 | (response ? 1 : 0);
    }
}
