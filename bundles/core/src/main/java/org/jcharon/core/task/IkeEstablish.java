// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.util.Optional;
import org.jcharon.api.bus.Log;
import org.jcharon.api.credential.Identification;
import org.jcharon.api.wire.Chunk;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.GatewayIdentity;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.NotifyPayload;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.Extension;
import org.jcharon.core.sa.IkeSa;
import org.jcharon.core.sa.Uniqueness;

/**
 * Stands behind the authentication tasks: once they agreed, the uniqueness policy decides, and the IKE_SA is established. Sends and
 * takes INITIAL_CONTACT (RFC 7296 section 2.4).
 */
final class IkeEstablish implements Task {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private boolean initialContact;
    private boolean announced;

    IkeEstablish(IkeSa ike) {
        this.ike = ike;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_ESTABLISH;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.IKE_AUTH;
    }

    @Override
    public TaskResult build(MessageBuilder out) throws IkeProtocolException {
        if (!ike.id().initiator()) {
            Optional<TaskResult> elsewhere = redirect(out);
            TaskResult result = elsewhere.isPresent() ? elsewhere.get() : establish();
            if (result == TaskResult.DONE && ike.supports(Extension.MESSAGE_ID_SYNC)) {
                out.notify(NotifyType.IKEV2_MESSAGE_ID_SYNC_SUPPORTED);
            }
            return result;
        }
        if (!announced) {
            if (Uniqueness.isFirst(ike)) {
                out.notify(NotifyType.INITIAL_CONTACT);
            }
            out.notify(NotifyType.IKEV2_MESSAGE_ID_SYNC_SUPPORTED);
        }
        announced = true;
        return TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult process(IkeMessage in) throws IkeProtocolException {
        if (in.notify(NotifyType.IKEV2_MESSAGE_ID_SYNC_SUPPORTED).isPresent()) {
            ike.enable(Extension.MESSAGE_ID_SYNC);
        }
        if (!ike.id().initiator()) {
            initialContact |= in.notify(NotifyType.INITIAL_CONTACT).isPresent();
            return TaskResult.NEED_MORE;
        }
        return establish();
    }

    /** RFC 5685 section 6: a client that is authenticated, and that another gateway is to serve, gets no CHILD_SA here. */
    private Optional<TaskResult> redirect(MessageBuilder out) {
        if (!ike.supports(Extension.REDIRECT)) {
            return Optional.empty();
        }
        Optional<Identification> gateway = ike.services().redirects().onAuth(ike.snapshot());
        Optional<Chunk> data = gateway.flatMap(to -> GatewayIdentity.encode(to, Chunk.EMPTY));
        if (data.isEmpty()) {
            return Optional.empty();
        }
        LOG.audit("redirecting peer to {}", gateway.get());
        out.add(new NotifyPayload(NotifyType.REDIRECT, data.get()));
        return Optional.of(new TaskResult.DestroySa("redirected to " + gateway.get()));
    }

    private TaskResult establish() throws IkeProtocolException {
        if (!Uniqueness.admits(ike, initialContact)) {
            LOG.control("cancelling IKE_SA setup due to uniqueness policy");
            throw new IkeProtocolException(
                    NotifyType.AUTHENTICATION_FAILED,
                    Chunk.EMPTY,
                    "'" + ike.remoteId() + "' has an IKE_SA already, and connection " + ike.name()
                            + " keeps the first");
        }
        ike.establish();
        return TaskResult.DONE;
    }
}
