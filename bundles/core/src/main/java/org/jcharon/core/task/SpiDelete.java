// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.DeletePayload;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.sa.IkeSa;

/** Tells the peer that a CHILD_SA which it believes in did not come up here (RFC 7296 section 2.21.3). */
final class SpiDelete implements Task {

    private final Chunk spi;

    SpiDelete(Chunk spi) {
        this.spi = spi;
    }

    @Override
    public TaskType type() {
        return TaskType.CHILD_DELETE;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.INFORMATIONAL;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        out.add(new DeletePayload(ProtocolId.ESP, List.of(spi)));
        return TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult process(IkeMessage in) {
        return TaskResult.DONE;
    }

    @Override
    public Optional<Task> migrate(IkeSa successor) {
        return Optional.of(this);
    }
}
