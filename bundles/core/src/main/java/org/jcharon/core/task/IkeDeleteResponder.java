// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import org.jcharon.api.bus.Log;
import org.jcharon.api.config.Addresses;
import org.jcharon.api.sa.IkeSaState;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;

/** Deletion of the IKE_SA as responder (RFC 7296 section 1.4.1); an initiator's AUTHENTICATION_FAILED is one too (2.21.2). */
final class IkeDeleteResponder implements Task {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private String reason = "deleted by peer";

    IkeDeleteResponder(IkeSa ike) {
        this.ike = ike;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_DELETE;
    }

    @Override
    public TaskResult process(IkeMessage in) {
        if (in.notify(NotifyType.AUTHENTICATION_FAILED).isPresent()) {
            LOG.control("received AUTHENTICATION_FAILED notify error");
            reason = "peer refused our authentication";
        } else {
            LOG.control("received DELETE for IKE_SA {}", ike.label());
        }
        ike.tasks().rekeyingIke().ifPresent(IkeRekeyInitiator::yieldToPeer);
        LOG.audit(
                "deleting IKE_SA {} between {}[{}]...{}[{}]",
                ike.label(),
                Addresses.text(ike.local().address()),
                ike.localId(),
                Addresses.text(ike.remote().address()),
                ike.remoteId());
        ike.recovery().closedByPeer();
        return TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        LOG.audit("IKE_SA deleted");
        if (ike.state() != IkeSaState.DELETING) { // both sides delete it at once
            ike.moveTo(IkeSaState.DELETING);
        }
        return new TaskResult.DestroySa(reason);
    }
}
