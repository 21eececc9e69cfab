// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.List;
import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.crypto.ProtocolId;
import org.jcharon.api.sa.ChildSaState;
import org.jcharon.core.child.ChildSa;
import org.jcharon.core.message.DeletePayload;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.sa.IkeSa;

/**
 * Deletion of a CHILD_SA as initiator (RFC 7296 section 1.4.1). One that nobody wants closed, because its time is over and nothing has
 * taken its place, is made anew.
 */
final class ChildDeleteInitiator implements Task {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private final ChildSa child;
    private final boolean closing;

    /** @param closing whether the CHILD_SA is to be closed, with whatever replaces it before that, not only this one deleted */
    ChildDeleteInitiator(IkeSa ike, ChildSa child, boolean closing) {
        this.ike = ike;
        this.child = child;
        this.closing = closing;
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
    public boolean isDeletionOf(ChildSa other) {
        return child == other;
    }

    @Override
    public boolean isClosingOf(ChildSa other) {
        return closing && child == other;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        boolean gone = ike.children().byUniqueId(child.uniqueId()).isEmpty() || child.state() == ChildSaState.DELETED;
        if (gone) {
            return TaskResult.DONE;
        }
        LOG.audit("closing CHILD_SA {}", child.describeUsage());
        LogChildDelete.sending(child);
        child.moveTo(ChildSaState.DELETING);
        out.add(new DeletePayload(child.protocol(), List.of(ChildSa.spiOctets(child.spiIn()))));
        return TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult process(IkeMessage in) {
        in.all(DeletePayload.class).stream()
                .filter(delete -> delete.protocol().equals(ProtocolId.ESP))
                .flatMap(delete -> delete.spis().stream())
                .forEach(LogChildDelete::received);
        boolean peerWasFirst = ike.children().byUniqueId(child.uniqueId()).isEmpty();
        if (!peerWasFirst) {
            LogChildDelete.closed();
            if (child.isReplaced()) {
                ike.children().removeLate(child);
            } else {
                ike.children().remove(child);
            }
        }
        // if it expired on both sides at once, one of them makes another one
        boolean ours = !peerWasFirst || ike.id().initiator();
        if (!closing && !child.isReplaced() && ours) {
            LOG.control("scheduling CHILD_SA recreate after hard expire");
            ike.tasks().queueChild(child.config(), List.of(), ChildCreateInitiator.Listener.NONE);
        }
        return TaskResult.DONE;
    }

    @Override
    public Optional<Task> migrate(IkeSa successor) {
        return Optional.of(new ChildDeleteInitiator(successor, child, closing));
    }
}
