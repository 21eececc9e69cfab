// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import java.time.Duration;
import org.jcharon.api.wire.WireWriter;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;

/**
 * Lifetime of the initiator's authentication (RFC 4478): the responder tells it in its last IKE_AUTH response, or later in an
 * INFORMATIONAL request.
 */
final class IkeAuthLifetime implements Task {

    private static final long MAX_SECONDS = 0xFFFF_FFFFL;

    private final IkeSa ike;
    private boolean answersAuth;

    IkeAuthLifetime(IkeSa ike) {
        this.ike = ike;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_AUTH_LIFETIME;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.IKE_AUTH;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        if (ike.isHalfOpen()) {
            return TaskResult.NEED_MORE;
        }
        if (answersAuth) {
            ike.reauthAt().ifPresent(at -> {
                Duration left = Duration.between(ike.services().time().now(), at);
                long seconds = Math.min(MAX_SECONDS, Math.max(0, left.toSeconds()));
                out.notify(
                        NotifyType.AUTH_LIFETIME, new WireWriter(4).u32(seconds).toChunk());
            });
        }
        return TaskResult.DONE;
    }

    @Override
    public TaskResult process(IkeMessage in) {
        answersAuth = !in.response() && in.exchangeType().equals(ExchangeType.IKE_AUTH);
        if (answersAuth || ike.isHalfOpen()) {
            return TaskResult.NEED_MORE;
        }
        in.notify(NotifyType.AUTH_LIFETIME)
                .ifPresent(notify ->
                        ike.recovery().authLifetime(notify.data().buffer().getInt() & MAX_SECONDS));
        return in.response() ? TaskResult.DONE : TaskResult.NEED_MORE;
    }
}
