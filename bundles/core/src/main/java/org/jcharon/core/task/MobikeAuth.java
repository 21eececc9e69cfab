// SPDX-License-Identifier: Apache-2.0
package org.jcharon.core.task;

import org.jcharon.api.bus.Log;
import org.jcharon.core.message.ExchangeType;
import org.jcharon.core.message.IkeMessage;
import org.jcharon.core.message.IkeProtocolException;
import org.jcharon.core.message.NotifyType;
import org.jcharon.core.sa.Extension;
import org.jcharon.core.sa.IkeSa;

/** Agrees on MOBIKE in IKE_AUTH (RFC 4555 sections 3.2 and 3.4), in either role. */
final class MobikeAuth implements Task {

    private static final Log LOG = Log.of("ike");

    private final IkeSa ike;
    private final boolean initiator;
    private boolean first = true;
    private boolean offered;

    MobikeAuth(IkeSa ike, boolean initiator) {
        this.ike = ike;
        this.initiator = initiator;
    }

    @Override
    public TaskType type() {
        return TaskType.IKE_MOBIKE;
    }

    @Override
    public ExchangeType exchangeType() {
        return ExchangeType.IKE_AUTH;
    }

    @Override
    public TaskResult build(MessageBuilder out) {
        if (initiator) {
            return offer(out);
        }
        if (ike.isHalfOpen()) {
            return TaskResult.NEED_MORE;
        }
        if (!offered) {
            return TaskResult.DONE;
        }
        if (!ike.peerConfig().mobike()) {
            LOG.control("peer supports MOBIKE, but disabled in config");
            return TaskResult.DONE;
        }
        LOG.control("peer supports MOBIKE");
        ike.enable(Extension.MOBIKE);
        out.notify(NotifyType.MOBIKE_SUPPORTED);
        AdditionalAddresses.add(ike, out);
        return TaskResult.DONE;
    }

    private TaskResult offer(MessageBuilder out) {
        if (!ike.peerConfig().mobike()) {
            return TaskResult.DONE;
        }
        if (first) {
            first = false;
            out.notify(NotifyType.MOBIKE_SUPPORTED);
            AdditionalAddresses.add(ike, out);
            NatProhibition.add(ike, ike.path(), out);
        }
        return TaskResult.NEED_MORE;
    }

    @Override
    public TaskResult process(IkeMessage in) throws IkeProtocolException {
        if (!initiator) {
            if (first) {
                first = false;
                NatProhibition.check(ike.path(), in);
                read(in);
            }
            return TaskResult.NEED_MORE;
        }
        if (ike.isHalfOpen()) {
            return TaskResult.NEED_MORE;
        }
        read(in);
        if (offered) {
            LOG.control("peer supports MOBIKE");
            ike.enable(Extension.MOBIKE);
        }
        return TaskResult.DONE;
    }

    private void read(IkeMessage in) {
        offered = in.notify(NotifyType.MOBIKE_SUPPORTED).isPresent();
        if (offered) {
            AdditionalAddresses.read(in).ifPresent(ike.mobility()::peerAddresses);
        }
    }
}
