// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.Payload;

/** Payloads that an exchange cannot do without. */
final class Required {

    private Required() {}

    static <P extends Payload> P first(IkeMessage message, Class<P> type) throws IkeProtocolException {
        return message.first(type)
                .orElseThrow(() -> syntax(message.exchangeType() + " without "
                        + type.getSimpleName().replace("Payload", "").toUpperCase(java.util.Locale.ROOT) + " payload"));
    }

    static IkeProtocolException syntax(String detail) {
        return new IkeProtocolException(NotifyType.INVALID_SYNTAX, Chunk.EMPTY, detail);
    }
}
