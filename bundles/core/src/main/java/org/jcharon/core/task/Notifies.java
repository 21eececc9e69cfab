// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.Optional;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyPayload;

/** Looking for notifies. */
final class Notifies {

    private Notifies() {}

    static Optional<NotifyPayload> firstError(IkeMessage message) {
        return message.all(NotifyPayload.class).stream()
                .filter(notify -> notify.notifyType().isError())
                .findFirst();
    }
}
