// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import org.jcharon.api.bus.Log;
import org.jcharon.core.message.GatewayIdentity;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.IkeSa;

/** The gateway sends us, its client, to another one (RFC 5685 section 5). */
final class IkeRedirectResponder implements Task {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;

    IkeRedirectResponder(IkeSa ike) {
        this.ike = ike;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_REDIRECT;
    }

    @Override
    public TaskResult process(IkeMessage in) {
        in.notify(NotifyType.REDIRECT)
                .flatMap(notify -> GatewayIdentity.decode(notify.data()))
                .ifPresentOrElse(this::follow, () -> LOG.control("received invalid REDIRECT notify, ignored"));
        return TaskResult.NEED_MORE;
    }

    private void follow(GatewayIdentity gateway) {
        if (!ike.isOriginalInitiator()) {
            LOG.control("received REDIRECT from a client of ours, ignored");
            return;
        }
        ike.redirection().follow(gateway.name()).ifPresent(why -> LOG.control("staying with this gateway: {}", why));
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        return TaskResult.DONE;
    }
}
