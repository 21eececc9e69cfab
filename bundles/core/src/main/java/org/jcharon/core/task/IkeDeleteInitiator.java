// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.core.message.DeletePayload;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.sa.IkeSa;

/** Deletion of the IKE_SA as initiator (RFC 7296 section 1.4.1), or, with a notify in its place, refusal of a responder (2.21.2). */
final class IkeDeleteInitiator implements Task {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private final Optional<NotifyPayload> refusal;
    private final String reason;
    private final boolean withSuccessor;

    IkeDeleteInitiator(IkeSa ike, Optional<NotifyPayload> refusal, String reason) {
        this(ike, refusal, reason, true);
    }

    IkeDeleteInitiator(IkeSa ike, Optional<NotifyPayload> refusal, String reason, boolean withSuccessor) {
        this.withSuccessor = withSuccessor;
        this.ike = ike;
        this.refusal = refusal;
        this.reason = reason;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_DELETE;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.INFORMATIONAL;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        if (refusal.isPresent()) {
            out.add(refusal.get());
        } else {
            LOG.audit(
                    "deleting IKE_SA {} between {}[{}]...{}[{}]",
                    ike.label(),
                    Addresses.text(ike.local().address()),
                    ike.localId(),
                    Addresses.text(ike.remote().address()),
                    ike.remoteId());
            LOG.control("sending DELETE for IKE_SA {}", ike.label());
            out.add(new DeletePayload(ProtocolId.IKE, List.of()));
        }
        ike.moveTo(IkeSaState.DELETING);
        return TaskResult.NEED_MORE;
    }

    /** Somebody wants the IKE_SA closed, and so the one that has taken its place before this began. */
    @Override
    public Optional<Task> migrate(IkeSa successor) {
        return withSuccessor ? Optional.of(new IkeDeleteInitiator(successor, refusal, reason)) : Optional.empty();
    }

    @Override
    public TaskResult process(IkeMessage in) {
        LOG.audit("IKE_SA deleted");
        return new TaskResult.DestroySa(reason);
    }
}
