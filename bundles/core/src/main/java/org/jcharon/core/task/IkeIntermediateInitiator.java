// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.crypto.KeyExchange;
import org.jcharon.api.crypto.TransformId;
import org.jcharon.api.wire.Secret;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.KePayload;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.sa.IkeSa;

/** Additional key exchanges of a new IKE_SA as initiator, one in each IKE_INTERMEDIATE (RFC 9370 section 2.2.2). */
final class IkeIntermediateInitiator implements Task {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private KeyExchange keyExchange;

    IkeIntermediateInitiator(IkeSa ike) {
        this.ike = ike;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_INTERMEDIATE;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.IKE_INTERMEDIATE;
    }

    private TransformId method() {
        return ike.handshake().intermediate().next().orElseThrow();
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        keyExchange = AdditionalKeyExchanges.begin(ike, method()).orElse(null);
        if (keyExchange == null) {
            return new TaskResult.Fail("no crypto plugin provides " + method());
        }
        out.add(new KePayload(method().id(), keyExchange.publicValue()));
        return TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult process(IkeMessage in) throws IkeProtocolException {
        Optional<NotifyPayload> error = Notifies.firstError(in);
        if (error.isPresent()) {
            LOG.control("received {} notify error", error.get().notifyType());
            return new TaskResult.Fail("peer answered " + error.get().notifyType() + " to key exchange " + method());
        }
        KePayload ke = Required.first(in, KePayload.class);
        try (Secret shared = AdditionalKeyExchanges.finish(keyExchange, method(), ke)) {
            IkeKeying.additional(ike, shared);
        } finally {
            abandon("done");
        }
        ike.history().agreed("additional key exchange " + method());
        ike.handshake().intermediate().done();
        return ike.handshake().intermediate().next().isPresent() ? TaskResult.NEED_MORE : TaskResult.DONE;
    }

    @Override
    public void abandon(String reason) {
        if (keyExchange != null) {
            keyExchange.close();
            keyExchange = null;
        }
    }
}
