// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.message.DeletePayload;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.sa.IkeSa;

/** Deletion of CHILD_SAs as responder: the answer names the other half of each pair (RFC 7296 section 1.4.1). */
final class ChildDeleteResponder implements Task {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private final List<Chunk> answered = new ArrayList<>();

    ChildDeleteResponder(IkeSa ike) {
        this.ike = ike;
    }

    @Override
    public TaskType type() {
        return TaskType.CHILD_DELETE;
    }

    @Override
    public TaskResult process(IkeMessage in) {
        for (DeletePayload payload : in.all(DeletePayload.class)) {
            if (!payload.protocol().equals(ProtocolId.ESP)) {
                continue;
            }
            for (Chunk spi : payload.spis()) {
                delete(spi);
            }
        }
        return TaskResult.NEED_MORE;
    }

    private void delete(Chunk spi) {
        Optional<ChildSa> found =
                spi.length() == 4 ? ike.children().byOutboundSpi(ChildSa.spiNumber(spi)) : Optional.empty();
        LogChildDelete.received(spi);
        if (found.isEmpty()) {
            LOG.control("CHILD_SA not found, ignored");
            if (spi.length() == 4) {
                ike.tasks().creating().ifPresent(task -> task.deletedByPeer(ChildSa.spiNumber(spi)));
            }
            return;
        }
        ChildSa child = found.get();
        if (child.state() == ChildSaState.DELETED) {
            return;
        }
        if (child.state() == ChildSaState.DELETING) {
            // RFC 7296 section 1.4.1: both sides delete it at once, so our answer leaves it out
            if (child.isReplaced()) {
                ike.children().removeLate(child);
            } else {
                ike.children().remove(child);
            }
            return;
        }
        LOG.audit("closing CHILD_SA {}", child.describeUsage());
        LogChildDelete.sending(child);
        LogChildDelete.closed();
        answered.add(ChildSa.spiOctets(child.spiIn()));
        boolean replacedByPeer = child.state() == ChildSaState.REKEYING
                && ike.tasks()
                        .rekeying(child)
                        .filter(ChildRekeyInitiator::hasCollided)
                        .isPresent();
        if (replacedByPeer || ike.tasks().isRedundant(child)) {
            // RFC 7296 section 2.8.1: the peer has compared the nonces, or has not noticed our rekeying
            child.moveTo(ChildSaState.REKEYED);
        }
        ike.children().successorDeleted(child);
        if (child.state() == ChildSaState.REKEYED) {
            ike.children().removeLate(child);
        } else {
            child.moveTo(ChildSaState.DELETED);
            ike.children().remove(child);
            ike.recovery().closedByPeer(child);
        }
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        if (!answered.isEmpty()) {
            out.add(new DeletePayload(ProtocolId.ESP, answered));
        }
        return TaskResult.DONE;
    }
}
