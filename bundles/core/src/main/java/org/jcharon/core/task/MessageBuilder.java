// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.ArrayList;
import java.util.List;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.message.Payload;

/** Collects the payloads of the message being built. Lease held. */
public final class MessageBuilder {

    private final List<Payload> payloads = new ArrayList<>();

    /** Appends a payload. */
    public MessageBuilder add(Payload payload) {
        payloads.add(payload);
        return this;
    }

    /** Puts a payload before all others. */
    public MessageBuilder addFirst(Payload payload) {
        payloads.add(0, payload);
        return this;
    }

    /** Puts the payloads of another one right after the first of a kind, or at the end if there is none. */
    public MessageBuilder addAfter(Class<? extends Payload> kind, MessageBuilder others) {
        int at = 0;
        while (at < payloads.size() && !kind.isInstance(payloads.get(at))) {
            at++;
        }
        payloads.addAll(Math.min(at + 1, payloads.size()), others.payloads);
        return this;
    }

    /** Appends a notify about no SA. */
    public MessageBuilder notify(NotifyType type, Chunk data) {
        return add(new NotifyPayload(type, data));
    }

    /** Appends a notify about no SA, without data. */
    public MessageBuilder notify(NotifyType type) {
        return notify(type, Chunk.EMPTY);
    }

    /** Drops everything: an error is answered alone. */
    public void clear() {
        payloads.clear();
    }

    /** What was collected. */
    public List<Payload> payloads() {
        return List.copyOf(payloads);
    }
}
